% AB + BA = CAC
digit(0).
digit(1).
digit(2).
digit(3).
digit(4).
digit(5).
digit(6).
digit(7).
digit(8).
digit(9).

?- digit(A), A > 0, digit(B), B > 0, A =\= B, C is (11*A+11*B)//100, C =\= A, C =\= B, 11*A+11*B =:= 101*C+10*A.
