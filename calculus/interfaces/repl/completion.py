"""What may be typed next: commands, settings, definitions, primitives, locations, words of the
grammar.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from calculus import registry
from calculus.interfaces.repl import settings
from calculus.interfaces.repl.commands import COMMANDS
from calculus.interfaces.repl.session import Session
from calculus.settings import ENGINES

Word = tuple[str, str]
"""What to insert, and what it is."""

_WORD = re.compile(r"[A-Za-z0-9_']*\Z")
_LOCATION = re.compile(r"\]([a-z][A-Za-z0-9_]*)|\b([a-z][A-Za-z0-9_]*)[<⟨]")
_BINDER = re.compile(r"[<⟨]\s*([a-z][A-Za-z0-9_]*)|(?:\bex\b|∃)([^.]*)")
_LABEL = re.compile(r"\b[A-Z][A-Za-z0-9_]*'*")

TAKES_FILE = (":load ", ":save ")


def complete(session: Session, text: str) -> tuple[int, list[Word]]:
    """Where the unfinished word of a text begins, and what it may become."""
    if text.lstrip().startswith(":"):
        return _complete_command(session, text)
    return _matching(text, _next_words(session, text))


def _complete_command(session: Session, text: str) -> tuple[int, list[Word]]:
    command, space, argument = text.lstrip().partition(" ")
    if not space:
        start = len(text) - len(command)
        return start, [
            (f":{name}", item.summary) for name, item in COMMANDS.items() if name.startswith(command[1:])
        ]
    if command + space in TAKES_FILE:
        return len(text) - len(argument), list(_files(argument))
    if command == ":set":
        name, more, value = argument.partition(" ")
        if not more:
            found = [(key, "setting") for key in settings.NAMES if key.startswith(name)]
            return len(text) - len(name), found
        values = ENGINES if name == "engine" else ()
        return len(text) - len(value), [(item, "") for item in values if item.startswith(value)]
    if command == ":language":
        found = [(name, "language") for name in registry.names() if name.startswith(argument)]
        return len(text) - len(argument), found
    if COMMANDS.get(command[1:]) and "TERM" in COMMANDS[command[1:]].arguments:
        start, words = complete(session, argument)
        return len(text) - len(argument) + start, words
    return len(text), []


def _matching(text: str, words: Iterable[Word]) -> tuple[int, list[Word]]:
    found = _WORD.search(text)
    start = found.start() if found else len(text)
    prefix = text[start:]
    seen: dict[str, str] = {}
    for word, what in words:
        if word.startswith(prefix) and word != prefix:
            seen.setdefault(word, what)
    return start, sorted(seen.items())


def _next_words(session: Session, text: str) -> Iterator[Word]:
    # The grammar is asked what may stand where the unfinished word begins.
    start = _matching(text, ())[0]
    before = text[:start]
    if not registry.supports(session.calculus, "acceptable"):
        return
    allowed = registry.require(session.calculus, "acceptable", before)
    touches_bracket = before.endswith(("]", "⟩"))
    if touches_bracket or "name" in allowed:
        yield from ((name, "location") for name in _locations(session, text, touches_bracket))
    if touches_bracket:
        return
    known = _known(session)
    for kind in allowed:
        match kind:
            case "name":
                bound = [name for pair in _BINDER.findall(before) for part in pair for name in part.split()]
                yield from ((name, "variable") for name in bound if name.islower())
                # Where values are terms of their own, only variables stand in them.
                if "relation" not in known or "relation" in allowed:
                    yield from ((name, "definition") for name in session.names())
                yield from ((name, "primitive") for name in known.get("name", ()))
            case "label":
                yield from ((name, "label") for name in _LABEL.findall(before))
                yield from (("True", "label"), ("False", "label"))
            case "relation":
                yield from ((f"{name}(", "relation") for name in known["relation"])
            case "tree":
                yield from ((name, "definition") for name in session.names())
                yield from ((name, "variable") for name in sorted(session.now.stacks) if name != "λ")
            case "location":
                pass
            case word:
                yield word, "word"


def _locations(session: Session, text: str, pushed: bool) -> Iterator[str]:
    """Location names, as they are written where a push (or a pop) names one."""
    names = set(_known(session).get("sink" if pushed else "source", ()))
    names |= {name for name in session.now.stacks if name != "λ"}
    names |= {first or second for first, second in _LOCATION.findall(text)}
    other = set(_known(session).get("source" if pushed else "sink", ()))
    for name in sorted(names - other):
        yield name if pushed else f"{name}<"


def _known(session: Session) -> Mapping[str, Collection[str]]:
    """The names that the language gives, by what they are: `name`, `relation`, `source`, `sink`."""
    found: Mapping[str, Collection[str]] = getattr(session.calculus, "known", {})
    return found


def _files(prefix: str) -> Iterator[Word]:
    folder = Path(prefix).expanduser()
    if not prefix.endswith("/"):
        folder = folder.parent
    stem = prefix[: prefix.rfind("/") + 1]
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        name = stem + entry.name + ("/" if entry.is_dir() else "")
        if name.startswith(prefix) and not entry.name.startswith("."):
            yield name, "folder" if entry.is_dir() else "file"
