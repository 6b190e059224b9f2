"""Running a program: a plan, an evaluation, a driver, and perhaps a journal."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Any

from calculus.rlm.calls import Oracle
from calculus.rlm.evaluation import Evaluation
from calculus.rlm.evaluation.evaluation import MAX_STEPS
from calculus.rlm.library import load_program
from calculus.rlm.planning.certificate import Certificate
from calculus.rlm.planning.model import Model
from calculus.rlm.planning.planner import plan as make_plan
from calculus.rlm.planning.units import tokens as token_unit
from calculus.rlm.program import Program, parse_program
from calculus.rlm.runtime.cache import Cache
from calculus.rlm.runtime.detecting import AUTO, detection, named
from calculus.rlm.runtime.driver import Driver, ErrorPolicy, Options
from calculus.rlm.runtime.journal import Journal, head_of
from calculus.rlm.runtime.limits import Ledger, Limits
from calculus.rlm.runtime.outcome import Outcome
from calculus.rlm.text import Document
from calculus.source.diagnostic import UsageProblem
from calculus.source.text import Source

Progress = Callable[[Driver], None]


def run(
    program: Program | str | Path,
    *,
    document: Document | str | bytes,
    query: str = "",
    oracle: Oracle | None = None,
    certificate: Certificate | None = None,
    limits: Limits | None = None,
    workers: int = 16,
    retries: int = 4,
    timeout: float | None = 120.0,
    on_error: ErrorPolicy = "fail",
    journal: str | Path | None = None,
    cache: str | Path | None = None,
    max_steps: int | None = None,
    started: Progress | None = None,
    file: str | None = None,
    **planned: Any,
) -> Outcome:
    """Plan a program for a document, run it, and say what it came to and took.

    `program` is parsed, a text, a file ending in `.rlm`, the name of a task, or `auto`, which asks the
    oracle for the task first; `oracle` the built-in simulated one unless another is given. `planned` are
    further options of `plan` (`model`, `window`, `k`, `tau`, `by`, …), which a given `certificate` makes
    unnecessary. With a `journal` a run that was stopped goes on where it was; with a `cache` questions that
    were asked before are not asked again. `on_error` says what is done about a call that fails in the end:
    `fail`, or `partial`. `started` is given the driver, whose numbers move as it runs.

    A run that fails or reaches a limit has an outcome that says so. Raises `PlanProblem`, `TypeProblem`,
    `UsageProblem`, `FileProblem` and what reading a program raises.
    """
    driver = prepare(
        program,
        document=document,
        query=query,
        oracle=oracle,
        certificate=certificate,
        limits=limits,
        workers=workers,
        retries=retries,
        timeout=timeout,
        on_error=on_error,
        journal=journal,
        cache=cache,
        max_steps=max_steps,
        file=file,
        **planned,
    )
    if started is not None:
        started(driver)
    return drive(driver)


async def run_async(program: Program | str | Path, **options: Any) -> Outcome:
    """`run` within an event loop, with the same options."""
    started = options.pop("started", None)
    # Planning, and finding out the task, would keep the loop from all else meanwhile.
    driver = await asyncio.to_thread(prepare, program, **options)
    if started is not None:
        started(driver)
    try:
        return await driver.run()
    finally:
        await _close(driver)


def resume(
    journal: str | Path,
    *,
    document: Document | str | bytes | None = None,
    oracle: Oracle | None = None,
    **options: Any,
) -> Outcome:
    """Go on with the run of a journal; its program, question and plan are in there, and where its document
    is.

    Raises `UsageProblem` if the document is another or is not to be found, and what `run` raises.
    """
    given = stored(head_of(journal), document)
    return run(**given, oracle=oracle, journal=journal, **options)


def stored(head: Mapping[str, Any], document: Document | str | bytes | None = None) -> dict[str, Any]:
    """What a journal says of its run: the program, the document, the question and the plan.

    A `document` in the place of the journal's is one, or the file that holds it if it is a text. Raises
    `UsageProblem` and `FileProblem`.
    """
    if document is None:
        if not head.get("file"):
            raise UsageProblem("the journal does not say where its document is: give it")
        document = str(head["file"])
    text = read_document(document) if isinstance(document, str) else document
    whole = text if isinstance(text, Document) else as_document(text)
    if whole.digest != head["document"]:
        raise UsageProblem("the document is not that of the journal")
    return {
        "program": parse_program(Source(head["program"], head["name"])),
        "document": whole,
        "query": head["query"],
        "certificate": Certificate.from_json(head["certificate"]),
        "file": head.get("file"),
    }


def prepare(
    program: Program | str | Path,
    *,
    document: Document | str | bytes,
    query: str = "",
    oracle: Oracle | None = None,
    certificate: Certificate | None = None,
    limits: Limits | None = None,
    workers: int = 16,
    retries: int = 4,
    timeout: float | None = 120.0,
    on_error: ErrorPolicy = "fail",
    journal: str | Path | None = None,
    cache: str | Path | None = None,
    max_steps: int | None = None,
    file: str | None = None,
    note: Mapping[str, Any] | None = None,
    **planned: Any,
) -> Driver:
    """A run about to begin. `file` says where the document is, and `note` what else a journal is to hold.

    If the task is to be found out, that call is made here; a driver whose run has ended is one without
    answer.
    """
    text = document if isinstance(document, Document) else Document(document)
    if oracle is None:
        from calculus.rlm.oracles import SimulatedOracle

        oracle = SimulatedOracle()
    before = None
    if program == AUTO:
        model = planned.get("model") or Model()
        prices = (planned.get("price_in"), planned.get("price_out"))
        spent = Ledger(
            limits or Limits(),
            model.price_in if prices[0] is None else prices[0],
            model.price_out if prices[1] is None else prices[1],
        )
        before = detection(text, query, oracle, Options(1, retries, timeout), spent)
        first = drive(before)
        if first.status != "done":
            return before
        program = named(first.value)
        planned["detect"] = True
    loaded = load_program(program)
    if certificate is None:
        certificate = make_plan(
            loaded, document=text, query=query, workers=workers, retries=retries, **planned
        )
    parameters: dict[str, Any] = {
        "k": certificate.k,
        "tau": certificate.tau,
        "by": certificate.by,
        "measure": certificate.unit,
        "seed": certificate.seed,
    }
    evaluation = Evaluation(
        loaded,
        text,
        query,
        roles=certificate.roles,
        limit=certificate.limits,
        max_steps=MAX_STEPS if max_steps is None else max_steps,
        **parameters,
    )
    model = Model.from_json(certificate.model)
    head = {
        "program": loaded.source.text,
        "document": text.digest,
        "query": query,
        "plan": parameters,
        "oracle": oracle.name,
        "name": loaded.source.name,
        "file": file,
        "certificate": certificate.to_json(),
        "note": dict(note or {}),
    }
    return Driver(
        evaluation,
        oracle,
        Options(workers, retries, timeout, on_error, tokens=_counting(certificate.tokens)),
        before.ledger if before else Ledger(limits or Limits(), model.price_in, model.price_out),
        None if journal is None else Journal(journal, head),
        None if cache is None else Cache(cache),
        certificate,
        before,
    )


def drive(driver: Driver) -> Outcome:
    """Run a driver to its end, within an event loop or not. Ctrl-C ends it with what there is."""
    if hasattr(driver.oracle, "ask_now"):
        try:
            return driver.run_now()
        except KeyboardInterrupt:
            return _interrupted(driver)
        finally:
            _close_journal(driver)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        try:
            return asyncio.run(_whole(driver))
        except KeyboardInterrupt:
            return _interrupted(driver)
        finally:
            _close_journal(driver)
    # In a notebook a loop is running already, and cannot be waited for from within.
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(asyncio.run(_whole(driver))))
    thread.start()
    thread.join()
    _close_journal(driver)
    return outcomes[0]


async def _whole(driver: Driver) -> Outcome:
    try:
        return await driver.run()
    finally:
        await _close(driver)


async def _close(driver: Driver) -> None:
    close = getattr(driver.oracle, "close", None)
    if close is not None:
        await close()
    _close_journal(driver)


def _close_journal(driver: Driver) -> None:
    if driver.journal is not None:
        driver.journal.close()


def _interrupted(driver: Driver) -> Outcome:
    driver.stopped_by = "interrupt"
    return replace(driver.outcome(), stopped_by="interrupt")


def _counting(name: str) -> Callable[[str], int]:
    """How many tokens a prompt has at most."""
    unit = token_unit(name)
    if unit.counter is not None:
        return unit.counter
    return lambda text: ceil(len(text.encode("utf-8", "surrogatepass")) / unit.ratio)


def read_document(path: str | Path) -> Document:
    """The document in a file, whatever its bytes are. Raises `FileProblem`."""
    from calculus.source.diagnostic import FileProblem

    try:
        data = Path(path).read_bytes()
    except OSError as problem:
        raise FileProblem(f"cannot read {path}: {problem.strerror}") from None
    return as_document(data)


def as_document(data: bytes) -> Document:
    """The document that bytes are; those that are no UTF-8 stand for themselves, as lone surrogates."""
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        data = data.decode("utf-8", "surrogateescape").encode("utf-8", "surrogatepass")
    return Document(data)
