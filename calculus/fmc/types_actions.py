"""What the alternatives of `fmc.lark` that are about types build.

A sequence of types is read flat. Once it is whole, each data type takes as many of the types after
it as it was declared to have parameters.
"""

from collections.abc import Mapping
from typing import NamedTuple, NoReturn

from calculus.fmc.types_syntax import (
    ARROW,
    BASE,
    BASES,
    DATA_TYPE,
    EXIT,
    MEMORY,
    TYPE_VARIABLE,
    ExitLabel,
    memory_label,
)
from calculus.machine.instructions import LAMBDA, STAR, Jump
from calculus.source.diagnostic import Diagnostic, NameProblem, SyntaxProblem
from calculus.source.text import Source, Span
from calculus.term import Term
from calculus.term.node import located


class Part(NamedTuple):
    """A value type in a sequence, at a location; one that is not `grouped` has yet to take
    arguments.
    """

    location: str
    type: Term
    grouped: bool
    end: int


class TypeActions:
    """Builds the types of one text; `arities` gives the number of parameters of each data type."""

    def __init__(self, source: Source, arities: Mapping[str, int]) -> None:
        self.source = source
        self.text = source.text
        self.arities = arities

    def span(self, start: int, end: int, head: int | None = None) -> Span:
        return Span(self.source, start, end, end if head is None else head)

    def place(self, start: int, end: int) -> str:
        """The location that a word names."""
        word = self.text[start:end]
        return LAMBDA if word == "lambda" else word

    def seq_empty(self, start: int, end: int) -> list[Part]:
        return []

    def seq_value(self, start: int, end: int, parts: list[Part], part: Part) -> list[Part]:
        parts.append(part)
        return parts

    def seq_place(
        self,
        start: int,
        end: int,
        parts: list[Part],
        location: str,
        _o: int,
        inner: list[Part],
        _c: int,
    ) -> list[Part]:
        placed = self.grouped(inner)
        for part in placed:
            self.no_location(part, "a location")
            # The closing bracket belongs to the last.
            until = end if part is placed[-1] else part.end
            parts.append(part._replace(location=location, end=until))
        return parts

    def no_location(self, part: Part, what: str) -> None:
        if part.location != LAMBDA:
            message = f"expected a type, found a location inside {what}"
            raise SyntaxProblem(Diagnostic("syntax", message, part.type.span))

    def location(self, start: int, end: int, _: int) -> str:
        return self.place(start, end)

    def base_type(self, start: int, end: int, _: int) -> Part:
        return self._part(located(BASE, self.text[start:end], (), self.span(start, end)), end)

    def type_variable(self, start: int, end: int, _: int) -> Part:
        return self._part(located(TYPE_VARIABLE, self.text[start:end], (), self.span(start, end)), end)

    def type_name(self, start: int, end: int, _: int) -> Part:
        name = self.text[start:end]
        if name not in self.arities:
            from difflib import get_close_matches  # only needed for a mistake

            close = get_close_matches(name, [*self.arities, *BASES], n=1)
            raise NameProblem(
                Diagnostic(
                    "name",
                    f"there is no data type `{name}`",
                    self.span(start, end),
                    help=f"did you mean `{close[0]}`?" if close else f"declare it: `data {name} = …`",
                )
            )
        return Part(LAMBDA, located(DATA_TYPE, name, (), self.span(start, end)), False, end)

    def type_group(self, start: int, end: int, opened: int, parts: list[Part], _c: int) -> Part:
        return self._part(self.single(parts, opened - 1, end), end)

    def thunk_type(self, start: int, end: int, _o: int, type: Term, _c: int) -> Part:
        return self._part(type, end)

    def arrow(self, start: int, end: int, parts: list[Part], _a: int, exits: list[Term]) -> Term:
        expected = self._memory(parts, start)
        seen: set[ExitLabel] = set()
        for item in exits:
            if item.label in seen:
                raise SyntaxProblem(
                    Diagnostic("syntax", "expected each exit once, found one again", item.span)
                )
            seen.add(item.label)
        return located(ARROW, None, (expected, *exits), self.span(start, end))

    def context(self, start: int, end: int, parts: list[Part]) -> Term:
        return self._memory(parts, start)

    def one(self, start: int, end: int, item: object) -> list[object]:
        return [item]

    def more(self, start: int, end: int, items: list[object], _: int, item: object) -> list[object]:
        items.append(item)
        return items

    def exit_skip(self, start: int, end: int, parts: list[Part]) -> Term:
        return self._exit(start, end, parts, STAR)

    def exit_jump(self, start: int, end: int, parts: list[Part], _d: int, label: Jump) -> Term:
        return self._exit(start, end, parts, label)

    def exit_class(self, start: int, end: int, parts: list[Part], _d: int, name: str) -> Term:
        return self._exit(start, end, parts, ("class", name))

    def _exit(self, start: int, end: int, parts: list[Part], label: ExitLabel) -> Term:
        return located(EXIT, label, (self._memory(parts, start),), self.span(start, end))

    def _memory(self, parts: list[Part], start: int) -> Term:
        grouped = self.grouped(parts)
        label, children = memory_label((part.location, part.type) for part in grouped)
        end = grouped[-1].end if grouped else start
        return located(MEMORY, label, tuple(children), self.span(start, end))

    def _part(self, type: Term, end: int) -> Part:
        return Part(LAMBDA, type, True, end)

    def single(self, parts: list[Part], start: int, end: int) -> Term:
        grouped = self.grouped(parts)
        if len(grouped) != 1 or grouped[0].location != LAMBDA:
            found = "none" if not grouped else "a location" if len(grouped) == 1 else "several"
            raise SyntaxProblem(
                Diagnostic(
                    "syntax",
                    f"expected one type, found {found}",
                    self.span(start, end),
                    help="the type of a term is written with an arrow: `(Int Int => Int)`",
                )
            )
        return grouped[0].type

    def grouped(self, parts: list[Part]) -> list[Part]:
        """The parts with each data type applied to the types that follow, as many as it was
        declared with.
        """
        grouped: list[Part] = []
        at = 0
        while at < len(parts):
            part = parts[at]
            at += 1
            if part.grouped:
                grouped.append(part)
                continue
            name, place = part.type.label, part.type.span
            assert place is not None
            wanted = self.arities[name]
            arguments = parts[at : at + wanted]
            at += len(arguments)
            wrong = [item for item in arguments if not item.grouped and self.arities[item.type.label]]
            if wrong:
                lacking = wrong[0].type
                self._wrong_arguments(
                    f"expected an argument of `{name}`, found `{lacking.label}` without its own",
                    lacking.span,
                )
            if len(arguments) < wanted:
                count = f"{wanted} argument{'s' if wanted > 1 else ''}"
                self._wrong_arguments(
                    f"expected {count} of `{name}`, found {len(arguments) or 'none'}", place
                )
            children = tuple(item.type for item in arguments)
            end = arguments[-1].end if arguments else part.end
            type = located(DATA_TYPE, name, children, self.span(place.start, end, place.end))
            grouped.append(Part(part.location, type, True, end))
        return grouped

    def _wrong_arguments(self, message: str, place: Span | None) -> NoReturn:
        help = "an argument with arguments stands in parentheses: `List (List a)`"
        raise SyntaxProblem(Diagnostic("syntax", message, place, help=help))
