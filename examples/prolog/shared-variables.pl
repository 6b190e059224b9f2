% Answers may leave variables open: lists that read the same from both ends.
reverse([], Acc, Acc).
reverse([H|T], Acc, R) :- reverse(T, [H|Acc], R).

?- L = [_, _, _, _, _], reverse(L, [], L).
