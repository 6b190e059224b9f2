p(X) :- between(1, 3, X).
?- length(L, 3), succ(X, 1), plus(1, 2, X).
