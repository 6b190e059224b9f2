p(X)) :- q(X).
