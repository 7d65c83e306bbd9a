"""The circuit: its layers, paths, and modulations (docs/pbwm.md §4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pbwm.basal_ganglia import gating_layers, gating_paths
from pbwm.content_age import age_layers, age_paths
from pbwm.errors import PBWMTaskError
from pbwm.graph import circuit_graph
from pbwm.kernels import tables
from pbwm.matching import match_feedback, match_layers, match_paths
from pbwm.neuromodulation import MODULATORS, modulations
from pbwm.params import LayerInhibition, PBWMParams
from pbwm.wiring import Layer, Modulation, Path, Wiring, driving_layer
from tasks.base.abilities import require_abilities
from tasks.base.arguments import checked
from tasks.base.errors import nearest
from tasks.base.task import Choice, Role, TaskSpec

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Circuit", "Layer", "Path", "Wiring", "build_circuit"]


@dataclass(frozen=True, kw_only=True)
class Circuit:
    """Layers, paths, and modulations; input layers, and senders of the reward prediction."""

    layers: tuple[Layer, ...]
    paths: tuple[Path, ...]
    inputs: tuple[str, ...]
    prediction: tuple[str, ...]
    stripes: int
    modulations: tuple[Modulation, ...] = ()

    @property
    def stripe_groups(self) -> int:
        """2 with output stripes, 1 without; 0 without gates."""
        return next((layer.groups for layer in self.layers if layer.gates), 0)

    @property
    def modulators(self) -> Mapping[str, str]:
        """Signals with one value per network: name → cells."""
        return MODULATORS

    def layer(self, name: str) -> int:
        """Index of a layer; `control_input` is the stimulus layer if one channel is both."""
        names = [layer.name for layer in self.layers]
        if name == "control_input" and name not in names:
            name = "stimulus_input"
        if name not in names:
            raise nearest("layer", name, names)
        return names.index(name)

    def starts(self) -> NDArray[np.int64]:
        """First unit of each layer, and the number of all units: int array (layer + 1,)."""
        return np.concatenate([[0], np.cumsum([layer.units for layer in self.layers])]).astype(np.int64)

    def share(self, path: Path) -> float:
        """Rel/ΣRel: share of a path among the paths of the same sign into its target.

        In the merged GPi/thalamus, Go and NoGo are counted together.
        """
        together = self.layers[self.layer(path.target)].kind == tables.GPI
        rivals = [p for p in self.paths if p.target == path.target and (p.sign == path.sign or together)]
        return path.relative / sum(p.relative for p in rivals)

    def graph(self, *, by_stripe: bool = False) -> "nx.MultiDiGraph":
        """The circuit as a signed graph: see `circuit_graph`."""
        return circuit_graph(self, by_stripe=by_stripe)

    def receivers(self, path: Path) -> slice:
        """Receiving units of a path, within the target layer."""
        return self.layers[self.layer(path.target)].units_of(path.target_group)

    def senders(self, path: Path) -> NDArray[np.int64]:
        """Senders of every receiver of a path: int array (receiver, contact)."""
        sender, target = self.layers[self.layer(path.sender)], self.layers[self.layer(path.target)]
        reached = self.receivers(path)
        count, first = reached.stop - reached.start, sender.units_of(path.sender_group).start
        receivers = np.arange(count)[:, None]
        layouts: dict[Wiring, Callable[[], NDArray[np.int64]]] = {
            Wiring.FULL: lambda: np.broadcast_to(np.arange(sender.units), (count, sender.units)),
            Wiring.ONE_TO_ONE: lambda: receivers,
            Wiring.TILED: lambda: receivers % sender.units,
            Wiring.STRIPE: lambda: first + receivers * sender.size + np.arange(sender.size),
            Wiring.OWN: lambda: first + receivers // target.size,
        }
        return np.ascontiguousarray(layouts[path.wiring](), np.int64)


def task_channels(spec: TaskSpec) -> tuple[int, int]:
    """The stimulus channel and the control channel of a task, possibly the same.

    Raises
    ------
    PBWMTaskError
        If channels are missing or have no layer, or answers are not a choice.
    """
    require_abilities(spec, "PBWM", analog=False, answers=[Choice], resets=True, error=PBWMTaskError)
    stimulus = spec.channels_with(Role.STIMULUS, Role.BOTH)
    control = spec.channels_with(Role.CONTROL, Role.BOTH)
    if len(stimulus) == 1 and len(control) == 1 and len(spec.channels) == len({*stimulus, *control}):
        return stimulus[0], control[0]
    found = ", ".join(f"{c.name!r} ({c.role})" for c in spec.channels)
    raise PBWMTaskError(
        f"task {spec.name!r} has the channels {found}; PBWM has layers for one stimulus channel "
        "and one control channel, or for one channel that is both; give the task such channels"
    )


def build_layers(spec: TaskSpec, params: PBWMParams) -> tuple[Layer, ...]:
    """The layers, in the order of their update."""
    stimulus, control = task_channels(spec)
    content, stripes = len(spec.channels[stimulus].symbols), params.stripes
    gated = stripes * (2 if params.output_gating else 1)
    instructions, responses = len(spec.channels[control].symbols), len(spec.responses)
    start, memory = params.cortex.activity_start, driving_layer(params.output_gating)

    def cortical(name: str, kind: int, size: int, fixed: float | None, inhibition: LayerInhibition) -> Layer:
        expected = start if fixed is None else fixed
        return Layer(
            name=name, kind=kind, size=size, inhibition=inhibition, activity=expected, activity_fixed=fixed is not None,
            cells="pyramidal cells",
        )  # fmt: skip

    def striped(
        name: str, kind: int, pools: int, size: int, inhibition: LayerInhibition, activity: float, d: int
    ) -> Layer:
        return Layer(
            name=name, kind=kind, size=size, pools=pools, groups=pools // stripes, inhibition=inhibition,
            activity=activity, activity_fixed=name != memory or params.pfc_activity_fixed, dopamine_sign=d,
            receptor={1: "D1", -1: "D2"}.get(d, ""),
            cells="medium spiny neurons" if d else "pyramidal cells",
        )  # fmt: skip

    none = LayerInhibition()
    layers = [cortical("stimulus_input", tables.INPUT, content, 1 / content, none)]
    if control != stimulus:
        layers.append(cortical("control_input", tables.INPUT, instructions, None, none))
    pfc, matrix = params.pfc_inhibition, params.matrix_inhibition
    held = params.path.prefrontal_units or content
    layers += [
        cortical("output", tables.TARGET, responses, 1 / responses, params.output_inhibition),
        cortical("hidden", tables.CORTEX, params.hidden, None, params.hidden_inhibition),
        striped("matrix_go", tables.MATRIX, gated, instructions, matrix, params.matrix_activity, 1),
        striped("matrix_nogo", tables.MATRIX, gated, instructions, matrix, params.matrix_activity, -1),
        *age_layers(params),
        *gating_layers(gated, gated // stripes, params),
        striped("pfc_maintenance", tables.PFC_SUPERFICIAL, stripes, held, pfc, params.pfc_activity, 0),
        striped("pfc_maintenance_deep", tables.PFC_DEEP, stripes, held, pfc, params.pfc_activity, 0),
    ]
    if params.output_gating:
        layers += [
            striped("pfc_output", tables.PFC_SUPERFICIAL, stripes, held, pfc, params.pfc_activity, 0),
            striped("pfc_output_deep", tables.PFC_DEEP, stripes, held, pfc, params.pfc_activity, 0),
        ]
    return (*layers, *match_layers(held, params))


def build_paths(separate_control: bool, params: PBWMParams) -> tuple[Path, ...]:
    """The paths, in the order of their sums."""
    p = params.path
    stimulus = "stimulus_input"
    control = "control_input" if separate_control else stimulus
    memory = driving_layer(params.output_gating)

    def cortical(sender: str, target: str, absolute: float = 1.0, relative: float = 1.0, mirror: bool = False) -> Path:
        return Path(
            sender=sender, target=target, wiring=Wiring.FULL, absolute=absolute, relative=relative, learns=True,
            weight_mean=p.weight_mean, weight_range=p.weight_range, mirror=mirror, source="P5",
        )  # fmt: skip

    def striatal(target: str) -> Path:
        return Path(
            sender=control, target=target, wiring=Wiring.TILED, learns=True, striatal=True,
            fed_back=params.striatum.fed_back, weight_mean=p.striatal_mean, weight_range=p.striatal_range,
            source="Alexander, DeLong & Strick 1986; OF06",
        )  # fmt: skip

    def fixed(sender: str, target: str, wiring: Wiring) -> Path:
        return Path(sender=sender, target=target, wiring=wiring, weight_mean=p.fixed_weight, source="OF06; P5")

    return (
        cortical("hidden", "output"),
        cortical(memory, "output", absolute=p.pfc_gain, relative=p.pfc_to_output),
        cortical(stimulus, "output", relative=p.input_to_output),
        cortical(stimulus, "hidden"),
        *((cortical(control, "hidden"),) if separate_control else ()),
        cortical("output", "hidden", relative=p.top_down, mirror=True),
        cortical(memory, "hidden", absolute=p.pfc_gain),
        *match_paths(memory, params),
        striatal("matrix_go"),
        striatal("matrix_nogo"),
        *age_paths(params),
        *gating_paths(control, params),
        cortical(stimulus, "pfc_maintenance") if p.learned_inputs else fixed(stimulus, "pfc_maintenance", Wiring.TILED),
        *((fixed("pfc_maintenance_deep", "pfc_output", Wiring.ONE_TO_ONE),) if params.output_gating else ()),
    )


@checked()
def build_circuit(spec: TaskSpec, params: PBWMParams) -> Circuit:
    """The circuit of a PBWM network for a task.

    Raises
    ------
    PBWMTaskError
        If the task has channels without a layer.
    """
    stimulus, control = task_channels(spec)
    names = (
        {stimulus: "stimulus_input"} if stimulus == control else {stimulus: "stimulus_input", control: "control_input"}
    )
    layers = build_layers(spec, params)
    order, fed_back = [layer.name for layer in layers], params.striatum.fed_back
    return Circuit(
        layers=layers,
        paths=tuple(sorted(build_paths(stimulus != control, params), key=lambda path: order.index(path.target))),
        inputs=tuple(names[c] for c in range(len(spec.channels))),
        prediction=params.reward_predictors,
        stripes=params.stripes,
        modulations=(
            *modulations(layers, params.reward_predictors, params.dopamine, fed_back),
            *(match_feedback(params) if fed_back else ()),
        ),
    )
