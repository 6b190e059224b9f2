% Division that rounds down, division that rounds to zero, and the rest.
pair(7, 2).
pair(-7, 2).
pair(7, -2).
pair(-7, -2).

?- pair(X, Y), A is X//Y, B is X mod Y, C is X div Y, D is X rem Y, E is -X*Y-3, F is min(X, Y)+max(X, Y)*abs(X), G is - (X), 0 is X-X.
