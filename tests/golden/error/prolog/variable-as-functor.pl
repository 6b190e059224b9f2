p(X) :- X(a).
