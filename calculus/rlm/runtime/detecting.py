"""Finding out the task: one question to the oracle, where the caller does not name it."""

from calculus.rlm.calls import Oracle
from calculus.rlm.evaluation import Evaluation
from calculus.rlm.library import tasks
from calculus.rlm.planning.assessment import DETECTED, DETECTION
from calculus.rlm.program import parse_program
from calculus.rlm.prompts import overhead
from calculus.rlm.runtime.driver import Driver, Options
from calculus.rlm.runtime.limits import Ledger
from calculus.rlm.splitting.measures import Bytes
from calculus.rlm.text import Document, Slice
from calculus.source.diagnostic import UsageProblem
from calculus.source.text import Source

AUTO = "auto"
"""The name that stands for the task that the oracle finds out."""

TASKS = {
    "search": "find one thing that the text says",
    "classify": "give a label to every part",
    "aggregate": "count or add up over all of the text",
    "pairwise": "find pairs of records",
    "summarise": "say what the text is about",
    "multi_hop": "answer from several places together",
}
"""The tasks of Table 1 of A. Roy et al. (arXiv 2603.20105), and what each is for."""

QUESTION = 240
"""Bytes of the question that are shown."""


def detection(document: Document, query: str, oracle: Oracle, options: Options, ledger: Ledger) -> Driver:
    """The run that asks which task it is."""
    listed = "; ".join(f"{name}: {what}" for name, what in TASKS.items())
    instruction = f"Which task is the question? Reply with one word. The tasks are: {listed}."
    whole = Document(query).whole
    shown = str(Slice(whole.document, 0, Bytes().advance(whole, QUESTION)))
    # As much of the document as the plan sets aside for the prompt.
    preview = max(0, DETECTION - overhead(instruction, shown))
    text = f'oracle (ask "{instruction}" query (peek 0 {preview} document))'
    evaluation = Evaluation(
        parse_program(Source(text, "<task>")), document, shown, roles={0: "detect"}, limit=DETECTED
    )
    return Driver(evaluation, oracle, options, ledger)


def named(answer: str) -> str:
    """The task that an answer names. Raises `UsageProblem` if it names none."""
    words = answer.casefold().replace("-", "_").split()
    found = [name for name in TASKS if any(name in word for word in words) and name in tasks()]
    if not found:
        raise UsageProblem(f"the oracle named none of the tasks {', '.join(TASKS)}, but {answer[:80]!r}")
    return found[0]
