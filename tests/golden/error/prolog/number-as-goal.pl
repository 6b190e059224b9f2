p :- q, 3.
?- "text".
