row([A, B, C]) :- perm3(A, B, C).

perm3(1, 2, 3).
perm3(1, 3, 2).
perm3(2, 1, 3).
perm3(2, 3, 1).
perm3(3, 1, 2).
perm3(3, 2, 1).

square([[A, B, C], [D, E, F], [G, H, I]]) :-
    row([A, B, C]),
    row([D, E, F]),
    perm3(A, D, G),
    perm3(B, E, H),
    row([G, H, I]),
    perm3(C, F, I).

?- square(S).
