% Lists with a hole at the end: appending takes one step, and queues give first what came first.
join(X-Y, Y-Z, X-Z).

flat(leaf(X), [X|T]-T).
flat(node(L, R), D) :- flat(L, DL), flat(R, DR), join(DL, DR, D).

enter(X, Front-[X|Back], Front-Back).
leave([X|Front]-Back, X, Front-Back).

?- flat(node(node(leaf(1), leaf(2)), node(leaf(3), leaf(4))), L-[]), enter(a, Q-Q, Q1), enter(b, Q1, Q2), leave(Q2, X, Q3).
