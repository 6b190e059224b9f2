colour(red).
colour(green).
colour(blue).

other(X, Y) :- colour(X), colour(Y), differ(X, Y).

differ(red, green).
differ(red, blue).
differ(green, red).
differ(green, blue).
differ(blue, red).
differ(blue, green).

map(WA, NT, SA, Q, NSW, V, T) :-
    other(WA, NT),
    other(WA, SA),
    other(NT, SA),
    other(NT, Q),
    other(SA, Q),
    other(SA, NSW),
    other(SA, V),
    other(Q, NSW),
    other(NSW, V),
    colour(T).

?- map(WA, NT, SA, Q, NSW, V, T).
