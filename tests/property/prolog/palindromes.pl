% Lists that are their own reverse, without end.
app([], Y, Y).
app([H|T], Y, [H|Z]) :- app(T, Y, Z).

nrev([], []).
nrev([H|T], R) :- nrev(T, S), app(S, [H], R).

?- nrev(X, X).
