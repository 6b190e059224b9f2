% Six queens that do not attack each other. A list has a place for each column, and two more have one for each
% diagonal, shifted by one from row to row: two queens in one place do not unify.
queens([], _, _, _).
queens([Q|Qs], Columns, Up, [_|Down]) :- queens(Qs, Columns, [_|Up], Down), place(Q, Columns, Up, Down).

place(Q, [Q|_], [Q|_], [Q|_]).
place(Q, [_|Columns], [_|Up], [_|Down]) :- place(Q, Columns, Up, Down).

?- Columns = [_, _, _, _, _, _], queens([1, 2, 3, 4, 5, 6], Columns, _, _).
