"""Errors of the PBWM model."""

from typing import NamedTuple

from tasks.base.learner import Outcome

__all__ = ["PBWMError", "PBWMNumberError", "PBWMParameterError", "PBWMTaskError", "PBWMWeightsError", "Stopped"]


class PBWMError(Exception):
    """Root of the errors that `pbwm` raises."""


class PBWMParameterError(PBWMError, ValueError):
    """A parameter has a value that it cannot have."""


class PBWMTaskError(PBWMError, ValueError):
    """A task has channels that the model has no layer for."""


class PBWMWeightsError(PBWMError, ValueError):
    """Weights do not fit the network, or are not finite."""


class Stopped(NamedTuple):
    """A replica in which a number was not finite, and the first quantity of its state that shows it."""

    replica: int
    quantity: str


class PBWMNumberError(PBWMError, ArithmeticError):
    """NaN or infinity arose in a replica, which was stopped; the others have run to the end.

    Attributes
    ----------
    stopped : tuple of Stopped
        The replicas that were stopped. Each is as it was before this block of trials.
    outcome : Outcome
        What the population did; of a stopped replica, nothing.
    """

    def __init__(self, stopped: tuple[Stopped, ...], outcome: Outcome) -> None:
        super().__init__(stopped, outcome)
        self.stopped, self.outcome = stopped, outcome

    def __str__(self) -> str:
        where = "; ".join(f"replica {replica}: {quantity}" for replica, quantity in self.stopped)
        return (
            f"PBWM: a number was not finite ({where}); these replicas were left as they were before this block, the "
            "others ran on (`outcome` has what they did): lower the learning rates"
        )
