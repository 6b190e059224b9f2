p(X) :- q (X).
