"""Tasks of users, as entries of the catalog."""

import inspect
from typing import Any

from tasks.base.outside import Outside, OutsideError, told
from tasks.base.registry import Entry
from tasks.base.spec import TaskSpec
from tasks.base.task import Task

__all__ = ["first_sentence", "outside_task"]


OF_MODELS = ("params_kind", "run", "train")
"""Members of classes of networks, but not of tasks."""


def outside_task(found: Outside) -> Entry[Task]:
    """The entry of a user's class or function that returns a task.

    Raises
    ------
    OutsideError
        If it is neither, cannot be built without parameters, or returns no task.
    """
    name, thing = found.name, found.thing
    remedy = "give a class or function that makes a task (docs/bringing_your_own.md)"
    if inspect.isclass(thing) and all(hasattr(thing, member) for member in OF_MODELS):
        rule = "is a model (a class of networks), not a task"
        raise OutsideError(f"{name}: {rule}; give it under models (--models {name}), and a task as TASK")
    if not callable(thing):
        raise OutsideError(f"{name}: is not a class or function but {type(thing).__name__}; {remedy}")

    def build(**changes: Any) -> Task:
        with told(f"{name}: cannot be built", "correct it, or change its parameters"):
            task = thing(**changes)
        missing = [member for member in ("spec", "trials") if member not in dir(task)]
        if missing:
            raise OutsideError(f"{name}: is not a task: it lacks {' and '.join(missing)}; {remedy}")
        with told(f"{name}: spec cannot be read", "correct it"):
            spec = task.spec
        if not isinstance(spec, TaskSpec):
            raise OutsideError(f"{name}: spec is of type {type(spec).__name__} and must be a TaskSpec; {remedy}")
        found: Task = task
        return found

    build()
    return Entry(build, first_sentence(thing), code=found.code)


def first_sentence(thing: Any) -> str:
    """First line of a docstring, or the name."""
    lines = (inspect.getdoc(thing) or "").splitlines()
    return lines[0] if lines else f"{getattr(thing, '__name__', thing)}."
