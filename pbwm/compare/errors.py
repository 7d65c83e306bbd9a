"""Errors of the comparison. A run that fails is reported; none is dropped."""

from pbwm.errors import PBWMError

__all__ = [
    "CompareError",
    "FigureError",
    "FigureWarning",
    "Interrupted",
    "PlanError",
    "ResultsError",
    "RunFailedError",
    "RunStoppedError",
    "ViewError",
    "WorkerDiedError",
]


class CompareError(PBWMError):
    """Root of the errors of `pbwm.compare`."""


class PlanError(CompareError, ValueError):
    """A comparison is asked for that cannot be made."""


class ResultsError(CompareError, OSError):
    """Results cannot be written, or cannot be read."""


class FigureError(CompareError, ValueError):
    """Data do not have what a figure needs."""


class FigureWarning(UserWarning):
    """A figure is drawn, but does not show everything."""


class RunFailedError(CompareError):
    """Networks could not go on, as when their weights are no longer finite."""


class RunStoppedError(CompareError):
    """A run ended before its time, because another failed or the user interrupted."""


class WorkerDiedError(RunFailedError):
    """A process that ran networks ended before its time."""


class Interrupted(KeyboardInterrupt):
    """The user has interrupted a command: says what it has kept, and how to go on.

    Attributes
    ----------
    cause
        What interrupted it.
    """

    def __init__(self, message: str, cause: BaseException | None = None) -> None:
        super().__init__(message)
        self.cause = cause


class ViewError(CompareError, ValueError):
    """The view is asked for something that it cannot show or do."""
