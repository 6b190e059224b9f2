"""How results show in a terminal that uses rich and in a notebook; neither is imported."""

from html import escape

__all__ = ["Displayed"]


class Displayed:
    """Shows its `described()`, which is `str` unless a class knows more to say."""

    __slots__ = ()

    def described(self) -> str:
        """The result in lines of text."""
        return str(self)

    def __rich__(self) -> str:
        return self.described().replace("[", "\\[")

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.described())}</pre>"
