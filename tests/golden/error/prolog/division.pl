half(X, Y) :- Y is X / 2, Y is X ** 2.
