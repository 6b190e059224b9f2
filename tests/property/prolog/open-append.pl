% Append run with nothing known: answers share variables, and there is no end to them.
app([], Y, Y).
app([H|T], Y, [H|Z]) :- app(T, Y, Z).

?- app(X, [M|Y], Z).
