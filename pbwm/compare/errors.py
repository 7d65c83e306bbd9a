"""Errors and warnings of `pbwm.compare`."""

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
    """A study or command cannot be carried out."""


class ResultsError(CompareError, OSError):
    """Results cannot be written or read."""


class FigureError(CompareError, ValueError):
    """Data lack what a figure requires."""


class FigureWarning(UserWarning):
    """A figure is drawn, but does not show everything."""


class RunFailedError(CompareError):
    """Networks could not go on, e.g. because weights are not finite."""


class RunStoppedError(CompareError):
    """A run was stopped by a failure or the user."""


class WorkerDiedError(RunFailedError):
    """A process that ran networks died."""


class Interrupted(KeyboardInterrupt):
    """The user interrupted a command; the message says what is stored, and how to resume.

    Attributes
    ----------
    cause
        The original exception.
    """

    def __init__(self, message: str, cause: BaseException | None = None) -> None:
        super().__init__(message)
        self.cause = cause


class ViewError(CompareError, ValueError):
    """The view cannot show or do what was requested."""
