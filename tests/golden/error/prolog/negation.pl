p(X) :- \+ q(X), X \= a.
