"""Where an endpoint is, and what must never be told: keys, headers, and credentials in an address."""

import os
import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urlsplit, urlunsplit

from calculus.source.diagnostic import UsageProblem

OFFICIAL = "https://api.openai.com/v1"

HIDDEN = "[hidden]"

LONGEST_MESSAGE = 300
"""Letters of an endpoint's own words that are repeated."""


SHORTEST_SECRET = 8
"""Letters of what is taken for a secret within an answer; anything shorter may be there by accident."""

_SENDABLE = re.compile(r"[ -~]*")


class Endpoint:
    """An address, a key and further headers. Of these only the address may be shown."""

    def __init__(
        self, url: str | None, key: str | None, variable: str, headers: Mapping[str, str] | None
    ) -> None:
        """What is not given comes from the environment. Raises `UsageProblem` without a key where one is
        needed, and on what is no address or cannot be sent.
        """
        given = url or os.environ.get("OPENAI_BASE_URL") or OFFICIAL
        self.url, login = _without_login(given)
        self.key = (key or os.environ.get(variable) or "").strip()
        if not self.key and self.url == OFFICIAL:
            raise UsageProblem(
                f"the oracle needs a key: expected one in the environment variable {variable}, found none"
            )
        secrets = {self.key, *(headers or {}).values()}
        self.headers = dict(headers or {})
        if login:
            # In the address, it would be in the log of the HTTP library.
            basic = b64encode(unquote(login).encode()).decode()
            self.headers = {"Authorization": f"Basic {basic}", **self.headers}
            names = login.split(":")
            secrets |= {given, login, basic, unquote(login), *names, *map(unquote, names)}
        if not all(map(_SENDABLE.fullmatch, (self.key, *self.headers, *self.headers.values()))):
            # A library would show what it cannot send.
            raise UsageProblem("a key and further headers consist of printable ASCII letters alone")
        # Longest first: one may be a part of another.
        self._secrets = sorted((secret for secret in secrets if secret), key=len, reverse=True)

    def __repr__(self) -> str:
        return f"<endpoint {self.url}>"

    def safe(self, message: str) -> str:
        """A message of an endpoint without anything that is secret, on one line and not too long."""
        message = " ".join(self._without(message, 1).split())
        return message if len(message) <= LONGEST_MESSAGE else f"{message[:LONGEST_MESSAGE]}…"

    def hide(self, answer: str) -> str:
        """An answer without anything that is secret, should an endpoint send that back."""
        return self._without(answer, SHORTEST_SECRET)

    def _without(self, text: str, shortest: int) -> str:
        for secret in self._secrets:
            if len(secret) >= shortest:
                text = text.replace(secret, HIDDEN)
        return text


def seconds_to_wait(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """What `Retry-After` says: so many seconds, or a date. None if it says nothing that can be understood."""
    milliseconds, value = _number(headers.get("retry-after-ms")), headers.get("retry-after", "")
    if milliseconds is not None:
        return milliseconds / 1000
    if (seconds := _number(value)) is not None:
        return seconds
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    # A date in an unknown zone is one of Greenwich.
    date = date if date.tzinfo is not None else date.replace(tzinfo=UTC)
    return max(0.0, (date - (now or datetime.now(UTC))).total_seconds())


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def _without_login(url: str) -> tuple[str, str]:
    """An address without name and password, and these."""
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise UsageProblem("the address of an endpoint begins with http:// or https:// and a host")
    if parts.query or parts.fragment:
        raise UsageProblem("the address of an endpoint ends with a path; a key goes into a header")
    login, _, host = parts.netloc.rpartition("@")
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", "")), login
