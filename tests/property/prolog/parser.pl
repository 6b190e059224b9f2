% Expressions to their value: what a grammar rule becomes, with the text left over as another argument.
expr(V, S0, S) :- term(T, S0, S1), more(T, V, S1, S).

more(V, V, S, S).
more(A, V, ['+'|S1], S) :- term(T, S1, S2), B is A+T, more(B, V, S2, S).
more(A, V, ['-'|S1], S) :- term(T, S1, S2), B is A-T, more(B, V, S2, S).

term(V, S0, S) :- factor(F, S0, S1), times(F, V, S1, S).

times(V, V, S, S).
times(A, V, ['*'|S1], S) :- factor(F, S1, S2), B is A*F, times(B, V, S2, S).

factor(N, [num(N)|S], S).
factor(V, ['('|S1], S) :- expr(V, S1, [')'|S]).

?- expr(V, [num(2), '*', '(', num(3), '+', num(4), ')', '-', num(1)], Rest).
