% To choose an item is to insert it, backwards.
select(X, [X|T], T).
select(X, [H|T], [H|R]) :- select(X, T, R).

permutation([], []).
permutation(L, [H|T]) :- select(H, L, R), permutation(R, T).

?- permutation([a, b, c], P).
