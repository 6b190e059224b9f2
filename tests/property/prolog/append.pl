% Every way to split a list in two.
app([], Y, Y).
app([H|T], Y, [H|Z]) :- app(T, Y, Z).

?- app(X, Y, [a, b, c, d]).
