"""LSTM: working memory gated by multiplication, in the forms of 1997 to today, and by their rules of learning."""

from lstm_baseline.circuit import Circuit
from lstm_baseline.errors import (
    LSTMError,
    LSTMNumberError,
    LSTMParameterError,
    LSTMTaskError,
    LSTMTrialsError,
    LSTMWeightsError,
)
from lstm_baseline.kernels.squashing import Squashing
from lstm_baseline.learner import LSTM
from lstm_baseline.params import GateBias, LSTMParams, Output
from lstm_baseline.rules import BPTT, SGD, Adam, EProp, Feedback, Learning, Truncated, Update

__all__ = [
    "BPTT",
    "LSTM",
    "SGD",
    "Adam",
    "Circuit",
    "EProp",
    "Feedback",
    "GateBias",
    "LSTMError",
    "LSTMNumberError",
    "LSTMParameterError",
    "LSTMParams",
    "LSTMTaskError",
    "LSTMTrialsError",
    "LSTMWeightsError",
    "Learning",
    "Output",
    "Squashing",
    "Truncated",
    "Update",
]
