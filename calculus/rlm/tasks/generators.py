"""The generated tasks by their names."""

from importlib import import_module

from calculus.rlm.tasks.task import Task
from calculus.source.diagnostic import UsageProblem

TASKS = ("sniah", "oolong", "pairs", "code")


def generate(name: str, size: int, seed: int = 0) -> Task:
    """The task of that name with a document of about so many bytes. Raises `UsageProblem`."""
    if name not in TASKS:
        raise UsageProblem(f"there is no task {name!r}; there are {', '.join(TASKS)}")
    task: Task = import_module(f"calculus.rlm.tasks.{name}").generate(size, seed)
    return task
