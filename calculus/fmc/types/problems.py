"""What is said when types do not match: expected first, actual second, and where each is from."""

from collections.abc import Sequence
from typing import Any, NoReturn

from calculus.fmc.printer import jump_text, to_text
from calculus.fmc.types.nodes import Node, find, is_class, label_of
from calculus.fmc.types.show import stack_term, value_term
from calculus.machine.instructions import LAMBDA
from calculus.source.diagnostic import Diagnostic, Note, TypeProblem
from calculus.source.text import Span

LONGEST = 60
"""How much of a type a message shows."""


def problem(
    message: str, span: Span | None, *, label: str = "", notes: Sequence[Note] = (), help: str | None = None
) -> TypeProblem:
    place = span.at_head() if span else None
    return TypeProblem(Diagnostic("type", message, place, label, tuple(notes), help))


def text(node: Node) -> str:
    """A type in a message, with a word for what cannot be written."""
    match node.kind:
        case "cell":
            return f"`{to_text(stack_term(node), limit=LONGEST)}`"
        case "caller":
            where = "" if node.label[1] == LAMBDA else f" at `{node.label[1]}`"
            return f"nothing more on the stack{where}"
        case "place" | "frame":
            return "a memory"
        case "closed":
            return "no further exit"
        case "exit":
            return f"the exit `{label_text(node.label)}`"
        case "rigid":
            return f"`{node.label}`"
    return f"`{to_text(value_term(node), limit=LONGEST)}`"


def label_text(label: Any) -> str:
    return str(label[1]) if is_class(label) else jump_text(label)


def clash(expected: Node, actual: Node, span: Span | None) -> NoReturn:
    """Two types that cannot be the same."""
    help = None
    if "caller" in (expected.kind, actual.kind):
        help = "a declared type says all that is taken from a stack and left on it"
    notes = []
    place = span.at_head() if span else None
    for what, node in (("expected", expected), ("found", actual)):
        origin = node.span.at_head() if node.span else None
        if origin and origin != place:
            notes.append(Note(f"{text(node)} is {what} because of this", origin))
    raise problem(f"expected {text(expected)}, found {text(actual)}", span, notes=notes, help=help)


def row_clash(left: Node, right: Node, names: Any, span: Span | None) -> NoReturn:
    """The same rest with and without some exits."""
    listed = ", ".join(f"`{label_text(label_of(name))}`" for name in names)
    raise problem(
        f"expected the same exits and locations on both ways, found {listed} on one only",
        span,
        help="what a variable stands for is used at one memory and one set of exits",
    )


def infinite(path: Sequence[Node], span: Span | None) -> NoReturn:
    """A type that would contain itself."""
    stack = next((node for node in path if node.kind == "cell"), None)
    value = next((node for node in path if node.kind in ("thunk", "data", "framed")), None)
    shown = value or stack or path[0]
    tops = [node if node.kind != "cell" else find(node.parts[0]) for node in path]
    places = [node.span.at_head() for node in tops if node.span]
    here = span.at_head() if span else None
    notes = [Note("this is part of the type", place) for place in dict.fromkeys(places) if place != here][:2]
    if value is not None:
        message = f"expected a type that does not contain itself, found {text(shown)}"
        help = "a thunk cannot take itself; recursion is by a definition"
    else:
        message = f"expected the same stack, found one that is longer: {text(shown)}"
        help = "an unannotated variable is run at one stack only; annotate it, as in `<f : (=> Int)>`"
    raise problem(message, span, label="this closes the circle", notes=notes, help=help)


def unhandled(label: Any, declared: Span | None, span: Span | None) -> NoReturn:
    """An exit that a written type does not have."""
    raise problem(
        f"expected an exit of the written type, found the exit `{label_text(label)}`",
        span,
        label="leaves here",
        notes=[Note("the type is written here", declared.at_head())] if declared else (),
        help="a handler for the exit is missing, or the type must name it",
    )
