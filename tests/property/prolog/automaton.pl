% The words of a language, shortest first as far as the length goes.
step(even, 0, even).
step(even, 1, odd).
step(odd, 0, odd).
step(odd, 1, even).

accepts(even, []).
accepts(Q, [C|Cs]) :- step(Q, C, P), accepts(P, Cs).

?- W = [_, _, _, _], accepts(even, W).
