sel(X, [X|T], T).
sel(X, [H|T], [H|R]) :- sel(X, T, R).

perm([], []).
perm(L, [H|T]) :- sel(H, L, R), perm(R, T).

sorted([]).
sorted([_]).
sorted([X, Y|T]) :- X =< Y, sorted([Y|T]).

?- perm([3, 1, 2, 1], Sorted), sorted(Sorted).
