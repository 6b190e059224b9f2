isort([], []).
isort([X|Xs], Ys) :- isort(Xs, Zs), insert(X, Zs, Ys).

insert(X, [], [X]).
insert(X, [Y|Ys], [X, Y|Ys]) :- X =< Y.
insert(X, [Y|Ys], [Y|Zs]) :- X > Y, insert(X, Ys, Zs).

?- isort([5, 3, 9, 1, 4, 1, 5], L).
