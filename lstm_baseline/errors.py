"""Errors of the LSTM: each names the object and field, the value, the rule, and what to do."""

__all__ = ["LSTMError", "LSTMParameterError", "LSTMTrialsError", "LSTMWeightsError"]


class LSTMError(Exception):
    """Root of the errors that `lstm_baseline` raises."""


class LSTMParameterError(LSTMError, ValueError):
    """A parameter has a value that it cannot have."""


class LSTMTrialsError(LSTMError, ValueError):
    """Trials, inputs or targets do not fit the networks that are to run them."""


class LSTMWeightsError(LSTMError, ValueError):
    """Weights do not fit the circuit, or hold a value that is not a number."""
