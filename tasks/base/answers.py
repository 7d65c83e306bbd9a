"""Kinds of answer: one response, several right ones, or a quantity.

A model judges its own answers, and says by its response how each went: it is `Trials.target` where the answer was
right, and something else where it was wrong. So errors are counted alike for all kinds of answer.
"""

from dataclasses import dataclass, field
from math import inf

from tasks.base.errors import is_number, require, require_real, require_truth
from tasks.base.serialization import LATER

__all__ = ["Answer", "Choice", "Quantity", "Several"]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One response: right if it is `Trials.target`. The response of a model is its most active output."""


@dataclass(frozen=True, kw_only=True)
class Several:
    """Several responses are right at once, as where the next symbol is predicted and more than one may come.

    `Trials.allowed` says which. The answer is right if the k most active outputs are the k that are allowed. The
    `target` is one of these, that which was drawn. Where the answer was right, the response is the target; where it was
    wrong, the most active output that is not allowed, or −1 if all are.

    Attributes
    ----------
    tolerance
        None, or how far every output may be from 1 where it is allowed, and from 0 where it is not, in an answer that
        is right: in (0, 1).
    all_taught
        Whether all that are allowed are shown to a network that learns, and not the one that was drawn alone.

    Raises
    ------
    ParameterError
        If the tolerance is not possible.
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
        """Whether it takes outputs that can all be active at once, as those of a softmax cannot."""
        return self.all_taught or self.tolerance is not None


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """A real value, given by the one output unit: right if ``|output − Trials.quantity| < tolerance``.

    Where a quantity is wanted, `target` is 0, and the response 0 if it was right and −1 if it was wrong; elsewhere
    `target` is −1 and the response 0.

    Attributes
    ----------
    tolerance
        How far off an answer may be, in the unit of the quantity; above 0.
    low, high
        Limits of answers, finite: right values lie between them, and an environment takes no other.

    Raises
    ------
    ParameterError
        If the tolerance or the limits are not possible.
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
