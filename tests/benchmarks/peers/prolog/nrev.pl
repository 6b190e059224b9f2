% Naive reverse of a list of 30, again and again.

times(_).
times(N) :- N > 1, M is N-1, times(M).

app([], L, L).
app([H|T], L, [H|R]) :- app(T, L, R).

nrev([], []).
nrev([H|T], R) :- nrev(T, S), app(S, [H], R).

run :-
    times(20000),
    nrev([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30], _),
    fail.
