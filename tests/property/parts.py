"""Parts of properties, checked at the size that a test asks for."""

from calculus.verify.catalogue import find
from calculus.verify.property import Plan, Tally


def checked(calculus: str, name: str, part: str, **plan: int) -> Tally:
    """What a part of a property comes to, in which there must be no failure."""
    found, chosen = find(calculus, name).part(part), Plan(**plan)
    tally = found.check(chosen, 0, found.total(chosen))
    assert tally.failures == []
    assert tally.checked > 0
    return tally
