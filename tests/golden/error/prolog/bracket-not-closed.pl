p(X) :- q(X, [a, b).
