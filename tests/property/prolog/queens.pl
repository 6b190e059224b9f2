% Queens that do not attack each other: columns and diagonals are lists with a queen in each place at most.
pq(z, _, _, _).
pq(s(I), C, U, [_|D]) :- pq(I, C, [_|U], D), pl(s(I), C, U, D).

pl(Q, [Q|_], [Q|_], [Q|_]).
pl(Q, [_|C], [_|U], [_|D]) :- pl(Q, C, U, D).

?- Board = [_, _, _, _, _], pq(s(s(s(s(s(z))))), Board, _, _).
