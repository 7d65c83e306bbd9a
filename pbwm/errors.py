"""Errors of the PBWM model."""

from tasks.base.abilities import TaskRefusedError
from tasks.base.learner import NumberError

__all__ = ["PBWMError", "PBWMNumberError", "PBWMParameterError", "PBWMTaskError", "PBWMWeightsError"]


class PBWMError(Exception):
    """Base class of the errors that `pbwm` raises."""


class PBWMParameterError(PBWMError, ValueError):
    """A parameter has an invalid value."""


class PBWMTaskError(PBWMError, TaskRefusedError):
    """The model has no layer for channels or answers of a task."""


class PBWMWeightsError(PBWMError, ValueError):
    """Weights do not fit the network, or are not finite."""


class PBWMNumberError(PBWMError, NumberError):
    """A number in a network was not finite. This network was stopped; the others finished.

    Attributes
    ----------
    stopped : tuple of Stopped
        The stopped networks, each in its state before the epoch or the block of trials.
    outcome : Outcome or Training
        Results of all networks, without that epoch of stopped ones.
    """

    def __str__(self) -> str:
        where = "; ".join(map(str, self.stopped))
        return (
            f"PBWM: a number was not finite ({where}); these networks keep their earlier state, and the others ran on"
            " (`outcome` has their results): lower the learning rates"
        )
