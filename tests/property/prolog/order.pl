% Clauses of several predicates in between each other; unknown predicates fail.
a(X) :- b(X).
b(1).
a(X) :- c(X).
b(2).
c(3) :- nowhere.
a(4).
c(5).

?- a(X), a(Y).
