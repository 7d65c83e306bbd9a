"""LSTM: working memory gated by multiplication; and networks without gates or with others to hold it against."""

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
from lstm_baseline.rbp import RBP, RBPParams
from lstm_baseline.rules import BPTT, Adam, Learning, Reward
from lstm_baseline.srn import SRN, SRNParams

__all__ = [
    "BPTT",
    "LSTM",
    "RBP",
    "SRN",
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
    "RBPParams",
    "Reward",
    "SRNParams",
    "Squashing",
]
