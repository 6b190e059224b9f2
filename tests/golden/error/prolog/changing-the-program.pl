p(X) :- assertz(q(X)).
