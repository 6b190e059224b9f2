"""String constants to and from their text."""

import re

ESCAPES = 'a string has the escapes `\\"`, `\\\\`, `\\n`, `\\t` and `\\u` with four digits'
"""What to say of an escape that is none of them."""

_ESCAPES = {'"': '"', "\\": "\\", "n": "\n", "t": "\t"}
_WRITTEN = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}

Wrong = tuple[str, int, int]
"""What is wrong with an escape, and where it begins and ends in the literal."""


def read_text(literal: str) -> tuple[str, Wrong | None]:
    """The value of a literal with its quotes, or what is wrong with it."""
    if "\\" not in literal:
        return literal[1:-1], None
    pieces: list[str] = []
    at, stop = 1, len(literal) - 1
    while at < stop:
        next_at = literal.find("\\", at, stop)
        if next_at < 0:
            next_at = stop
        pieces.append(literal[at:next_at])
        at = next_at
        if at == stop:
            break
        letter = literal[at + 1]
        if letter in _ESCAPES:
            pieces.append(_ESCAPES[letter])
            at += 2
            continue
        end = min(at + 6, stop)
        if letter != "u" or not re.fullmatch(r"\\u[0-9A-Fa-f]{4}", literal[at:end]):
            end = end if letter == "u" else at + 2
            return "", (f"unknown escape `{literal[at:end]}` in a string", at, end)
        code = int(literal[at + 2 : end], 16)
        low = re.fullmatch(r"\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})", literal[end : end + 6])
        if 0xD800 <= code < 0xDC00 and low:
            code = 0x10000 + ((code - 0xD800) << 10) + (int(low[1], 16) - 0xDC00)
            end += 6
        elif 0xD800 <= code < 0xE000:
            return "", (f"`{literal[at:end]}` is half of a character", at, end)
        pieces.append(chr(code))
        at = end
    return "".join(pieces), None


def text_literal(value: str) -> str:
    """The literal of a string; whatever does not print is escaped."""
    if value.isprintable() and '"' not in value and "\\" not in value:
        return f'"{value}"'
    return '"' + "".join(map(_written, value)) + '"'


def _written(character: str) -> str:
    if character in _WRITTEN:
        return _WRITTEN[character]
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
