"""A session fed by lines from a pipe or a file: no prompts, no echo, the same output every time."""

from typing import TextIO

from calculus import registry
from calculus.interfaces.repl import commands
from calculus.interfaces.repl.commands import Leave
from calculus.interfaces.repl.session import Session

WORDS = {"help": ":help", "quit": ":quit", "exit": ":quit"}
"""What a newcomer types, and what to type instead."""


def is_incomplete(session: Session, text: str) -> bool:
    """Whether an input needs another line."""
    if text.strip() == session.next or text.lstrip().startswith(":"):
        return False
    if not registry.supports(session.calculus, "is_incomplete"):
        return False
    return bool(text.strip()) and bool(registry.require(session.calculus, "is_incomplete", text))


def read(session: Session, stream: TextIO) -> Leave | None:
    """Take inputs until the stream ends; an input goes on while it is incomplete, at most to a
    blank line.

    Returns how the session was left, None at the end of the stream.
    """
    text = ""
    for line in stream:
        text += line
        if line.strip() and is_incomplete(session, text):
            continue
        if leave := enter(session, text):
            return leave
        text = ""
    return enter(session, text)


def enter(session: Session, text: str) -> Leave | None:
    """Take an input: a command, a term or a definition; whether it leaves the session."""
    text = text.strip()
    if text.startswith(":"):
        return commands.execute(session, text)
    if text in WORDS and text not in session.names():
        session.write(f"type {WORDS[text]}; a word alone is a term")
    elif text and not _only_comments(session, text):
        session.enter(text)
    return None


def _only_comments(session: Session, text: str) -> bool:
    if not registry.supports(session.calculus, "tokens"):
        return False
    return all(kind == "comment" for kind, _, _ in registry.require(session.calculus, "tokens", text))
