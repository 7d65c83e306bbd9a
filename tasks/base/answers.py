"""Kinds of answer: one response, several correct responses, or a quantity.

A model scores its own answers: its response equals `Trials.target` if and only if the answer is correct.
"""

from dataclasses import dataclass, field
from math import inf

from tasks.base.errors import is_number, require, require_real, require_truth
from tasks.base.serialization import LATER

__all__ = ["Answer", "Choice", "Quantity", "Several"]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One response, the most active output."""


@dataclass(frozen=True, kw_only=True)
class Several:
    """Several correct responses at once.

    `Trials.allowed` marks them, and `Trials.target` is the one that was drawn. The answer is correct if the k most
    active outputs are the k allowed ones. The response is then the target; otherwise it is the most active output that
    is not allowed, or −1 if all are.

    Attributes
    ----------
    tolerance
        In (0, 1): largest distance of allowed outputs from 1, and of others from 0, in a correct answer; or None.
    all_taught
        Whether all allowed responses are targets, or only the drawn one.

    Raises
    ------
    ParameterError
        If the tolerance is out of range.
    """

    tolerance: float | None = None
    all_taught: bool = False

    def __post_init__(self) -> None:
        require_truth("Several.all_taught", self.all_taught)
        if self.tolerance is not None:
            require_real("Several.tolerance", self.tolerance)
            rule, remedy = "must lie in (0, 1)", "give the largest deviation that counts as correct, or None"
            require(0 < self.tolerance < 1, "Several.tolerance", self.tolerance, rule, remedy)

    @property
    def graded(self) -> bool:
        """Whether several outputs must be close to 1, which a softmax cannot provide."""
        return self.all_taught or self.tolerance is not None


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """A real value, the activity of the only output unit: correct if ``|output − Trials.quantity| < tolerance``.

    Where a quantity is required, `target` is 0, and the response is 0 if correct, else −1. Elsewhere `target` is −1 and
    the response 0.

    Attributes
    ----------
    tolerance
        Largest allowed error, above 0.
    low, high
        Finite limits of correct values.

    Raises
    ------
    ParameterError
        If the tolerance or the limits are out of range.
    """

    tolerance: float
    low: float = field(default=0.0, metadata=LATER)
    high: float = field(default=1.0, metadata=LATER)

    def __post_init__(self) -> None:
        for name in ("low", "high"):
            rule, value = "must be a finite number", getattr(self, name)
            require(is_number(value), f"Quantity.{name}", value, rule, "give the limits of answers")
        rule = f"must be below high = {self.high!r}"
        require(self.low < self.high, "Quantity.low", self.low, rule, "give the limits of answers")
        require_real("Quantity.tolerance", self.tolerance)
        rule, remedy = "must be above 0 and finite", "give the largest deviation that counts as correct"
        require(0 < self.tolerance < inf, "Quantity.tolerance", self.tolerance, rule, remedy)


Answer = Choice | Several | Quantity
"""Any kind of answer."""
