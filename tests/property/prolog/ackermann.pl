ack(z, N, s(N)).
ack(s(M), z, A) :- ack(M, s(z), A).
ack(s(M), s(N), A) :- ack(s(M), N, B), ack(M, B, A).

?- ack(s(s(z)), s(s(z)), A).
