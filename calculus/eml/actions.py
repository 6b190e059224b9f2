"""What each named alternative of `eml.lark` builds; every node is an occurrence with its span."""

import re
from typing import Any

from calculus.eml.postfix import from_postfix, is_postfix
from calculus.eml.program import CALL, Definition
from calculus.eml.syntax import EML, ONE, VARIABLE
from calculus.source.diagnostic import Diagnostic, SyntaxProblem
from calculus.source.items import LawActions
from calculus.source.text import Source, Span
from calculus.term import Op, Term

Word = tuple[int, int]
"""Where a word begins and ends."""


class Actions(LawActions):
    """Builds the nodes of one text."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text

    def _span(self, start: int, end: int, head: int | None = None) -> Span:
        return Span(self.source, start, end, end if head is None else head)

    def _node(self, op: Op, label: Any, children: tuple[Term, ...], span: Span) -> Term:
        return Term(op, label, children, span)

    # Items

    def define(self, start: int, end: int, _d: int, name_end: int, _e: int, tree: Term) -> Definition:
        found = re.compile(r"\w+$").search(self.text, start, name_end)
        assert found is not None
        return self._definition(found.span(), (), tree, self._span(start, end))

    def define_with(
        self, start: int, end: int, _d: int, open: int, names: list[Word], _r: int, _e: int, tree: Term
    ) -> Definition:
        found = re.compile(r"(\w+)[ \t]*\($").search(self.text, start, open)
        assert found is not None
        return self._definition(found.span(1), tuple(names), tree, self._span(start, end))

    def _definition(self, name: Word, parameters: tuple[Word, ...], tree: Term, span: Span) -> Definition:
        texts: list[str] = []
        for at in (name, *parameters):
            text = self.text[slice(*at)]
            if is_postfix(text):
                message = f"expected a name, found `{text}`, which is a tree in postfix"
                raise SyntaxProblem(Diagnostic("syntax", message, self._span(*at)))
            if text in texts[1:]:
                message = f"expected different names of parameters, found `{text}` twice"
                raise SyntaxProblem(Diagnostic("syntax", message, self._span(*at)))
            texts.append(text)
        return Definition(texts[0], tuple(texts[1:]), tree, span)

    def first_name(self, start: int, end: int, _: int) -> list[Word]:
        return [(start, end)]

    def next_name(self, start: int, end: int, names: list[Word], comma: int, name_end: int) -> list[Word]:
        found = re.compile(r"\w+$").search(self.text, comma, name_end)
        assert found is not None
        return [*names, found.span()]

    def law_name(self, start: int, end: int, _: int) -> str:
        return self.text[start:end]

    def bare(self, start: int, end: int, tree: Term) -> Term:
        return tree

    def one(self, start: int, end: int, item: Any) -> list[Any]:
        return [item]

    def more(self, start: int, end: int, items: list[Any], *item: Any) -> list[Any]:
        items.append(item[-1])
        return items

    # Trees

    def word(self, start: int, end: int, _: int) -> Word:
        return start, end

    def leaf_or_postfix(self, start: int, end: int, words: list[Word]) -> Term:
        word = self.text[start:end]
        if word == "1":
            return self._node(ONE.op, None, (), self._span(start, end))
        if len(words) == 1 and word[0] not in "1{" and not is_postfix(word):
            return self._node(VARIABLE, word, (), self._span(start, end))
        return from_postfix(self.source, words)

    def operator(self, start: int, end: int, _o: int, left: Term, _c: int, right: Term, _e: int) -> Term:
        return self._node(EML, None, (left, right), self._span(start, end, start + len("eml")))

    def call(self, start: int, end: int, open: int, trees: list[Term], _: int) -> Term:
        name = self.text[start : open - 1].rstrip(" \t")
        return self._node(CALL, name, tuple(trees), self._span(start, end, start + len(name)))
