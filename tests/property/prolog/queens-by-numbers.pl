range(N, N, [N]).
range(M, N, [M|T]) :- M < N, M1 is M+1, range(M1, N, T).

sel(X, [X|T], T).
sel(X, [H|T], [H|R]) :- sel(X, T, R).

queens([], Qs, Qs).
queens(Left, Safe, Qs) :- sel(Q, Left, Rest), safe(Q, 1, Safe), queens(Rest, [Q|Safe], Qs).

safe(_, _, []).
safe(Q, D, [P|Ps]) :- Q =\= P+D, Q =\= P-D, D1 is D+1, safe(Q, D1, Ps).

?- range(1, 5, Ns), queens(Ns, [], Qs).
