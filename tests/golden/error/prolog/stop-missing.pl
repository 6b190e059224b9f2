p(a)
q(b).
r(c) :- p(a)
