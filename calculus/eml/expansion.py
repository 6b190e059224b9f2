"""Calls of definitions, and trees in their place.

A definition is a shorthand: it may use others, but not itself, so that what it stands for is a tree.
Names that are neither parameters nor definitions are variables.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from calculus.eml.program import CALL, Definition, uses
from calculus.eml.syntax import EML, VARIABLE
from calculus.source.diagnostic import Diagnostic, NameProblem, Note
from calculus.source.text import Span
from calculus.term import Term, canonical
from calculus.term.node import like, postorder

MOST = 2_000_000
"""Distinct nodes of the trees that take the place of calls."""


def check_names(
    definitions: Mapping[str, Definition], trees: Sequence[Definition | Term]
) -> list[Diagnostic]:
    """A diagnostic for every use of a definition that is not there or takes other arguments, and for every
    definition that uses itself.
    """
    found = [problem for tree in trees for problem in _wrong_uses(tree, definitions)]
    return found or list(_cycles(definitions))


def _wrong_uses(tree: Definition | Term, definitions: Mapping[str, Definition]) -> Iterator[Diagnostic]:
    term = tree if isinstance(tree, Term) else tree.term
    hidden = () if isinstance(tree, Term) else tree.parameters
    for item in postorder(term):
        name = item.label
        if item.op is CALL and name in hidden:
            yield _problem(f"`{name}` is a parameter, which takes no arguments", item)
        elif item.op is CALL and name not in definitions:
            yield _problem(f"there is no definition `{name}`", item, _did_you_mean(name, definitions))
        elif item.op is CALL or (item.op is VARIABLE and name in definitions and name not in hidden):
            wanted = definitions[name].parameters
            if len(item.children) != len(wanted):
                trees = f"{len(wanted)} tree{'s' * (len(wanted) != 1)}" if wanted else "no arguments"
                written = f"{name}({', '.join(wanted)})" if wanted else name
                found = len(item.children) or "none"
                message = f"`{name}` takes {trees}, found {found}"
                yield _problem(message, item, f"its definition begins `def {written} = …`")


def _did_you_mean(name: str, names: Mapping[str, Definition]) -> str | None:
    from difflib import get_close_matches  # only needed for a mistake

    close = get_close_matches(name, ["eml", *names], n=1, cutoff=0.6)
    if close:
        return f"did you mean `{close[0]}`?"
    return f"`calculus eml compile '{name}(…)'` makes a tree of an expression in ordinary notation"


def _cycles(definitions: Mapping[str, Definition]) -> Iterator[Diagnostic]:
    """A diagnostic for every ring of definitions that is met when they are followed."""
    graph = {name: uses(item, definitions) for name, item in definitions.items()}
    done: set[str] = set()
    for start in graph:
        if start in done:
            continue
        path = {start: None}  # in order
        ways = [iter(graph[start])]
        while ways:
            name = next(ways[-1], None)
            if name is None:
                ways.pop()
                done.add(path.popitem()[0])
            elif name in path:
                names = list(path)
                yield _ring(names[names.index(name) :], graph)
            elif name not in done:
                path[name] = None
                ways.append(iter(graph[name]))


def _ring(ring: list[str], graph: Mapping[str, dict[str, Term]]) -> Diagnostic:
    names = [*ring, ring[0]]
    places = [graph[one][other] for one, other in pairwise(names)]
    notes = tuple(
        Note(f"`{one}` uses `{other}` here", _head(place))
        for one, other, place in zip(ring, names[1:], places, strict=True)
    )
    message = f"the definition of `{ring[0]}` uses itself"
    help = "a definition stands for a tree, which is finite"
    return Diagnostic("name", message, _head(places[0]), notes=notes if len(ring) > 1 else (), help=help)


def _problem(message: str, item: Term, help: str | None = None) -> Diagnostic:
    return Diagnostic("name", message, _head(item), help=help)


def _head(item: Term) -> Span | None:
    return item.span.at_head() if item.span else None


@dataclass(slots=True)
class _Frame:
    """A tree that is being rebuilt: of a call, with what its parameters stand for."""

    key: tuple[object, ...]
    order: list[Term]
    values: dict[str, Term]
    made: dict[int, Term] = field(default_factory=dict)
    at: int = 0


def expand(tree: Term, definitions: Mapping[str, Definition]) -> Term:
    """The tree with trees in the place of calls. The names must have been checked.

    Calls with equal arguments stand for one tree. Raises `NameProblem` for a tree of too many nodes.
    """
    known: dict[tuple[object, ...], Term] = {}
    frames = [_Frame((), postorder(tree), {})]
    count = 0
    while True:
        frame = frames[-1]
        while frame.at < len(frame.order):
            item = frame.order[frame.at]
            made = _rebuilt(item, frame, definitions, known)
            if isinstance(made, _Frame):
                frames.append(made)
                break
            count += made is not item
            if count > MOST:
                raise NameProblem(_problem(f"the definitions stand for more than {MOST:,} nodes", tree))
            frame.made[id(item)] = made
            frame.at += 1
        else:
            result = frame.made[id(frame.order[-1])]
            known[frame.key] = result
            frames.pop()
            if not frames:
                return result


def _rebuilt(
    item: Term,
    frame: _Frame,
    definitions: Mapping[str, Definition],
    known: Mapping[tuple[object, ...], Term],
) -> Term | _Frame:
    """The node with what its parts have become, or the call that has to be worked out first."""
    if item.op is VARIABLE and item.label in frame.values:
        return frame.values[item.label]
    parts = tuple([frame.made[id(child)] for child in item.children])
    if item.op is EML:
        same = all(new is old for new, old in zip(parts, item.children, strict=True))
        return item if same else like(item, None, parts)
    if item.op is not CALL and not (item.op is VARIABLE and item.label in definitions):
        return item
    key = (item.label, *map(canonical, parts))
    if key in known:
        return known[key]
    definition = definitions[item.label]
    values = dict(zip(definition.parameters, parts, strict=True))
    return _Frame(key, postorder(definition.term), values)
