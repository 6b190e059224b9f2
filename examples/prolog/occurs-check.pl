% A term is not part of itself, so this fails, where many Prologs would make a cyclic term.
below(X, s(X)).

?- below(Y, Y).
