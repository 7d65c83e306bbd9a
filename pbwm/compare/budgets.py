"""Default budgets: epochs that a network may use to reach the criterion of a task, the same for every model."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["BUDGETS", "MOST_EPOCHS", "OTHERWISE", "Budget", "budget_for"]

MOST_EPOCHS = 10**7
"""Largest budget; errors are stored by epoch."""


@dataclass(frozen=True, kw_only=True)
class Budget:
    """Largest number of epochs of a network, and the reason."""

    epochs: int
    reason: str


TWO_MINUTES = "what `make compare` finishes in two minutes on two cores; `--epochs` for longer"

BUDGETS: Mapping[str, Budget] = {
    "sir2": Budget(epochs=300, reason=TWO_MINUTES),
    "sir2-dedicated": Budget(epochs=300, reason=TWO_MINUTES),
    "sir2-reference": Budget(epochs=300, reason=TWO_MINUTES),
    "phonological-loop": Budget(epochs=200, reason="an epoch is 1800 steps: so every network gets 360,000"),
    "12ax": Budget(epochs=300, reason=TWO_MINUTES),
    "12ax-current-task": Budget(epochs=300, reason=TWO_MINUTES),
    "12ax-reset": Budget(epochs=300, reason="as 1-2-AX without resets, which is harder"),
}
"""Task → budget."""

OTHERWISE = Budget(epochs=200, reason="no budget is chosen for this task")


def budget_for(task: str, epochs: int | None = None) -> Budget:
    """The budget of a task: `epochs` if given, else that of `BUDGETS`.

    Examples
    --------
    >>> budget_for("sir2").epochs, budget_for("sir2", epochs=5).epochs, budget_for("a new task").epochs
    (300, 5, 200)
    """
    if epochs is not None:
        return Budget(epochs=epochs, reason="asked for")
    return BUDGETS.get(task, OTHERWISE)
