% The towers of Hanoi, and how many moves it takes.
hanoi(0, _, _, _, Moves, Moves, 0).
hanoi(N, From, To, By, Moves, Rest, Count) :-
    N > 0,
    M is N-1,
    hanoi(M, From, By, To, Moves, [From-To|Middle], K),
    hanoi(M, By, To, From, Middle, Rest, L),
    Count is K+1+L.

?- hanoi(3, left, right, middle, Moves, [], Count).
