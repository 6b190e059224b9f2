"""Bugs in the FMC's parser, printer, binding, reduction and equality."""

from collections.abc import Callable
from typing import Any

from calculus.fmc import actions, matching, normal, permutation, printer, reduction, rules
from calculus.fmc.rules import Hole, JoinOf, JumpOf, Label, LoopOf, NoActionAt, Place
from calculus.machine.instructions import POP, PUSH
from calculus.term import Term, binding
from calculus.verify.bugs.bug import Bug, Where
from calculus.verify.bugs.planting import everywhere, fields, instead, together

_M, _N, _P, _I, _J = Hole("M"), Hole("N"), Hole("P"), Label("I"), Label("J")


def _three_actions(right: Callable[..., Any]) -> Callable[..., Any]:
    def chain_ending(self: Any, recent: Any) -> Any:
        if [action.op for action in recent] == [PUSH, PUSH, POP]:
            return rules.BETA, 3
        return right(self, recent)

    return chain_ending


def _pushes_elsewhere(right: Callable[[Term], str]) -> Callable[[Term], str]:
    return lambda action: "elsewhere" if action.op is PUSH else right(action)


def _all_free(right: Callable[..., Any]) -> Callable[..., Any]:
    def union(item: Term, sets: dict[int, set[str]], shared: set[int]) -> set[str] | None:
        return set().union(*(sets.get(id(child), set()) for child in item.children)) or None

    return union


def _unsigned(right: Callable[[str], int]) -> Callable[..., Any]:
    return lambda self, *rest: abs(right(self, *rest))


def _handler_of_skip(right: Callable[..., Term]) -> Callable[..., Term]:
    def case(
        self: Any, start: int, end: int, first: Term, at: int, label: Any, arrow: int, handler: Term
    ) -> Term:
        return right(self, start, end, first, at, "*", arrow, handler)

    return case


def _first_group(right: Callable[..., Term]) -> Callable[..., Term]:
    def sequence(self: Any, start: int, end: int, first: Term, dot: int, rest: Term) -> Term:
        return right(self, start, end, rest, dot, first)

    return sequence


BUGS = (
    Bug(
        "integers-lose-their-sign",
        "parser",
        "`-3` is read as 3",
        instead(actions.Actions, "jump_integer", _unsigned),
        Where("fmc", "syntax"),
    ),
    Bug(
        "cases-catch-skip",
        "parser",
        "`M ; J -> N` is read as `M ; * -> N`",
        instead(actions.Actions, "case", _handler_of_skip),
        Where("fmc", "syntax"),
    ),
    Bug(
        "dots-exchange",
        "parser",
        "`M.N` runs N before M",
        instead(actions.Actions, "sequence", _first_group),
        Where("fmc", "syntax"),
    ),
    Bug(
        "parentheses-dropped",
        "printer",
        "no parentheses are written",
        instead(printer, "enclosed", lambda right: lambda pieces, needed: pieces),
        Where("fmc", "syntax"),
    ),
    Bug(
        "substitution-captures",
        "binding",
        "a binder that would capture what is put below it keeps its name",
        everywhere(binding.fresh, lambda right: lambda name, taken: name),
        Where("fmc", "binding"),
    ),
    Bug(
        "bound-variables-are-free",
        "binding",
        "the free variables of a term are all that occur in it",
        instead(binding, "_union_over_children", _all_free),
        Where("fmc", "binding"),
    ),
    Bug(
        "prefix-captures",
        "reduction",
        "a handler is moved below a pop whose name is free in it",
        fields(rules.PREFIX, conditions=()),
        Where("fmc", "confluence", "engine"),
    ),
    Bug(
        "beta-captures",
        "reduction",
        "an argument is moved past a pop whose name is free in it",
        fields(rules.BETA, conditions=(NoActionAt("H", Place("a")),)),
        Where("fmc", "confluence", "engine"),
    ),
    Bug(
        "beta-across-its-location",
        "reduction",
        "a push meets a pop across another push at the same location",
        together(
            instead(reduction._Index, "chain_ending", _three_actions),
            instead(matching, "location_of", _pushes_elsewhere),
        ),
        Where("fmc", "confluence", "engine-narrow"),
    ),
    Bug(
        "assoc-with-two-labels",
        "reduction",
        "`(M;J->P);I->N` is nested to the right though the labels are two",
        fields(
            rules.ASSOC, left=JoinOf(JoinOf(_M, _J, _P), _I, _N), right=JoinOf(_M, _J, JoinOf(_P, _I, _N))
        ),
        Where("fmc", "confluence", "forks"),
    ),
    Bug(
        "assoc-drops-the-outer-handler",
        "reduction",
        "`(M;J->P);J->N` becomes `M;J->P`",
        fields(rules.ASSOC, right=JoinOf(_M, _J, _P)),
        Where("fmc", "confluence", "engine"),
    ),
    Bug(
        "select-of-any-label",
        "reduction",
        "`I;J->N` is N whatever the labels are",
        fields(rules.SELECT, left=JoinOf(JumpOf(_I), _J, _N)),
        Where("fmc", "confluence", "engine"),
    ),
    Bug(
        "exit-of-any-loop",
        "reduction",
        "`M^I;J->N` loses its handler whatever the labels are",
        fields(rules.EXIT, left=JoinOf(LoopOf(_M, _I), _J, _N)),
        Where("fmc", "confluence", "forks"),
    ),
    Bug(
        "unroll-forgets-the-loop",
        "reduction",
        "`M^J` becomes M",
        fields(rules.UNROLL, right=_M),
        Where("fmc", "confluence", "forks"),
    ),
    Bug(
        "delta-exchanges-operands",
        "reduction",
        "a primitive is computed with its operands the other way round",
        everywhere(matching.computed, lambda right: lambda name, operands: right(name, operands[::-1])),
        Where("fmc", "steps"),
    ),
    Bug(
        "evaluation-catches-all",
        "reduction",
        "normalisation by evaluation takes any jump for the one that is waited for",
        instead(normal, "same_label", lambda right: lambda left, other: True),
        Where("fmc", "normalisation"),
    ),
    Bug(
        "pushes-overtake-binders",
        "equality",
        "the canonical order moves a push before the pop that binds what it uses",
        instead(permutation, "free_variables", lambda right: lambda term: frozenset()),
        Where("fmc", "permutation"),
    ),
)
