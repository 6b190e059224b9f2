% The sieve of Eratosthenes.
range(N, N, [N]).
range(M, N, [M|T]) :- M < N, M1 is M+1, range(M1, N, T).

sieve([], []).
sieve([P|Xs], [P|Ps]) :- remove(P, Xs, Ys), sieve(Ys, Ps).

remove(_, [], []).
remove(P, [X|Xs], Ys) :- X mod P =:= 0, remove(P, Xs, Ys).
remove(P, [X|Xs], [X|Ys]) :- X mod P =\= 0, remove(P, Xs, Ys).

?- range(2, 50, _Ns), sieve(_Ns, Primes).
