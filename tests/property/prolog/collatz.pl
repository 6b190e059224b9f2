next(N, M) :- N mod 2 =:= 0, M is N//2.
next(N, M) :- N mod 2 =:= 1, M is 3*N+1.

chain(1, [1]).
chain(N, [N|T]) :- N > 1, next(N, M), chain(M, T).

?- chain(7, L).
