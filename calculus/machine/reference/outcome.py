"""How a transition says that it cannot fire."""

from calculus.machine.state import Request


class Stuck(Exception):
    """No transition applies; `kind` and `message` become the diagnostic."""

    def __init__(self, kind: str, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.help = help


class Suspend(Exception):
    """The transition needs an answer from outside."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self.request = request
