% Balanced words with three pairs.
bal(0, 0, []).
bal(Open, Close, [l|W]) :- Open > 0, O is Open-1, C is Close+1, bal(O, C, W).
bal(Open, Close, [r|W]) :- Close > 0, C is Close-1, bal(Open, C, W).

?- bal(3, 0, W).
