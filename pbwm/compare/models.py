"""The one list of models: what can answer a task by name.

The builders import their model when they are called: the list can be read, and a command can complain of a wrong name,
without waiting for the kernels' compiler to load.
"""

from tasks.base.learner import Learner
from tasks.base.registry import Entry, Registry
from tasks.base.task import TaskSpec

__all__ = ["MODELS"]


def _pbwm(spec: TaskSpec, *, replicas: range, seed: int = 0) -> Learner:
    from pbwm.learner import PBWM

    return PBWM(spec, replicas=replicas, seed=seed)


def _lstm(spec: TaskSpec, *, replicas: range, seed: int = 0) -> Learner:
    from lstm_baseline.learner import LSTM
    from lstm_baseline.params import LSTMParams

    return LSTM(spec, replicas=replicas, seed=seed, params=LSTMParams.modern())


def _lstm_2000(spec: TaskSpec, *, replicas: range, seed: int = 0) -> Learner:
    from lstm_baseline.learner import LSTM
    from lstm_baseline.params import LSTMParams

    return LSTM(spec, replicas=replicas, seed=seed, params=LSTMParams.gers_2000())


MODELS: Registry[Learner] = Registry(
    "model",
    {
        "pbwm": Entry(
            _pbwm, "Prefrontal stripes gated by the basal ganglia: the reference simulation's configuration."
        ),
        "lstm": Entry(_lstm, "LSTM as used today: forget gates, tanh cells, exact gradient through time, Adam."),
        "lstm-2000": Entry(_lstm_2000, "LSTM with forget gates in the form of Gers, Schmidhuber & Cummins (2000)."),
    },
)
"""Name → how to build the networks of one block, and a sentence about the model.

A builder takes the task's `TaskSpec` and, by keyword, the replica numbers `replicas` (at most 16) and the root `seed`.
"""
