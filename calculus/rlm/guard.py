"""Guarded recursion: the only `fix` there is, and why it always ends.

    fix f. \\P. if size P <= tau then LEAF else BODY

f is not used in LEAF, and in BODY only as the function of a `map` over parts of `split k P`, perhaps
filtered, named, or peeked into. A part of a split of something larger than one unit is smaller than it, so
the sizes along a branch decrease, and what is not larger than tau is a leaf.
"""

from collections.abc import Iterator

from calculus.encodings import terms as t
from calculus.source.diagnostic import Diagnostic
from calculus.term import VARIABLE, Term, free_variables
from calculus.term.node import postorder

SMALLEST = 4
"""The least number that may stand for `tau`: the most bytes of a character, which no split cuts."""

FORM = "the form is `fix f. \\P. if size P <= tau then … else …`, with f only in `map f (split k P)`"


def unguarded(term: Term) -> Iterator[Diagnostic]:
    """A diagnostic for every `fix` in a term that is not guarded, with the reason and its place."""
    for item in postorder(term):
        if item.op is t.FIX and (found := _problem(item)) is not None:
            reason, place = found
            yield Diagnostic(
                "name",
                f"expected recursion on smaller parts, found {reason}",
                (place.span or item.span),
                help=FORM,
            )


def parts_of(fix: Term) -> tuple[str, Term, Term, Term, Term] | None:
    """The variable, the guard's bound, the leaf, the body, and the guard of a guarded `fix`."""
    function = fix.children[0]
    if function.op is not t.ABSTRACTION or function.children[0].op is not t.CONDITIONAL:
        return None
    (variable,) = function.label
    guard, leaf, body = function.children[0].children
    if guard.op is not t.OPERATION or guard.label != "<=":
        return None
    size, bound = guard.children
    if not (_applies(size, "size") and _is(size.children[1], variable)):
        return None
    if not (
        _is(bound, "tau") or (bound.op is t.LITERAL and isinstance(bound.label, int) and bound.label > 0)
    ):
        return None
    return variable, bound, leaf, body, guard


def _problem(fix: Term) -> tuple[str, Term] | None:
    (name,) = fix.label
    function = fix.children[0]
    if function.op is not t.ABSTRACTION:
        return "a `fix` that is not of a function", function
    found = parts_of(fix)
    if found is None:
        conditional = function.children[0]
        place = conditional.children[0] if conditional.op is t.CONDITIONAL else conditional
        return f"no test `size {function.label[0]} <= tau` first", place
    variable, bound, leaf, body, _ = found
    if bound.op is t.LITERAL and bound.label < SMALLEST:
        return f"leaves of {bound.label}, where one character may have {SMALLEST} bytes", bound
    if variable == name:
        return f"`{name}` for both the recursion and its argument", function
    if name in free_variables(leaf):
        return f"`{name}` in the leaf", _use(leaf, name)
    return _uses(body, name, variable)


def _uses(body: Term, name: str, variable: str) -> tuple[str, Term] | None:
    """The first use of the recursion in the body that is not on parts, and what it is instead."""
    # Names of lists whose elements are parts of P, and of single parts; and of P, if nothing else has it.
    stack: list[tuple[Term, frozenset[str], frozenset[str], str | None]]
    stack = [(body, frozenset(), frozenset(), variable)]
    while stack:
        term, lists, parts, text = stack.pop()
        if name not in free_variables(term):
            continue
        if term.op is VARIABLE:
            return f"`{name}` that is not the function of a `map` over parts of `{variable}`", term
        if _applies(term, "map", 2):
            function, over = term.children[0].children[1], term.children[1]
            if name in free_variables(function) and not _is_parts(over, text, lists):
                return f"`{name}` mapped over what are not parts of `split k {variable}`", over
            if _is(function, name):
                stack.append((over, lists, parts, text))
                continue
            if function.op is t.ABSTRACTION:
                (element,) = function.label
                if element == name:
                    continue
                inside = parts | {element} if _is_parts(over, text, lists) else parts - {element}
                stack.append((over, lists, parts, text))
                stack.append((function.children[0], lists - {element}, inside, _unless(text, element)))
                continue
        if term.op is t.APPLICATION and _is(term.children[0], name):
            argument = term.children[1]
            if (argument.op is VARIABLE and argument.label in parts) or _peeks(argument, parts):
                continue
            return f"`{name}` applied to what is not a part of `{variable}`", argument
        if term.op is t.LET:
            bound, rest = term.children
            (new,) = term.label
            inside = lists | {new} if _is_parts(bound, text, lists) else lists - {new}
            stack.append((bound, lists, parts, text))
            if new != name:
                stack.append((rest, inside, parts - {new}, _unless(text, new)))
            continue
        if term.op is t.ABSTRACTION:
            (new,) = term.label
            stack.append((term.children[0], lists - {new}, parts - {new}, _unless(text, new)))
            continue
        stack += [(child, lists, parts, text) for child in reversed(term.children)]
    return None


def _unless(text: str | None, bound: str) -> str | None:
    """The name of the text, unless it is bound to something else."""
    return None if text == bound else text


def _is_parts(term: Term, text: str | None, lists: frozenset[str]) -> bool:
    """Whether a term is a list of parts of the text."""
    while True:
        if term.op is VARIABLE:
            return term.label in lists
        if _applies(term, "split", 2):
            return text is not None and _is(term.children[1], text)
        peeking = _applies(term, "map", 2) and _peeking(term.children[0].children[1])
        if not (peeking or _applies(term, "filter", 2)):
            return False
        term = term.children[1]


def _peeking(function: Term) -> bool:
    """`peek i j`, or an abstraction that peeks into its argument."""
    if _applies(function, "peek", 2):
        return True
    return function.op is t.ABSTRACTION and _peeks(function.children[0], frozenset(function.label))


def _peeks(term: Term, parts: frozenset[str]) -> bool:
    return _applies(term, "peek", 3) and term.children[1].op is VARIABLE and term.children[1].label in parts


def _applies(term: Term, name: str, count: int = 1) -> bool:
    """Whether a term is a name applied to so many arguments."""
    for _ in range(count):
        if term.op is not t.APPLICATION:
            return False
        term = term.children[0]
    return _is(term, name)


def _is(term: Term, name: str) -> bool:
    return term.op is VARIABLE and term.label == name


def _use(term: Term, name: str) -> Term:
    return next(item for item in postorder(term) if _is(item, name))
