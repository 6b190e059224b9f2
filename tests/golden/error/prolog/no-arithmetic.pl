p(X, Y) :- X is Y + foo, X > "a", X is f(Y).
