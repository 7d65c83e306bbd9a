"""The one list of models, with everything that a comparison needs to know about each."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, is_dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from lstm_baseline.errors import LSTMError
from lstm_baseline.gru import GRU
from lstm_baseline.learner import LSTM
from lstm_baseline.params import GateBias, LSTMParams
from lstm_baseline.planes import gru_planes, lstm_planes
from lstm_baseline.rbp import RBP, RBPParams
from lstm_baseline.recommended import (
    recommended_gru,
    recommended_lstm,
    recommended_sublstm,
    taught_by_reward,
)
from lstm_baseline.rules import BPTT, Learning
from lstm_baseline.srn import SRN, SRNParams
from pbwm.compare.errors import PlanError
from pbwm.errors import PBWMError
from pbwm.form2006.learner import PBWM2006
from pbwm.form2006.params import oreilly_frank_2006
from pbwm.learner import PBWM
from pbwm.params import PBWMParams
from pbwm.planes import gate_planes
from pbwm.recommended import recommended
from tasks.base.abilities import TaskRefusedError
from tasks.base.errors import TaskError, require, require_name
from tasks.base.gate_plane import GatePlane
from tasks.base.learner import Learner
from tasks.base.outside import Outside, OutsideError, one_line, told
from tasks.base.outside_tasks import first_sentence, outside_task
from tasks.base.registry import Entry, Registry
from tasks.base.saving import Saveable
from tasks.base.task import TaskSpec

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = [
    "DEFAULT_MODELS",
    "KINDS",
    "MODELS",
    "MODEL_ERRORS",
    "OTHER_COLORS",
    "Model",
    "Models",
    "kind_of",
    "other_color",
    "register",
]


@dataclass(frozen=True)
class Model(Entry[Learner]):
    """An entry of the catalog: builder of networks, summary, and color.

    Attributes
    ----------
    params
        Makes the parameter object for a task.
    color
        Color in figures.
    by_default
        Whether it is compared if no models are named.
    kind
        Builds networks from a `TaskSpec`, and by keyword `params`, `networks` and `seed`.
    planes
        Measures what each kind of gate passes (`tasks.base.gate_plane`); None: no gates.
    networks_class
        The class of the networks of a model from outside.
    """

    params: Callable[[TaskSpec], "DataclassInstance"]
    color: str
    by_default: bool = False
    kind: Callable[..., Learner] | None = None
    planes: Callable[[Any], tuple[GatePlane, ...]] | None = None
    networks_class: type[Any] | None = None

    def configured(self, params: "DataclassInstance") -> "Model":
        """The model with other parameters for every task.

        Raises
        ------
        PlanError
            If the model takes no parameters.
        """
        kind = self.kind
        if kind is None:
            raise PlanError(f"model {self.summary!r} takes no parameters; omit them")

        def build(spec: TaskSpec, **given: Any) -> Learner:
            return kind(spec, params=params, **given)

        return replace(self, build=build, params=lambda _: params)

    def class_of(self, name: str) -> type[Saveable] | None:
        """The class of the model's networks, of this `name` in files."""
        own = self.networks_class
        return kind_of(name) if own is None else own if own.name == name else None

    def parameters(self, spec: TaskSpec) -> dict[str, Any]:
        """The parameters for a task by name, nested."""
        return asdict(self.params(spec))


class Models(Registry[Learner]):
    """The models by name."""

    def __init__(self, models: Mapping[str, Model]) -> None:
        super().__init__("model", models, group="pbwm.models", made=outside_model)

    def __getitem__(self, name: str) -> Model:
        return cast(Model, super().__getitem__(name))


MODEL_ERRORS: tuple[type[Exception], ...] = (PBWMError, LSTMError)
"""The root of the errors of each model's package."""
OURS: tuple[type[Exception], ...] = (TaskError, TaskRefusedError, *MODEL_ERRORS)
"""Errors whose message is meant for the user."""
NEEDED = ("name", "params_kind", "run", "train", "state", "set_state", "snapshot", "from_snapshot")
"""Required members of a class of networks (see `tasks.base.own.OwnLearner`)."""


