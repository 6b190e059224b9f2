% The length of every proof.
prove(true, 0).
prove((A, B), N) :- prove(A, M), prove(B, K), N is M+K.
prove(edge(X, Y), 1) :- edge(X, Y).
prove(path(X, X), 1).
prove(path(X, Z), N) :- prove((edge(X, Y), path(Y, Z)), M), N is M+1.

edge(1, 2).
edge(2, 3).
edge(1, 3).

?- prove(path(1, To), N).
