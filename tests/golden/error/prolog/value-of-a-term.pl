p(X) :- f(X) is X + 1.
