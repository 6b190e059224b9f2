% A jug of four and one of three; two are wanted.
step(jugs(_, Y), jugs(4, Y), fill_large).
step(jugs(X, _), jugs(X, 3), fill_small).
step(jugs(_, Y), jugs(0, Y), empty_large).
step(jugs(X, _), jugs(X, 0), empty_small).
step(jugs(X, Y), jugs(X1, Y1), pour_small) :- X+Y =< 4, X1 is X+Y, Y1 = 0.
step(jugs(X, Y), jugs(4, Y1), pour_small) :- X+Y > 4, Y1 is X+Y-4.
step(jugs(X, Y), jugs(0, Y1), pour_large) :- X+Y =< 3, Y1 is X+Y.
step(jugs(X, Y), jugs(X1, 3), pour_large) :- X+Y > 3, X1 is X+Y-3.

solve(jugs(2, _), _, []).
solve(S, N, [How|More]) :- N > 0, M is N-1, step(S, T, How), solve(T, M, More).

?- solve(jugs(3, 3), 3, How).
