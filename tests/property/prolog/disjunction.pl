% Alternatives, in their order, and what follows them.
p(X, Y) :- (X = 1 ; X = 2, (Y = a ; Y = b) ; q(X)), r(X, Z), (Z = hidden ; Z = Y).

q(3).
q(4).

r(1, one).
r(2, two).
r(4, four).
r(X, again) :- X < 3.

?- (p(X, Y) ; X = none), (true ; fail ; Y = last).
