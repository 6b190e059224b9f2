fact(0, 1).
fact(N, F) :- N > 0, M is N-1, fact(M, G), F is N*G.

?- fact(30, F), Half is F//2, Half*2 =:= F, Low is F-9223372036854775807.
