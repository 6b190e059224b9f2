% A circuit run in both directions: which bits add up to 1, 0, 1?
xor(0, 0, 0).
xor(0, 1, 1).
xor(1, 0, 1).
xor(1, 1, 0).

and(0, 0, 0).
and(0, 1, 0).
and(1, 0, 0).
and(1, 1, 1).

or(0, 0, 0).
or(0, 1, 1).
or(1, 0, 1).
or(1, 1, 1).

full(A, B, C, S, D) :- xor(A, B, X), xor(X, C, S), and(A, B, Y), and(X, C, Z), or(Y, Z, D).

adds([], [], C, [C]).
adds([A|As], [B|Bs], C, [S|Ss]) :- full(A, B, C, S, D), adds(As, Bs, D, Ss).

?- adds([A0, A1], [B0, B1], 0, [1, 0, 1]).
