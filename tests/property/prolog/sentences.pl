% All sentences of a small grammar, and their trees.
s(s(N, V), A, C) :- np(Num, N, A, B), vp(Num, V, B, C).

np(Num, np(D, N), [D, N|C], C) :- det(D), noun(Num, N).

vp(Num, vp(V), [V|C], C) :- verb(Num, V, alone).
vp(Num, vp(V, N), [V|B], C) :- verb(Num, V, with), np(_, N, B, C).

det(the).

noun(one, cat).
noun(many, dogs).

verb(one, sleeps, alone).
verb(many, sleep, alone).
verb(one, sees, with).
verb(many, see, with).

?- s(Tree, Words, []).
