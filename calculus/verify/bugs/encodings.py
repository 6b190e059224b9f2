"""Bugs in languages that are translated: counterexamples are programs of theirs, not terms."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from calculus.encodings import call_by_value
from calculus.encodings.automaton import translation as automaton
from calculus.encodings.imp.translation import ImpTranslator
from calculus.encodings.petri import encode as petri
from calculus.encodings.prolog.encode import Encoder
from calculus.encodings.regex import translation as regex
from calculus.encodings.turing import translation as turing
from calculus.machine.relational.instructions import sequence
from calculus.term import Term
from calculus.verify.bugs.bug import Bug, Where
from calculus.verify.bugs.planting import instead


def _reversed_arguments(right: Callable[..., Term]) -> Callable[..., Term]:
    return lambda label, arguments, at: right(label, list(arguments)[::-1], at)


def _reversed_parts(right: Callable[..., Term]) -> Callable[..., Term]:
    return lambda self, term, parts, at: right(self, term, parts[::-1], at)


def _other_way(right: Callable[..., Any]) -> Callable[..., Any]:
    def act(machine: Any, item: Any, counted: bool) -> Any:
        move = {"L": "R", "R": "L"}.get(item.move, item.move)
        return right(machine, item._replace(move=move), counted)

    return act


def _one_each(right: Callable[..., Iterator[Term]]) -> Callable[..., Iterator[Term]]:
    def pops(bag: Mapping[str, int], places: Mapping[str, str]) -> Iterator[Term]:
        return right(dict.fromkeys(bag, 1), places)

    return pops


def _target_alone(right: Callable[[Any], Term]) -> Callable[[Any], Term]:
    def move(item: Any) -> Term:
        return right(item._replace(letter=None)) if item.source == item.target else right(item)

    return move


BUGS = (
    Bug(
        "constructor-reversed",
        "encodings",
        "by value, the arguments of a constructor are in the wrong order",
        instead(call_by_value, "construction", _reversed_arguments),
        Where("fmc", "encoding-lambda-cbv"),
        nodes=None,
    ),
    Bug(
        "arguments-exchanged",
        "encodings",
        "the arguments of a procedure of imp are given in the wrong order",
        instead(ImpTranslator, "_call", _reversed_parts),
        Where("fmc", "encoding-imp"),
        nodes=None,
    ),
    Bug(
        "head-moves-the-other-way",
        "encodings",
        "the head of a Turing machine moves left for right",
        instead(turing, "_act", _other_way),
        Where("rmc", "encoding-turing"),
        nodes=None,
    ),
    Bug(
        "transition-takes-one-token",
        "encodings",
        "a transition of a Petri net takes one token from each place, however many it should",
        instead(petri, "_pops", _one_each),
        Where("rmc", "encoding-petri"),
        nodes=None,
    ),
    Bug(
        "expression-backwards",
        "encodings",
        "the parts of a regular expression are read in the wrong order",
        instead(regex, "sequence", lambda right: lambda *parts: sequence(*list(parts)[::-1])),
        Where("rmc", "encoding-regex"),
        nodes=None,
    ),
    Bug(
        "loops-read-nothing",
        "encodings",
        "a transition of an automaton to the state it comes from takes no letter",
        instead(automaton, "_move", _target_alone),
        Where("rmc", "encoding-automaton"),
        nodes=None,
    ),
    Bug(
        "clauses-backwards",
        "encodings",
        "clauses are tried from the last to the first",
        instead(Encoder, "clauses", lambda right: lambda self, clauses: right(self, clauses)[::-1]),
        Where("rmc", "encoding-prolog"),
        nodes=None,
    ),
)
