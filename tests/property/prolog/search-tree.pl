insert(X, nil, t(nil, X, nil)).
insert(X, t(L, X, R), t(L, X, R)).
insert(X, t(L, Y, R), t(L1, Y, R)) :- X < Y, insert(X, L, L1).
insert(X, t(L, Y, R), t(L, Y, R1)) :- X > Y, insert(X, R, R1).

build([], T, T).
build([X|Xs], T0, T) :- insert(X, T0, T1), build(Xs, T1, T).

items(nil, Xs, Xs).
items(t(L, X, R), Xs, Ys) :- items(L, Xs, [X|Zs]), items(R, Zs, Ys).

?- build([5, 2, 8, 1, 9, 2, 7], nil, T), items(T, Sorted, []).
