% Who owns the zebra, again and again.

times(_).
times(N) :- N > 1, M is N-1, times(M).

right(X, Y, [Y, X|_]).
right(X, Y, [_|T]) :- right(X, Y, T).

next(X, Y, L) :- right(X, Y, L).
next(X, Y, L) :- right(Y, X, L).

mem(X, [X|_]).
mem(X, [_|T]) :- mem(X, T).

zebra(O) :-
    Hs = [h(_, norwegian, _, _, _), _, h(_, _, _, milk, _), _, _],
    mem(h(red, english, _, _, _), Hs),
    mem(h(green, _, _, coffee, _), Hs),
    mem(h(_, spanish, dog, _, _), Hs),
    mem(h(_, ukrainian, _, tea, _), Hs),
    right(h(green, _, _, _, _), h(ivory, _, _, _, _), Hs),
    mem(h(_, _, snails, _, winston), Hs),
    mem(h(yellow, _, _, _, kools), Hs),
    next(h(_, _, _, _, chesterfield), h(_, _, fox, _, _), Hs),
    next(h(_, _, _, _, kools), h(_, _, horse, _, _), Hs),
    mem(h(_, _, _, juice, lucky), Hs),
    mem(h(_, japanese, _, _, parliament), Hs),
    next(h(_, norwegian, _, _, _), h(blue, _, _, _, _), Hs),
    mem(h(_, O, zebra, _, _), Hs).

run :- times(200), zebra(_), fail.
