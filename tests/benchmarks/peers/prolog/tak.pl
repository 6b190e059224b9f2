% Takeuchi's function of 18, 12 and 6, again and again.

times(_).
times(N) :- N > 1, M is N-1, times(M).

tak(X, Y, Z, Z) :- X =< Y.
tak(X, Y, Z, A) :-
    X > Y, P is X-1, Q is Y-1, R is Z-1,
    tak(P, Y, Z, B), tak(Q, Z, X, C), tak(R, X, Y, D), tak(B, C, D, A).

run :- times(50), tak(18, 12, 6, _), fail.
