item(gold, 4, 10).
item(silver, 3, 7).
item(copper, 5, 8).
item(iron, 2, 3).

pack([], 0, 0, []).
pack([I|Is], W, V, [I|Js]) :- item(I, WI, VI), pack(Is, W1, V1, Js), W is W1+WI, V is V1+VI.
pack([_|Is], W, V, Js) :- pack(Is, W, V, Js).

?- pack([gold, silver, copper, iron], W, V, Items), W =< 7, V >= 10.
