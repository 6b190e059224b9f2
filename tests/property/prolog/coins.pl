change(0, _, []).
change(N, [C|Cs], [C|Xs]) :- N >= C, M is N-C, change(M, [C|Cs], Xs).
change(N, [_|Cs], Xs) :- N > 0, change(N, Cs, Xs).

?- change(15, [10, 5, 2, 1], Coins).
