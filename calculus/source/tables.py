"""The LALR(1) tables of a grammar: built by Lark, kept on disk as JSON.

Importing Lark and building a table takes longer than parsing a program, so what it found is kept in
the user's cache folder. A cache file is used only if it holds the very text of the grammar;
whatever is wrong with it, the tables are built afresh. It is data (JSON), never code.
"""

import json
import os
import re
import zlib
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from calculus.source.shipped import shipped

FORMAT = 1
"""Changes with the shape of `Tables`, so that an older file is not read."""


class Tables(NamedTuple):
    """What a parser needs to know of a grammar.

    A terminal or an ignored one is a name and a regular expression, in the order in which they are
    tried. A rule is the non-terminal it makes, the number of its symbols and the name of its action
    (`None` passes its only symbol on). `states` maps, per state, a terminal or non-terminal (`$END`
    for the end of the text) to the state shifted to or, if negative, to the rule `~n` reduced by.
    `starts` maps a start symbol to its first and its accepting state.
    """

    terminals: list[list[str]]
    ignored: list[list[str]]
    rules: list[tuple[str, int, str | None]]
    states: list[dict[str, int]]
    starts: dict[str, tuple[int, int]]


class GrammarError(Exception):
    """A grammar is not LALR(1), or uses something the driver does not offer: our mistake, not
    the user's.
    """


def load_tables(name: str, starts: tuple[str, ...]) -> Tables:
    """The tables of the grammar `name` with the start symbols given; from the cache if they are
    there.
    """
    path = shipped("grammars") / f"{name}.lark"
    text = _text_with_imports(path)
    cache = _cache_file(name, text, starts)
    tables = _read_cache(cache, text, starts)
    if tables is None:
        tables = build_tables(path, starts)
        _write_cache(cache, text, starts, tables)
    return tables


def build_tables(path: Path, starts: tuple[str, ...]) -> Tables:
    """Let Lark build the tables of the grammar in a file; a conflict raises `GrammarError`."""
    from lark import Lark
    from lark.common import ParserConf
    from lark.exceptions import GrammarError as Conflict
    from lark.parsers.lalr_analysis import LALR_Analyzer, Shift

    grammar = Lark.open(str(path), parser=None, lexer="basic", start=list(starts))
    analyzer: Any = LALR_Analyzer(ParserConf(grammar.rules, {}, list(starts)), strict=True)
    try:
        analyzer.compute_lalr()
    except Conflict as problem:
        raise GrammarError(f"{path.name}: {problem}") from None
    table = analyzer.parse_table
    rules = {rule: number for number, rule in enumerate(sorted(grammar.rules, key=repr))}
    for rule in rules:
        if rule.alias is None and (len(rule.expansion) != 1 or rule.expansion[0].is_term):
            raise GrammarError(f"{path.name}: name the alternative {rule}")
    states: list[dict[str, int]] = []
    order = _numbered(table, Shift)
    for state in order:
        actions: dict[str, int] = {}
        for symbol, (action, argument) in sorted(table.states[state].items(), key=itemgetter(0)):
            actions[str(symbol)] = order[argument] if action is Shift else ~rules[argument]
        states.append(actions)
    found = [_terminal(item) for item in sorted(grammar.terminals, key=_order)]
    ignored = set(grammar.ignore_tokens)
    return Tables(
        terminals=[item for item in found if item[0] not in ignored],
        ignored=[item for item in found if item[0] in ignored],
        rules=[
            (str(rule.origin.name), len(rule.expansion), str(rule.alias) if rule.alias else None)
            for rule in rules
        ],
        states=states,
        starts={name: (order[table.start_states[name]], order[table.end_states[name]]) for name in starts},
    )


def _numbered(table: Any, shift: object) -> dict[Any, int]:
    """States in the order in which they are met; Lark's own numbers differ from run to run."""
    order: dict[Any, int] = {}
    waiting = [state for _, state in sorted(table.start_states.items(), reverse=True)]
    while waiting:
        state = waiting.pop()
        if state not in order:
            order[state] = len(order)
            moves = sorted(table.states[state].items(), key=itemgetter(0), reverse=True)
            waiting += [argument for _, (action, argument) in moves if action is shift]
    return order


def _is_word(terminal: Any) -> bool:
    return bool(terminal.pattern.type == "str" and terminal.pattern.value[-1].isalnum())


def _order(terminal: Any) -> tuple[int, bool, int, int, str]:
    """Lark's order, but words before the names they would be."""
    pattern = terminal.pattern
    return (
        -terminal.priority,
        not _is_word(terminal),
        -pattern.max_width,
        -len(pattern.value),
        str(terminal.name),
    )


def _terminal(terminal: Any) -> list[str]:
    pattern = str(terminal.pattern.to_regexp())
    return [str(terminal.name), pattern + r"(?!\w)" if _is_word(terminal) else pattern]


def _text_with_imports(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    imported = sorted(set(re.findall(r"^%import \.(\w+)", text, re.MULTILINE)))
    return "".join([text, *(path.with_name(f"{name}.lark").read_text(encoding="utf-8") for name in imported)])


def _cache_file(name: str, text: str, starts: tuple[str, ...]) -> Path | None:
    home = os.environ.get("XDG_CACHE_HOME")
    try:
        # The specification of that variable says to ignore a relative path.
        folder = Path(home) if home and Path(home).is_absolute() else Path.home() / ".cache"
    except RuntimeError:
        return None
    key = zlib.crc32("\0".join([str(FORMAT), *starts, text]).encode())
    return folder / "calculus" / f"grammar-{name}-{key:08x}.json"


def _read_cache(path: Path | None, text: str, starts: tuple[str, ...]) -> Tables | None:
    if path is None:
        return None
    try:
        data = json.loads(path.read_bytes())
        if [data["format"], data["starts"], data["grammar"]] != [FORMAT, list(starts), text]:
            return None
        return Tables(*data["tables"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _write_cache(path: Path | None, text: str, starts: tuple[str, ...], tables: Tables) -> None:
    if path is None:
        return
    data = {"format": FORMAT, "starts": list(starts), "grammar": text, "tables": list(tables)}
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(data, separators=(",", ":")), encoding="utf-8")
        partial.replace(path)
    except OSError:
        # Without a cache the next start is slower, and nothing else.
        return
