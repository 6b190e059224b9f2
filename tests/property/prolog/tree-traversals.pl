% All trees whose items in order are 1, 2 and 3, and the same items from the root down.
app([], Y, Y).
app([H|T], Y, [H|Z]) :- app(T, Y, Z).

inorder(nil, []).
inorder(t(L, X, R), Xs) :- app(Ls, [X|Rs], Xs), inorder(L, Ls), inorder(R, Rs).

preorder(nil, []).
preorder(t(L, X, R), [X|Xs]) :- preorder(L, Ls), preorder(R, Rs), app(Ls, Rs, Xs).

?- inorder(T, [1, 2, 3]), preorder(T, Xs).
