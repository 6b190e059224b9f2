% Reduction of S K K x, wherever it may begin.
step(app(app(k, X), _), X).
step(app(app(app(s, F), G), X), app(app(F, X), app(G, X))).
step(app(F, X), app(G, X)) :- step(F, G).
step(app(F, X), app(F, Y)) :- step(X, Y).

steps(T, T, []).
steps(T, V, [U|Us]) :- step(T, U), steps(U, V, Us).

?- steps(app(app(app(s, k), k), x), T, Through).
