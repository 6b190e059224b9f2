"""λ-RLM programs of many kinds, and documents of awkward characters, to plan and to run."""

import random
from collections import Counter
from dataclasses import dataclass, field

from calculus.rlm.evaluation import Evaluation
from calculus.rlm.planning import Certificate
from calculus.rlm.program import Program, parse_program
from calculus.source.text import Source

WAYS = ("characters", "words", "lines", "code", "records:;")
_LETTERS = "abc  \n\n😀é\0def;\ud800\r\n{}"

_TEXTS = (
    # Symbolic ⊕
    'def a = fix f. \\P. if size P <= tau then oracle (ask "Count é." query P) else\n'
    "  merge_counts (map f (split k P))\n\na document",
    # Neural ⊕ and a neural filter
    'def relevant = \\c. contains "YES" (oracle (ask "Relevant?" query (peek 0 (tau / 3) c)))\n\n'
    'def a = fix f. \\P. if size P <= tau then oracle (ask "Read." query P) else\n'
    '  oracle (ask_all "Choose." query (map f (filter relevant (split k P))))\n\na document',
    # A template of its own, and a call at the end
    'def a = fix f. \\P. if size P <= tau then oracle (ask "Read." query P) else\n'
    '  oracle ("Join: " ++ join "; " (map f (split k P)))\n\noracle (ask "Polish." query (a document))',
    # Lists, a leaf size and a branching of its own
    "def a = fix f. \\P. if size P <= 12 then [oracle P] else reduce append [] (map f (split 3 P))\n\n"
    "pairs (a document)",
    # No recursion
    'concat (map (\\c. oracle (ask "Read." query c)) (split k document))',
    "if size document <= tau then oracle document else oracle (peek 0 tau document)",
    # Two recursions, one on parts of the document
    "def a = fix f. \\P. if size P <= tau then oracle P else concat (map f (split k P))\n\n"
    "(a document, concat (map a (split 3 document)))",
    # Calls for each child beside the recursion
    'def a = fix f. \\P. if size P <= tau then oracle (ask "Read." query (peek 3 9 P)) else\n'
    "  let xs = split k P in let ys = map (\\c. oracle (peek 1 5 c)) xs in\n"
    '  oracle (ask_all "Choose." query (append ys (map f xs)))\n\na document',
    # A condition on what is not known
    "def a = fix f. \\P. if size P <= tau then oracle P else\n"
    '  if contains "a" P then oracle (peek 0 10 P) else concat (map f (split k P))\n\na document',
    # Recursion into beginnings of parts
    "def a = fix f. \\P. if size P <= tau then oracle P else\n"
    "  concat (map f (map (peek 0 30) (split k P)))\n\na document",
)
PROGRAMS = tuple(parse_program(Source(text)) for text in _TEXTS)


def document(random_: random.Random, most: int, letters: str = _LETTERS) -> str:
    return "".join(random_.choices(letters, k=random_.randrange(most)))


@dataclass
class Run:
    """The calls that a run made, with the bytes of their prompts."""

    calls: int = 0
    tokens: int = 0
    longest: int = 0
    roles: Counter[str] = field(default_factory=Counter)


def run(program: Program, text: str, query: str, plan: Certificate, random_: random.Random) -> Run:
    """Run a plan, with answers of all lengths that it allows, given in any order."""
    evaluation = Evaluation(
        program,
        text,
        query,
        k=plan.k,
        tau=plan.tau,
        by=plan.by,
        measure=plan.unit,
        roles=plan.roles,
    )
    made, waiting = Run(), evaluation.ready()
    while waiting:
        call = waiting.pop(random_.randrange(len(waiting)))
        limit = plan.limits[call.role]
        size = len(call.prompt.encode("utf-8", "surrogatepass"))
        made.calls += 1
        made.tokens += size
        made.longest = max(made.longest, size + limit)
        made.roles[call.role] += 1
        filters = call.role == "filter"
        evaluation.answer(
            call, random_.choice(("YES", "NO")) if filters else "z" * random_.randrange(limit + 1)
        )
        waiting += evaluation.ready()
    assert evaluation.error is None, evaluation.error
    return made
