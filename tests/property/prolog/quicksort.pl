qsort([], []).
qsort([X|Xs], Sorted) :-
    partition(Xs, X, Small, Large),
    qsort(Small, Before),
    qsort(Large, After),
    app(Before, [X|After], Sorted).

partition([], _, [], []).
partition([X|Xs], Y, [X|Ls], Bs) :- X =< Y, partition(Xs, Y, Ls, Bs).
partition([X|Xs], Y, Ls, [X|Bs]) :- X > Y, partition(Xs, Y, Ls, Bs).

app([], Y, Y).
app([H|T], Y, [H|Z]) :- app(T, Y, Z).

?- qsort([27, 74, 17, 33, 94, 18, 46, 83, -65, 2, 32, 53], L).
