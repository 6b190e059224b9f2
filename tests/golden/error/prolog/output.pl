p(X) :- write(X), nl.
