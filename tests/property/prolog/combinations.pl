comb(0, _, []).
comb(N, [X|T], [X|C]) :- N > 0, M is N-1, comb(M, T, C).
comb(N, [_|T], C) :- N > 0, comb(N, T, C).

?- comb(3, [a, b, c, d, e], C).
