p(X) :- X == a, var(X), X =.. L, q(L).
