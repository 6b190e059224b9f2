p(L) :- findall(X, q(X), L).
