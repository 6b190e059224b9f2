% Change for fifteen in coins of ten, five, two and one, with few coins: `;` separates alternatives.
change(0, _, []).
change(N, [C|Cs], Coins) :-
    N > 0,
    (N >= C, M is N-C, Coins = [C|More], change(M, [C|Cs], More) ; change(N, Cs, Coins)).

count([], 0).
count([_|T], N) :- count(T, M), N is M+1.

?- change(15, [10, 5, 2, 1], Coins), count(Coins, N), N =< 5.
