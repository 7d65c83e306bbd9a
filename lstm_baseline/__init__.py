"""LSTM: working memory gated by multiplication, trained by backpropagation through time."""

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
from lstm_baseline.params import GateBias, LSTMParams
from lstm_baseline.rules import BPTT, Adam, Learning

__all__ = [
    "BPTT",
    "LSTM",
    "Adam",
    "Circuit",
    "GateBias",
    "LSTMError",
    "LSTMNumberError",
    "LSTMParameterError",
    "LSTMParams",
    "LSTMTaskError",
    "LSTMTrialsError",
    "LSTMWeightsError",
    "Learning",
    "Squashing",
]
