add(z, Y, Y).
add(s(X), Y, s(Z)) :- add(X, Y, Z).

mul(z, _, z).
mul(s(X), Y, Z) :- mul(X, Y, P), add(Y, P, Z).

?- mul(s(s(s(z))), s(s(z)), Six), add(A, B, Six).
