% What unifies with what, with occurs check.
try(1, f(X, X), f(_, g(_))).
try(2, X, s(X)).
try(3, f(X, Y, Z), f(g(Y, Y), g(Z, Z), a)).
try(4, [X|Xs], [Y, Y, Z|Zs]) :- Xs = [Z|Zs], X = Y.
try(5, 'A', a).
try(6, "text", "text").
try(7, p(X, Y), p(Y, f(X))).
try(8, 3, 3).
try(9, [], '[|]').
try(10, X-Y, Y-X).

?- try(N, X, X).