def outside_model(found: Outside) -> Model:
    """The entry of a user's class of networks.

    Raises
    ------
    OutsideError
        If it is no class, or lacks a required member.
    """
    name = found.name
    kind: Any = found.thing
    remedy = "derive it from tasks.base.own.OwnLearner or tasks.bridges.torch.TorchLearner (docs/bringing_your_own.md)"
    missing = [member for member in NEEDED if not hasattr(kind, member)]
    if not inspect.isclass(found.thing) or missing:
        if _is_task(found):
            rule = "is a task, not a model (a class of networks)"
            raise OutsideError(f"{name}: {rule}; give it as TASK, and a model under models (--models NAME)")
        what = f": it lacks {', '.join(missing)}" if inspect.isclass(found.thing) else f" but {type(kind).__name__}"
        raise OutsideError(f"{name}: is not a class of networks{what}; {remedy}")
    require_name(f"{name}: name", kind.name, error=OutsideError)
    plain = inspect.isclass(kind.params_kind) and is_dataclass(kind.params_kind)
    rule, remedy = "must be a dataclass", "decorate it with @dataclass(frozen=True, kw_only=True)"
    require(plain, f"{name}: params_kind", kind.params_kind, rule, remedy, error=OutsideError)
    if kind.name in KINDS:
        raise OutsideError(f"{name}: name = {kind.name!r} is that of a model of this package; give it another")

    def params(_: TaskSpec) -> "DataclassInstance":
        with told(f"{name}: params_kind() cannot be made", "give every parameter a default"):
            made: DataclassInstance = kind.params_kind()
        return made

    def built(spec: TaskSpec, *, params: "DataclassInstance", **given: Any) -> Learner:
        try:
            learner: Learner = kind(spec, params=params, **given)
        except OURS:
            raise
        except (Exception, SystemExit) as error:
            raise OutsideError(f"{name}: cannot be built ({one_line(error)}); correct it") from error
        return learner

    model = _model(built, params, first_sentence(kind), color=getattr(kind, "color", None) or other_color(name))
    return replace(model, code=found.code, networks_class=kind)


def _is_task(found: Outside) -> bool:
    try:
        outside_task(found)
    except TaskError:
        return False
    return True


OTHER_COLORS = ("#009E73", "#CC79A7", "#F0E442", "#DDCC77", "#6699CC")
"""Colors of models that are not in the catalog."""


def other_color(name: str) -> str:
    """The color of a model outside the catalog, from its name."""
    return OTHER_COLORS[sum(name.encode()) % len(OTHER_COLORS)]


def _model(
    kind: Callable[..., Learner],
    params: Callable[[TaskSpec], "DataclassInstance"],
    summary: str,
    *,
    color: str,
    title: str = "",
    by_default: bool = False,
) -> Model:
    def build(spec: TaskSpec, **given: Any) -> Learner:
        return kind(spec, params=params(spec), **given)

    planes = PLANES.get(kind)
    return Model(
        build, summary, title=title, params=params, color=color, by_default=by_default, kind=kind, planes=planes
    )


PLANES: Mapping[Any, Callable[[Any], tuple[GatePlane, ...]]] = {PBWM: gate_planes, LSTM: lstm_planes, GRU: gru_planes}
"""Class of networks → function that measures its gates."""

PBWM_COLOR = "#0072B2"


