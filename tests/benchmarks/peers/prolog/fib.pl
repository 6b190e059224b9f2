% The Fibonacci number of 21, again and again.

times(_).
times(N) :- N > 1, M is N-1, times(M).

fib(0, 0).
fib(1, 1).
fib(N, F) :- 1 < N, A is N-1, B is N-2, fib(A, G), fib(B, H), F is G+H.

run :- times(100), fib(21, _), fail.
