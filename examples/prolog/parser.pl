% A grammar for sums and products that computes their values. Each rule passes on what is left of the text.
sum(V, S0, S) :- product(P, S0, S1), sum_rest(P, V, S1, S).

sum_rest(A, V, [+|S1], S) :- product(P, S1, S2), B is A+P, sum_rest(B, V, S2, S).
sum_rest(A, V, [-|S1], S) :- product(P, S1, S2), B is A-P, sum_rest(B, V, S2, S).
sum_rest(V, V, S, S).

product(V, S0, S) :- factor(F, S0, S1), product_rest(F, V, S1, S).

product_rest(A, V, [*|S1], S) :- factor(F, S1, S2), B is A*F, product_rest(B, V, S2, S).
product_rest(V, V, S, S).

factor(N, [num(N)|S], S).
factor(V, ['('|S1], S) :- sum(V, S1, [')'|S]).

?- sum(Value, [num(2), *, '(', num(3), +, num(4), ')', -, num(1)], []).
