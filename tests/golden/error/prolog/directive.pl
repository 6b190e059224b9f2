:- initialization(main).
:- op(700, xfx, ===).
:- go.
