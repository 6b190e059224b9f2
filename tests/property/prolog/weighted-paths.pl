road(a, b, 7).
road(a, c, 3).
road(c, b, 2).
road(b, d, 4).
road(c, d, 9).

route(X, X, 0, [X]).
route(X, Z, L, [X|P]) :- road(X, Y, D), route(Y, Z, M, P), L is D+M.

?- route(a, d, Length, Path), Length < 12.
