% The farmer, the wolf, the goat and the cabbage, in seven crossings.
opposite(w, e).
opposite(e, w).

move(state(X, X, G, C), wolf, state(Y, Y, G, C)) :- opposite(X, Y).
move(state(X, W, X, C), goat, state(Y, W, Y, C)) :- opposite(X, Y).
move(state(X, W, G, X), cabbage, state(Y, W, G, Y)) :- opposite(X, Y).
move(state(X, W, G, C), nothing, state(Y, W, G, C)) :- opposite(X, Y).

one_is_with(X, X, _).
one_is_with(X, Y, X) :- opposite(X, Y).

safe(state(F, W, G, C)) :- one_is_with(F, G, W), one_is_with(F, G, C).

crossings(state(e, e, e, e), []).
crossings(S, [M|Ms]) :- move(S, M, T), safe(T), crossings(T, Ms).

?- Moves = [_, _, _, _, _, _, _], crossings(state(w, w, w, w), Moves).
