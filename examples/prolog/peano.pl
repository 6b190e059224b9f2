% Numbers as terms. Multiplication run backwards finds the factors of six, and then goes on searching.
add(z, Y, Y).
add(s(X), Y, s(Z)) :- add(X, Y, Z).

mul(z, _, z).
mul(s(X), Y, Z) :- add(Y, P, Z), mul(X, Y, P).

six(s(s(s(s(s(s(z))))))).

?- six(N), mul(X, s(Y), N).
