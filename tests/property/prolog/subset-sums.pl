subset([], []).
subset([X|Xs], [X|Ys]) :- subset(Xs, Ys).
subset([_|Xs], Ys) :- subset(Xs, Ys).

sum([], 0).
sum([X|Xs], S) :- sum(Xs, T), S is T+X.

?- subset([1, 2, 3, 4, 5, 6], Xs), sum(Xs, 9).
