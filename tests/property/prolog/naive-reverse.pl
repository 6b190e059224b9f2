app([], Y, Y).
app([H|T], Y, [H|Z]) :- app(T, Y, Z).

nrev([], []).
nrev([H|T], R) :- nrev(T, S), app(S, [H], R).

?- nrev([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], R).
