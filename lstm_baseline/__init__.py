"""LSTM in the forms of 1997 to today, with their learning rules, and other recurrent networks for comparison."""

from typing import TYPE_CHECKING

try:
    from tasks.base.exports import on_demand
except ModuleNotFoundError:
    import tasks

    where = getattr(tasks, "__file__", None) or "a folder"
    said = f"{where} is called `tasks`, as a package that {__name__} needs, and is found first"
    raise ImportError(f"{said}; rename it, or start Python in another directory") from None

if TYPE_CHECKING:
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
    from lstm_baseline.params import GateBias, Gating, LSTMParams, Output
    from lstm_baseline.rbp import RBP, RBPParams
    from lstm_baseline.recommended import recommended_gru, recommended_lstm, recommended_sublstm, taught_by_reward
    from lstm_baseline.rules import BPTT, SGD, Adam, Decay, EProp, Feedback, Learning, Reward, Truncated, Update
    from lstm_baseline.srn import SRN, SRNParams
else:
    __getattr__, __dir__ = on_demand(
        __name__,
        {
            "circuit": "Circuit",
            "errors": "LSTMError LSTMNumberError LSTMParameterError LSTMTaskError LSTMTrialsError LSTMWeightsError",
            "gru": "GRU GRUParams",
            "kernels.squashing": "Squashing",
            "learner": "LSTM",
            "params": "GateBias Gating LSTMParams Output",
            "rbp": "RBP RBPParams",
            "recommended": "recommended_gru recommended_lstm recommended_sublstm taught_by_reward",
            "rules": "BPTT SGD Adam Decay EProp Feedback Learning Reward Truncated Update",
            "srn": "SRN SRNParams",
        },
    )

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
    "Gating",
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
    "recommended_gru",
    "recommended_lstm",
    "recommended_sublstm",
    "taught_by_reward",
]
