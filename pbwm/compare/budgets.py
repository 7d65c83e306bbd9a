"""How many epochs a network gets to reach the criterion, if the user names no number.

The budgets below are for a comparison that is over in two minutes. A network that needs longer counts as censored, not
as failed: its epochs to criterion are known to lie beyond the budget.
"""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["BUDGETS", "OTHERWISE", "Budget", "budget_for"]


@dataclass(frozen=True, kw_only=True)
class Budget:
    """The most epochs a network gets, and why so many."""

    epochs: int
    reason: str


BUDGETS: Mapping[tuple[str, str], Budget] = {
    ("sir2", "pbwm"): Budget(
        epochs=200,
        reason="the reference simulation's own limit; published runs of SIR-2 went on to 40,090 epochs (SRN)",
    ),
    ("12ax", "pbwm"): Budget(
        epochs=150,
        reason="what fits beside SIR-2 in two minutes; published runs of 1-2-AX went on to 6,350 epochs (SRN)",
    ),
    ("sir2", "lstm"): Budget(epochs=1000, reason="published comparisons went on to 40,090 epochs (SRN)"),
    ("12ax", "lstm"): Budget(epochs=1000, reason="published comparisons went on to 6,350 epochs (SRN)"),
}
"""(task, model) → budget."""

OTHERWISE = Budget(epochs=200, reason="no budget is chosen for this task and model")


def budget_for(task: str, model: str, epochs: int | None = None) -> Budget:
    """The budget of a model on a task: the user's `epochs` if given, else that of the table.

    Examples
    --------
    >>> budget_for("sir2", "pbwm").epochs, budget_for("sir2", "pbwm", epochs=5).epochs
    (200, 5)
    """
    if epochs is not None:
        return Budget(epochs=epochs, reason="asked for")
    return BUDGETS.get((task, model), OTHERWISE)
