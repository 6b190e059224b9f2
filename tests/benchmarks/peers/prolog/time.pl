% Runs the goal `run`, which fails, and prints the milliseconds of processor time that it took.

timed :- statistics(runtime, [Before|_]), ( run ; true ), !, statistics(runtime, [After|_]),
    Took is After - Before, write(Took), nl.

:- initialization((timed, halt)).
