"""The one list of models: what can answer a task by name, and all that a comparison knows of a model beside that."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from lstm_baseline.errors import LSTMError
from lstm_baseline.learner import LSTM
from lstm_baseline.params import LSTMParams
from pbwm.errors import PBWMError
from pbwm.learner import PBWM
from pbwm.params import PBWMParams
from tasks.base.learner import Learner
from tasks.base.registry import Entry, Registry
from tasks.base.saving import Saveable

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["DEFAULT_MODELS", "KINDS", "MODELS", "MODEL_ERRORS", "Model", "Models"]


@dataclass(frozen=True)
class Model(Entry[Learner]):
    """One line of the catalogue: how to build the networks of one block, a sentence about the model, and its looks.

    Attributes
    ----------
    params
        The parameter object that `build` gives to every network.
    colour
        Colour of the model in figures.
    by_default
        Whether it is compared where no models are named.
    """

    params: "DataclassInstance"
    colour: str
    by_default: bool = False

    def parameters(self) -> dict[str, Any]:
        """The parameters by name, those of parameter objects nested."""
        return asdict(self.params)


class Models(Registry[Learner]):
    """The models by name."""

    def __init__(self, models: Mapping[str, Model]) -> None:
        super().__init__("model", models)

    def __getitem__(self, name: str) -> Model:
        return cast(Model, super().__getitem__(name))


def _model(
    kind: Callable[..., Learner],
    params: "DataclassInstance",
    summary: str,
    *,
    colour: str,
    by_default: bool = False,
) -> Model:
    return Model(partial(kind, params=params), summary, params=params, colour=colour, by_default=by_default)


MODELS = Models(
    {
        "pbwm": _model(
            PBWM,
            PBWMParams(),
            "Prefrontal stripes gated by the basal ganglia: the reference simulation's configuration.",
            colour="#0072B2",
            by_default=True,
        ),
        "lstm": _model(
            LSTM,
            LSTMParams.modern(),
            "LSTM as used today: forget gates, tanh cells, gradient through windows of "
            f"{LSTMParams.modern().window} steps, Adam.",
            colour="#D55E00",
            by_default=True,
        ),
        "lstm-2000": _model(
            LSTM,
            LSTMParams.gers_2000(),
            "LSTM with forget gates in the form of Gers, Schmidhuber & Cummins (2000).",
            colour="#E69F00",
        ),
    }
)
"""Name → `Model`, those that take longest first: they start first.

A builder takes the task's `TaskSpec` and, by keyword, the replica numbers `replicas` (at most 16) and the root `seed`.
"""

KINDS: Mapping[str, type[Saveable]] = {kind.name: kind for kind in (PBWM, LSTM)}
"""The classes of networks by the name that is in their files: models that differ in parameters alone share one."""

DEFAULT_MODELS = tuple(name for name in MODELS if MODELS[name].by_default)
"""Models that are compared where none are named."""

MODEL_ERRORS: tuple[type[Exception], ...] = (PBWMError, LSTMError)
"""The root of the errors of each model's package."""
