% Principal types of λ-terms. Self-application has none: its type would contain itself, and the occurs check
% says no.
type(Scope, var(X), T) :- lookup(X, Scope, T).
type(Scope, lam(X, Body), A -> T) :- type([X:A|Scope], Body, T).
type(Scope, app(F, X), T) :- type(Scope, F, A -> T), type(Scope, X, A).

% Names are numbers, so that different names can be told apart.
lookup(X, [Y:T|_], T) :- X =:= Y.
lookup(X, [Y:_|Scope], T) :- X =\= Y, lookup(X, Scope, T).

term(identity, lam(1, var(1))).
term(constant, lam(1, lam(2, var(1)))).
term(twice, lam(1, lam(2, app(var(1), app(var(1), var(2)))))).
term(self, lam(1, app(var(1), var(1)))).
term(compose, lam(1, lam(2, lam(3, app(var(1), app(var(2), var(3))))))).

?- term(Name, _M), type([], _M, T).
