msort([], []).
msort([X], [X]).
msort([X, Y|Zs], Sorted) :-
    split([X, Y|Zs], Left, Right),
    msort(Left, L),
    msort(Right, R),
    merge(L, R, Sorted).

split([], [], []).
split([X|Xs], [X|Ys], Zs) :- split(Xs, Zs, Ys).

merge([], Ys, Ys).
merge([X|Xs], [], [X|Xs]).
merge([X|Xs], [Y|Ys], [X|Zs]) :- X =< Y, merge(Xs, [Y|Ys], Zs).
merge([X|Xs], [Y|Ys], [Y|Zs]) :- X > Y, merge([X|Xs], Ys, Zs).

?- msort([8, 3, 5, 1, 9, 2, 7], L).
