% Comparisons are for integers that are known. The lists are built from the end, without appending.
sort([], Sorted, Sorted).
sort([X|Xs], Sorted, Rest) :-
    split(Xs, X, Small, Large),
    sort(Small, Sorted, [X|Middle]),
    sort(Large, Middle, Rest).

split([], _, [], []).
split([X|Xs], Y, [X|Small], Large) :- X =< Y, split(Xs, Y, Small, Large).
split([X|Xs], Y, Small, [X|Large]) :- X > Y, split(Xs, Y, Small, Large).

?- sort([27, 74, 17, -33, 94, 18, 46, 74], Sorted, []).
