gcd(X, 0, X) :- X > 0.
gcd(X, Y, G) :- Y > 0, Z is X mod Y, gcd(Y, Z, G).

?- gcd(1071, 462, G), L is 1071*462//G.
