p(X) :- q(X), !.
q(3.5).
r(X) :- s (X).
t(X) :- X is a.
