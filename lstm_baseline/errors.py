"""Errors of the LSTM: each names object and field, value, rule, and remedy."""

from tasks.base.abilities import TaskRefusedError
from tasks.base.learner import NumberError

__all__ = [
    "LSTMError",
    "LSTMNumberError",
    "LSTMParameterError",
    "LSTMTaskError",
    "LSTMTrialsError",
    "LSTMWeightsError",
]


class LSTMError(Exception):
    """Root of the errors that `lstm_baseline` raises."""


class LSTMParameterError(LSTMError, ValueError):
    """A parameter has an invalid value."""


class LSTMTaskError(LSTMError, TaskRefusedError):
    """A task has inputs or answers for which the model has no units."""


class LSTMTrialsError(LSTMError, ValueError):
    """Trials, inputs or targets do not fit the networks."""


class LSTMWeightsError(LSTMError, ValueError):
    """Weights do not fit the circuit, or are not finite."""


class LSTMNumberError(LSTMError, NumberError):
    """NaN or infinity arose in a network, which was stopped; the others finished.

    Attributes
    ----------
    stopped : tuple of Stopped
        The stopped networks, each in its state after the previous window.
    outcome : Outcome or Training
        Result of all networks. Of stopped ones, an `Outcome` has -1 from that window on, and a `Training` only earlier
        epochs.
    """

    def __str__(self) -> str:
        where = "; ".join(map(str, self.stopped))
        return (
            f"{self.stopped[0].model}: a number was not finite ({where}); these networks keep their earlier state, and"
            " the others ran on (`outcome` has their results): lower the learning_rate, or set clip_norm where there is"
            " one"
        )
