father(homer, bart).
father(homer, lisa).
father(homer, maggie).
father(abraham, homer).
father(abraham, herb).
mother(marge, bart).
mother(marge, lisa).
mother(marge, maggie).
mother(mona, homer).

parent(X, Y) :- father(X, Y).
parent(X, Y) :- mother(X, Y).

ancestor(X, Y) :- parent(X, Y).
ancestor(X, Z) :- parent(X, Y), ancestor(Y, Z).

uncle(X, Y) :- father(F, P), father(F, X), parent(P, Y), brothers(X, P).

brothers(herb, homer).
brothers(homer, herb).

?- ancestor(Who, lisa), uncle(Uncle, lisa).
