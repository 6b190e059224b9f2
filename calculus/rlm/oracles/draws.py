"""Chance that is no chance: numbers that are determined by what they are drawn for."""

from collections.abc import Iterator
from hashlib import sha256
from random import Random


class Draws:
    """Numbers drawn for a subject; those for one purpose tell nothing about those for another."""

    def __init__(self, *subject: object) -> None:
        digest = sha256()
        for part in subject:
            data = str(part).encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8, "big") + data)
        self._key = digest.digest()

    def uniform(self, purpose: str) -> float:
        """From 0, inclusive, to 1, exclusive."""
        return (self._whole(purpose) >> 11) / 2**53

    def below(self, purpose: str, limit: int) -> int:
        """A whole number from 0 to below a limit."""
        return int(self.uniform(purpose) * limit)

    def many(self, purpose: str) -> Iterator[float]:
        """As many as are wanted, each as `uniform`."""
        random = Random(self._whole(purpose))
        while True:
            yield random.random()

    def _whole(self, purpose: str) -> int:
        return int.from_bytes(sha256(self._key + purpose.encode()).digest()[:8], "big")
