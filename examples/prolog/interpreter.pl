% An interpreter of logic programs, run on the rules of addition. It says how long each proof is.
prove(true, 0).
prove((A, B), N) :- prove(A, K), prove(B, L), N is K+L.
prove(Goal, N) :- rule(Goal, Body), prove(Body, M), N is M+1.

rule(add(z, Y, Y), true).
rule(add(s(X), Y, s(Z)), add(X, Y, Z)).
rule(twice(X, Y), add(X, X, Y)).

?- prove((add(A, B, s(s(z))), twice(A, C)), Steps).
