"""Errors of the PBWM model."""

from tasks.base.abilities import TaskRefusedError
from tasks.base.learner import NumberError

__all__ = ["PBWMError", "PBWMNumberError", "PBWMParameterError", "PBWMTaskError", "PBWMWeightsError"]


class PBWMError(Exception):
    """Root of the errors that `pbwm` raises."""


class PBWMParameterError(PBWMError, ValueError):
    """A parameter has a value that it cannot have."""


class PBWMTaskError(PBWMError, TaskRefusedError):
    """A task has channels that the model has no layer for, or wants answers that it has no units for."""


class PBWMWeightsError(PBWMError, ValueError):
    """Weights do not fit the network, or are not finite."""


class PBWMNumberError(PBWMError, NumberError):
    """NaN or infinity arose in a network, which was stopped; the others have run to the end.

    Attributes
    ----------
    stopped : tuple of Stopped
        The networks that were stopped. Each is as it was before the epoch, or the block of trials.
    outcome : Outcome or Training
        What the population did; of a stopped network, nothing of that epoch.
    """

    def __str__(self) -> str:
        where = "; ".join(map(str, self.stopped))
        return (
            f"PBWM: a number was not finite ({where}); these networks were left as they were before, the others ran on"
            " (`outcome` has what they did): lower the learning rates"
        )
