% An interpreter of Horn clauses, and a program for it.
solve(true).
solve((A, B)) :- solve(A), solve(B).
solve(H) :- rule(H, B), solve(B).

rule(nat(z), true).
rule(nat(s(X)), nat(X)).
rule(plus(z, Y, Y), nat(Y)).
rule(plus(s(X), Y, s(Z)), plus(X, Y, Z)).
rule(twice(X, Y), (nat(X), plus(X, X, Y))).

?- solve(plus(A, B, s(s(z)))), solve((nat(A), nat(B))).
