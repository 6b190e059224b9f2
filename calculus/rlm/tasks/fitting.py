"""Plans for the methods that are compared: each as well as it can be, for the same model."""

from calculus.rlm.planning import Certificate, Model, plan
from calculus.rlm.planning.shape import levels
from calculus.rlm.program import Program
from calculus.rlm.tasks.task import Method, Task
from calculus.rlm.text import Document


def fitted(
    method: Method,
    program: Program,
    task: Task,
    document: Document,
    model: Model,
    *,
    tau: int | None = None,
    workers: int = 16,
    seed: int = 0,
) -> Certificate:
    """A plan of which every cut can be where records end; parts of λ-RLM have a size up to `tau`, if given.

    The planner's own has parts as large as they can be, so there may be no room to move a cut. Raises
    `PlanProblem`.
    """

    def planned(k: int | None = None, tau: int | None = None) -> Certificate:
        return plan(
            program,
            document=document,
            query=task.query,
            model=model,
            k=k,
            tau=tau,
            by=task.by,
            workers=workers,
            seed=seed,
        )

    n = len(document)
    if method == "direct":
        # A leaf of one byte tells how long the rest of the prompt is, and the answer.
        room = model.window - planned(tau=1).longest + 1
        return planned(tau=max(1, min(n, room)))
    if method != "rlm":
        tau = None
    found = planned(tau=tau)
    recursive = bool(found.trees)
    if recursive and n <= found.tau:
        return found
    k, tau = found.k, found.tau
    room = tau - 2 * task.record
    if room <= 0:
        return found
    while n > room * (k ** levels(n, k, tau) if recursive else k):
        k += 1
    return planned(k, tau)
