% A goal that is bound when it is called.
apply_all(_, []).
apply_all(P, [X|Xs]) :- holds(P, X), apply_all(P, Xs).

holds(even, X) :- 0 is X mod 2.
holds(small, X) :- X < 10.

run(G) :- G.

either(G, _) :- call(G).
either(_, G) :- call(G).

p(1).
p(2).

q(3).

?- apply_all(even, [2, 4]), run(p(X)), either(q(Y), p(Y)).
