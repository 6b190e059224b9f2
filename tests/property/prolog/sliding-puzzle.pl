% Three tiles and a hole on four places in a square; at most four moves.
slide(s(A, 0, C, D), right, s(0, A, C, D)).
slide(s(0, B, C, D), left, s(B, 0, C, D)).
slide(s(A, B, C, 0), right, s(A, B, 0, C)).
slide(s(A, B, 0, D), left, s(A, B, D, 0)).
slide(s(A, B, 0, D), down, s(0, B, A, D)).
slide(s(0, B, C, D), up, s(C, B, 0, D)).
slide(s(A, B, C, 0), down, s(A, 0, C, B)).
slide(s(A, 0, C, D), up, s(A, D, C, 0)).

moves(S, _, S, []).
moves(S, N, T, [M|Ms]) :- N > 0, slide(S, M, S1), N1 is N-1, moves(S1, N1, T, Ms).

?- moves(s(1, 2, 3, 0), 4, s(0, 1, 3, 2), Moves).
