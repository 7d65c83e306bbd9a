"""Errors of the PBWM model."""

from tasks.base.abilities import TaskRefusedError
from tasks.base.learner import NumberError

__all__ = ["PBWMError", "PBWMNumberError", "PBWMParameterError", "PBWMTaskError", "PBWMWeightsError"]


class PBWMError(Exception):
    """Root of the errors that `pbwm` raises."""


class PBWMParameterError(PBWMError, ValueError):
    """A parameter has an invalid value."""


class PBWMTaskError(PBWMError, TaskRefusedError):
    """A task has channels without a layer in the model, or requires answers for which it has no units."""


class PBWMWeightsError(PBWMError, ValueError):
    """Weights do not fit the network, or are not finite."""


class PBWMNumberError(PBWMError, NumberError):
    """NaN or infinity arose in a network, which was stopped; the others ran to the end.

    Attributes
    ----------
    stopped : tuple of Stopped
        The networks that were stopped, each in its state before the epoch or the block of trials.
    outcome : Outcome or Training
        Result of the population; without that epoch for a stopped network.
    """

    def __str__(self) -> str:
        where = "; ".join(map(str, self.stopped))
        return (
            f"PBWM: a number was not finite ({where}); these networks keep their earlier state, and the others ran on"
            " (`outcome` has their results): lower the learning rates"
        )
