% The busy beaver of two states: 1RB1LB1LA1RH.
delta(a, 0, 1, r, b).
delta(a, 1, 1, l, b).
delta(b, 0, 1, l, a).
delta(b, 1, 1, r, h).

run(h, L, R, 0, L, R).
run(Q, L, R, N, L2, R2) :-
    read(R, C, R0),
    delta(Q, C, W, D, P),
    move(D, W, L, R0, L1, R1),
    run(P, L1, R1, M, L2, R2),
    N is M+1.

read([], 0, []).
read([C|R], C, R).

move(r, W, L, R, [W|L], R).
move(l, W, [C|L], R, L, [C, W|R]).
move(l, W, [], R, [], [0, W|R]).

?- run(a, [], [], Steps, Left, Right).
