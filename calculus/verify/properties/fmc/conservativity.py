"""The FMC is conservative over the λ-calculus: two λ-terms are β-equal just when their images are equal.

The image is the call-by-name one: `x`, `<x>.M` for λx.M, and `[N].M` for M N. Images are all terms of pushes,
pops and variables at λ, and reduction of an image is β, so an image's normal form is that of the λ-term.
"""

from functools import lru_cache

from calculus.fmc.normal import normal_form
from calculus.fmc.permutation import canonical_form
from calculus.fmc.reduction import reduce
from calculus.machine.instructions import LAMBDA, POP, PUSH, VARIABLE, pop, push, variable
from calculus.term import Term, alpha_equal
from calculus.term.node import postorder
from calculus.verify.enumeration import fmc as enumeration
from calculus.verify.independent import lambda_calculus
from calculus.verify.independent.lambda_calculus import Lambda
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Space, Tally
from calculus.verify.shrinking import shrunk

FREE = ("p",)
COMPARED = 4
"""Nodes up to which λ-terms are compared with all others."""
STEPS = 60
"""Contractions for a normal form of the λ-calculus."""


def images(size: int) -> Space:
    """The images of all λ-terms up to so many nodes in which p may be free."""
    return enumeration.space(size, locations=(LAMBDA,), labels=(), free=FREE, loops=False)


def generated(choose: Choose, size: int) -> Term:
    """The image of a λ-term."""
    return _generated(choose, size, FREE)


def _generated(choose: Choose, size: int, scope: tuple[str, ...]) -> Term:
    if size < 2:
        return variable(scope[choose(len(scope))])
    if size < 3 or choose(2):
        name = f"x{len(scope)}"
        return pop(name, _generated(choose, size - 1, (*scope, name)))
    inner = 1 + choose(size - 2)
    return push(_generated(choose, inner, scope), _generated(choose, size - 1 - inner, scope))


def of(image: Term, scope: tuple[str, ...] = ()) -> Lambda:
    """The λ-term of an image."""
    if image.op is VARIABLE:
        return ("bound", scope.index(image.label)) if image.label in scope else ("free", image.label)
    if image.op is POP:
        return ("function", of(image.children[0], (image.label[1], *scope)))
    return ("apply", of(image.children[1], scope), of(image.children[0], scope))


def image_of(term: Lambda, depth: int = 0) -> Term:
    match term:
        case ("bound", index):
            return variable(f"x{depth - 1 - index}")
        case ("free", name):
            return variable(name)
        case ("function", body):
            return pop(f"x{depth}", image_of(body, depth + 1))
    return push(image_of(term[2], depth), image_of(term[1], depth))


def violation(image: Term, tally: Tally) -> str | None:
    """The image has the normal form of the λ-term, and so it is equal to just the images of β-equal terms."""
    if any(item.op not in (VARIABLE, POP, PUSH) for item in postorder(image)):
        return None  # no image
    mine = lambda_calculus.normal_form(of(image), STEPS)
    if mine is None:
        tally.count("no normal form soon")
        return None
    wanted = image_of(mine)
    tally.count("normal forms")
    for way, found in (
        ("by evaluation", normal_form(image, max_steps=100 * STEPS).term),
        ("step by step", reduce(image, max_steps=2 * STEPS, keep=False).result),
    ):
        if found is None or not alpha_equal(found, wanted):
            return f"the λ-term has the normal form {wanted}; its image, {way}: {found or 'none'}"
    key = canonical_form(wanted)
    for other, theirs in _small():
        tally.count("pairs")
        equal = key is canonical_form(image_of(theirs))
        if equal != (mine == theirs):
            said = "equal" if mine == theirs else "not equal"
            return f"beside {other}: the λ-terms are {said}, their images {'equal' if equal else 'not'}"
    return None


@lru_cache(maxsize=1)
def _small() -> tuple[tuple[Term, Lambda], ...]:
    """Small images with the normal forms of their λ-terms, none of which runs for ever."""
    space = images(COMPARED)
    found = [(image, lambda_calculus.normal_form(of(image))) for image in space.range(0, space.total)]
    return tuple((image, form) for image, form in found if form is not None)


PROPERTIES = (
    Property(
        "conservativity",
        "Two λ-terms are β-equal just when their images are equal.",
        "Heijltjes, The Functional Machine Calculus (MFPS 2022)",
        (
            Exhaustive(
                f"the image of every λ-term up to {{size}} nodes in which one variable may be free that "
                f"has a normal form after {STEPS} contractions has the image of that, and is equal to no "
                "others of small terms",
                images,
                violation,
                size=7,
                unit=1_000,
            ),
            Generated(
                f"the image of a generated λ-term of up to {{size}} nodes that has a normal form after "
                f"{STEPS} contractions has the image of that",
                generated,
                violation,
                shrunk,
                largest=16,
                examples=200,
            ),
        ),
    ),
)
