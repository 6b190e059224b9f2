"""SWI-Prolog as the judge of answers: with occurs check, and unknown predicates failing."""

import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

SWIPL = shutil.which("swipl")

Bindings = dict[str, str]


class Outcome(NamedTuple):
    """The first answers of a query, and how its search ended: `complete`, `limit`, `error`, or `inferences`
    (SWI-Prolog gave up).
    """

    answers: list[Bindings]
    end: str


_DRIVER = r"""
:- set_prolog_flag(occurs_check, true).
:- set_prolog_flag(autoload, false).

main :- jobs(0), halt.
main :- halt(1).

jobs(K) :-
    read(Job),
    (   Job = job(File, N, I)
    ->  atom_concat(job, K, M), job(M, File, N, I), flush_output, K1 is K+1, jobs(K1)
    ;   true
    ).

job(M, File, N, I) :-
    set_prolog_flag(M:unknown, fail),
    Query = query(none),
    open(File, read, S, [encoding(utf8)]),
    load(S, M, Query),
    close(S),
    Query = query(Goal-Names),
    catch(answers(M, Goal, Names, N, I), E, end(E)).

load(S, M, Query) :-
    read_term(S, T, [variable_names(Names), module(M)]),
    (   T == end_of_file
    ->  true
    ;   (   T = (?- G)
        ->  nb_setarg(1, Query, G-Names)
        ;   M:assertz(T)
        ),
        load(S, M, Query)
    ).

answers(M, G, Names, N, I) :-
    Count = count(0),
    (   call_with_inference_limit(M:G, I, R),
        (   R == inference_limit_exceeded
        ->  throw(end(inferences))
        ;   true
        ),
        show(Names),
        arg(1, Count, C), C1 is C+1, nb_setarg(1, Count, C1),
        C1 >= N
    ->  throw(end(limit))
    ;   throw(end(complete))
    ).

end(end(How)) :- !, format("end\t~w~n", [How]).
end(_) :- format("end\terror~n").

show(Names0) :-
    shown(Names0, Names),
    term_variables(Names, Vs),
    named(Vs, 0, Named),
    format("answer"),
    forall(member(X=T, Names), (
        format("\t~w\t", [X]),
        write_term(T, [quoted(true), variable_names(Named)])
    )),
    nl.

shown([], []).
shown([X=T|Xs], Ys) :- ( sub_atom(X, 0, 1, _, '_') -> Ys = Zs ; Ys = [X=T|Zs] ), shown(Xs, Zs).

named([], _, []).
named([V|Vs], K, [N=V|Ns]) :- atom_concat('_', K, N), K1 is K+1, named(Vs, K1, Ns).

member(X, [X|_]).
member(X, [_|Xs]) :- member(X, Xs).
"""


class Swi:
    """One process of SWI-Prolog, which runs program after program."""

    def __init__(self, folder: Path) -> None:
        assert SWIPL is not None
        self.text = folder / "job.pl"
        driver = folder / "driver.pl"
        driver.write_text(_DRIVER, encoding="utf-8")
        self.process = subprocess.Popen(
            [SWIPL, "-q", "-g", "main", str(driver)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def solve(self, text: str, most: int, inferences: int = 10_000_000) -> Outcome:
        """The answers to the last query of a program, at most so many."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.text.write_text(text, encoding="utf-8")
        self.process.stdin.write(f"job('{self.text}', {most}, {inferences}).\n")
        self.process.stdin.flush()
        answers: list[Bindings] = []
        for line in self.process.stdout:
            word, *fields = line.rstrip("\n").split("\t")
            if word == "end":
                return Outcome(answers, fields[0])
            answers.append(dict(zip(fields[::2], fields[1::2], strict=True)))
        raise AssertionError("SWI-Prolog has ended")

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write("end.\n")
        self.process.stdin.close()
        assert self.process.wait(10) == 0
        self.process.stdout.close()
