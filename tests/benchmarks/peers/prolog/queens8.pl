% All ways to place 8 queens, again and again.

times(_).
times(N) :- N > 1, M is N-1, times(M).

sel(X, [X|T], T).
sel(X, [H|T], [H|R]) :- sel(X, T, R).

safe([], _, _).
safe([P|R], Q, D) :- Q =\= P+D, Q =\= P-D, E is D+1, safe(R, Q, E).

queens([], Q, Q).
queens([U|V], S, A) :- sel(Q, [U|V], R), safe(S, Q, 1), queens(R, [Q|S], A).

run :- times(100), queens([1, 2, 3, 4, 5, 6, 7, 8], [], _), fail.
