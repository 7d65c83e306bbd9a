"""Abilities of a model: a task that exceeds them is rejected, with the reason."""

from collections.abc import Sequence

from tasks.base.answers import Answer, Quantity, Several
from tasks.base.spec import TaskSpec

__all__ = ["TaskRefusedError", "require_abilities"]


class TaskRefusedError(ValueError):
    """A task requires inputs, answers, or a reset of memory that a model lacks."""


def require_abilities(
    spec: TaskSpec,
    model: str,
    *,
    analog: bool,
    answers: Sequence[type[Answer]],
    resets: bool,
    error: type[TaskRefusedError],
) -> None:
    """Raise `error` unless a model can do a task.

    `analog`, `answers`, and `resets` state whether the model accepts analog inputs, its kinds of answer, and whether it
    can reset its memory.
    """
    if spec.analog and not analog:
        names = ", ".join(repr(channel.name) for channel in spec.analog)
        raise error(
            f"task {spec.name!r} has real-valued inputs on {names}, and {model} accepts symbols only; "
            "give the task symbols, or choose a model that accepts real values"
        )
    if type(spec.answer) not in answers:
        wanted = {Several: "several correct responses at once", Quantity: "a quantity"}
        kind = wanted.get(type(spec.answer), "one response")
        raise error(
            f"task {spec.name!r} requires {kind}, which {model} cannot give; choose another task, or a model that can"
        )
    if spec.resets_memory and not resets:
        raise error(
            f"task {spec.name!r} resets memory at the start of a sequence, which {model} cannot do; "
            "set resets_memory=False, or choose a model that can"
        )
