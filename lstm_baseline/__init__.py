"""LSTM in the forms of 1997 to today, by their rules of learning; and networks to hold it against."""

from lstm_baseline.circuit import Circuit
from lstm_baseline.errors import (
    LSTMError,
    LSTMNumberError,
    LSTMParameterError,
    LSTMTaskError,
    LSTMTrialsError,
    LSTMWeightsError,
)
from lstm_baseline.gru import GRU, GRUParams
from lstm_baseline.kernels.squashing import Squashing
from lstm_baseline.learner import LSTM
from lstm_baseline.params import GateBias, LSTMParams, Output
from lstm_baseline.rbp import RBP, RBPParams
from lstm_baseline.rules import BPTT, SGD, Adam, Decay, EProp, Feedback, Learning, Reward, Truncated, Update
from lstm_baseline.srn import SRN, SRNParams

__all__ = [
    "BPTT",
    "GRU",
    "LSTM",
    "RBP",
    "SGD",
    "SRN",
    "Adam",
    "Circuit",
    "Decay",
    "EProp",
    "Feedback",
    "GRUParams",
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
    "RBPParams",
    "Reward",
    "SRNParams",
    "Squashing",
    "Truncated",
    "Update",
]
