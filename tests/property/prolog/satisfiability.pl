true_of(t).

value(t).
value(f).

not(t, f).
not(f, t).

holds([L|_], E) :- literal(L, E).
holds([_|Ls], E) :- holds(Ls, E).

literal(pos(X), E) :- bound(X, t, E).
literal(neg(X), E) :- bound(X, f, E).

bound(X, V, [X-V|_]).
bound(X, V, [_|E]) :- bound(X, V, E).

all([], _).
all([C|Cs], E) :- holds(C, E), all(Cs, E).

?- E = [p-P, q-Q, r-R], all([[pos(p), neg(q)], [neg(p), pos(r)], [pos(q), neg(r)]], E), value(P), value(Q), value(R).
