d(x, 1).
d(N, 0) :- constant(N).
d(U+V, DU+DV) :- d(U, DU), d(V, DV).
d(U-V, DU-DV) :- d(U, DU), d(V, DV).
d(U*V, U*DV+DU*V) :- d(U, DU), d(V, DV).
d(U^N, N*U^M*DU) :- constant(N), M is N-1, d(U, DU).
d(-U, -DU) :- d(U, DU).

constant(1).
constant(2).
constant(3).

?- d(x^3-2*x*(x+1)-(-x), D).
