"""What is said of a claim that does not hold."""


class Wrong(Exception):
    """What a certificate claims is not so, or cannot be confirmed."""


class Unchecked(Exception):
    """A claim is of a kind that this checker cannot confirm."""


def require(condition: object, message: str) -> None:
    """Raises `Wrong` with the message unless the condition holds."""
    if not condition:
        raise Wrong(message)


def shown(text: object, width: int = 120) -> str:
    """A text for a message, cut to a width."""
    line = str(text)
    return line if len(line) <= width else f"{line[: width - 1]}…"
