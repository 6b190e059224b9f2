% A relation has no direction: what appends two lists also takes a list apart, in every way there is.
append([], Y, Y).
append([H|T], Y, [H|Z]) :- append(T, Y, Z).

?- append(X, Y, [a, b, c]).
