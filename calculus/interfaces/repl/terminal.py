"""A session with a person: line editing, history, completion, colours. Loads prompt_toolkit."""

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.styles import Style

from calculus import registry
from calculus.interfaces.repl.commands import Leave
from calculus.interfaces.repl.completion import complete
from calculus.interfaces.repl.plain import enter, is_incomplete
from calculus.interfaces.repl.session import Session

STYLE = Style.from_dict(
    {
        "comment": "italic #888888",
        "number": "ansimagenta",
        "string": "ansigreen",
        "label": "ansiyellow",
        "location": "ansicyan",
        "type": "ansiblue",
        "keyword": "bold",
        "operator": "ansiblue",
        "wrong": "ansired",
        "command": "bold ansicyan",
        "prompt": "ansibrightblack",
    }
)


class Terminal:
    """The person's side of a session; `ask` reads a line, as for a pop of `in`."""

    def __init__(self) -> None:
        self._prompt: PromptSession[str] = PromptSession(
            history=_history(),
            style=STYLE,
            editing_mode=EditingMode.EMACS,
        )
        self._ask: PromptSession[str] = PromptSession(history=InMemoryHistory(), style=STYLE)

    def ask(self, prompt: str) -> str:
        return self._ask.prompt([("class:prompt", prompt)])

    def talk(self, session: Session) -> Leave | None:
        """Take inputs; how the session was left, None with Ctrl-D."""
        while True:
            try:
                text = self._prompt.prompt(
                    [("class:prompt", f"{session.calculus.name}> ")],
                    multiline=True,
                    prompt_continuation=_continuation,
                    key_bindings=_keys(session),
                    completer=_Completer(session),
                    complete_while_typing=False,
                    lexer=_Lexer(session),
                )
            except KeyboardInterrupt:
                continue
            except EOFError:
                return None
            try:
                if leave := enter(session, text):
                    return leave
            except KeyboardInterrupt:
                session.write("interrupted")
            sys.stdout.flush()


def _continuation(width: int, line: int, wrapped: int) -> StyleAndTextTuples:
    return [("class:prompt", "." * (width - 1) + " ")]


def _keys(session: Session) -> KeyBindings:
    keys = KeyBindings()

    @Condition
    def more() -> bool:
        """Whether an answer has been shown that others may follow, and nothing is typed yet."""
        return getattr(session, "search", None) is not None and not get_app().current_buffer.text

    @keys.add(" ", filter=more)
    @keys.add(";", filter=more)
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.text = ";"
        event.current_buffer.validate_and_handle()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        after = buffer.document.text_after_cursor.strip()
        # A blank last line ends an input that the user does not mean to complete.
        blank = not buffer.document.current_line.strip() and "\n" in buffer.text
        if not after and not blank and is_incomplete(session, buffer.text):
            buffer.insert_text("\n")
        else:
            buffer.validate_and_handle()

    @keys.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys


class _Completer(Completer):
    def __init__(self, session: Session) -> None:
        self._session = session

    def get_completions(self, document: Document, event: CompleteEvent) -> Iterable[Completion]:
        start, words = complete(self._session, document.text_before_cursor)
        for word, what in words:
            yield Completion(word, start_position=start - len(document.text_before_cursor), display_meta=what)


class _Lexer(Lexer):
    def __init__(self, session: Session) -> None:
        self._session = session

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        lines: list[StyleAndTextTuples] = [[]]
        for style, text in self._parts(document.text):
            first, *others = text.split("\n")
            lines[-1].append((style, first))
            lines += [[(style, other)] for other in others]
        return lambda number: lines[number] if number < len(lines) else []

    def _parts(self, text: str) -> Iterable[tuple[str, str]]:
        calculus = self._session.calculus
        if text.lstrip().startswith(":"):
            command, space, argument = text.partition(" ")
            yield "class:command", command
            yield "", space + argument
            return
        end = 0
        if registry.supports(calculus, "tokens"):
            for kind, start, stop in registry.require(calculus, "tokens", text):
                yield "", text[end:start]
                yield f"class:{kind}" if kind else "", text[start:stop]
                end = stop
        yield "", text[end:]


def _history() -> History:
    """The history kept between sessions, or one for this session where no file can be written."""
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    path = Path(home) / "calculus" / "history"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a"):
            pass
    except OSError:
        return InMemoryHistory()
    return FileHistory(path)
