% Simple types of λ-terms. Self-application has none, by occurs check.
type(E, var(X), T) :- lookup(X, E, T).
type(E, lam(X, B), A -> T) :- type([X-A|E], B, T).
type(E, app(F, X), T) :- type(E, F, A -> T), type(E, X, A).

lookup(x, [x-T|_], T).
lookup(y, [y-T|_], T).
lookup(f, [f-T|_], T).
lookup(y, [x-_|E], T) :- lookup(y, E, T).
lookup(f, [x-_|E], T) :- lookup(f, E, T).
lookup(x, [y-_|E], T) :- lookup(x, E, T).
lookup(f, [y-_|E], T) :- lookup(f, E, T).
lookup(x, [f-_|E], T) :- lookup(x, E, T).
lookup(y, [f-_|E], T) :- lookup(y, E, T).

term(identity, lam(x, var(x))).
term(constant, lam(x, lam(y, var(x)))).
term(twice, lam(f, lam(x, app(var(f), app(var(f), var(x)))))).
term(self, lam(x, app(var(x), var(x)))).
term(flip, lam(f, lam(x, lam(y, app(app(var(f), var(y)), var(x)))))).

?- term(Name, E), type([], E, T).
