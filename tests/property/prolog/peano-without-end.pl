less(z, s(_)).
less(s(X), s(Y)) :- less(X, Y).

even(z).
even(s(s(X))) :- even(X).

?- even(X), less(Y, X).