MODELS = Models(
    {
        "pbwm": _model(
            PBWM,
            recommended,
            "Prefrontal stripes gated by the basal ganglia, in one recommended configuration for all tasks.",
            title="PBWM",
            color=PBWM_COLOR,
            by_default=True,
        ),
        "pbwm-reference": _model(
            PBWM,
            lambda _: PBWMParams(),
            "PBWM configured as in the reference simulation, which learns less reliably.",
            title="PBWM (reference)",
            color="#56B4E9",
        ),
        "pbwm-2006": _model(
            PBWM2006,
            oreilly_frank_2006,
            "PBWM as published in 2006: kWTA inhibition, contrastive Hebbian learning, PVLV, three phases.",
            title="PBWM (2006)",
            color="#44AA99",
        ),
        "lstm": _model(
            LSTM,
            recommended_lstm,
            f"LSTM as used today: forget gates, tanh cells, gradient through windows of {BPTT().window} steps, Adam.",
            title="LSTM",
            color="#D55E00",
            by_default=True,
        ),
        "lstm-2000": _model(
            LSTM,
            lambda _: LSTMParams.gers_2000(output=None, learning=Learning()),
            "LSTM in the form of Gers, Schmidhuber & Cummins (2000), with outputs and learning as in the modern form.",
            title="LSTM (2000)",
            color="#E69F00",
        ),
        "lstm-1997": _model(
            LSTM,
            lambda _: LSTMParams.hochreiter_schmidhuber_1997(
                blocks=4,
                input_gate_bias=None,
                output_gate_bias=GateBias(first=-1.0, step=-1.0),
                output=None,
                learning=Learning(),
            ),
            "LSTM in the form of Hochreiter & Schmidhuber (1997), with as many cells as lstm-2000, gate biases of "
            "experiment 1, and outputs and learning as in the modern form; its state is reset before each sequence.",
            title="LSTM (1997)",
            color="#CC6677",
        ),
        "gru": _model(
            GRU,
            recommended_gru,
            "Gated recurrent unit, with the number of cells and the learning rule of the LSTM.",
            title="GRU",
            color="#882255",
        ),
        "lstm-reward": _model(
            LSTM,
            lambda spec: taught_by_reward(recommended_lstm(spec)),
            "LSTM that learns only from the reward that PBWM receives, by policy gradient with a critic.",
            title="LSTM, reward",
            color="#AA4499",
        ),
        "sublstm": _model(
            LSTM,
            recommended_sublstm,
            "LSTM whose gates subtract (Costa et al., 2017), with size and learning as in `lstm`.",
            title="subLSTM",
            color="#117733",
        ),
        "sublstm-reward": _model(
            LSTM,
            lambda spec: taught_by_reward(recommended_sublstm(spec)),
            "LSTM whose gates subtract, trained only by the reward that PBWM receives.",
            title="subLSTM, reward",
            color="#999933",
        ),
        "gru-reward": _model(
            GRU,
            lambda spec: taught_by_reward(recommended_gru(spec)),
            "Gated recurrent unit trained only by the reward that PBWM receives.",
            title="GRU, reward",
            color="#661100",
        ),
        "srn": _model(
            SRN,
            lambda _: SRNParams.oreilly_frank_2006(),
            "Simple recurrent network whose context retains half of its activity (O'Reilly & Frank, 2006).",
            title="SRN",
            color="#8C8C8C",
        ),
        "rbp": _model(
            RBP,
            lambda _: RBPParams.oreilly_frank_2006(),
            "Recurrent hidden layer, trained by backpropagation in a sliding window (O'Reilly & Frank, 2006).",
            title="RBP",
            color="#332288",
        ),
    }
)
"""Name → `Model`; the slowest start first."""

KINDS: Mapping[str, type[Saveable]] = {kind.name: kind for kind in (PBWM, PBWM2006, LSTM, GRU, SRN, RBP)}
"""Name in files → class of networks."""


def kind_of(name: str) -> type[Saveable] | None:
    """The class of networks with this name in files, also for models of users.

    Raises
    ------
    OutsideError
        If several of these have the name.
    """
    others = (cast(Model, entry).networks_class for entry in MODELS.outside())
    found = list(dict.fromkeys(kind for kind in others if kind is not None and kind.name == name))
    rule, remedy = (
        f"is the name of {len(found)} classes",
        "load with the `load` of the right one, or give each a `name`",
    )
    require(len(found) < 2, "model", name, rule, remedy, error=OutsideError)
    return KINDS.get(name) or next(iter(found), None)


def register(name: str, model: type[Any]) -> None:
    """Register your own class of networks (see `Registry.register`)."""
    MODELS.register(name, model)


DEFAULT_MODELS = tuple(name for name in MODELS if MODELS[name].by_default)
"""Models that are compared by default."""
