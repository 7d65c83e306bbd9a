"""The circuit of the 2006 form, defined in one place (docs/form2006.md)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pbwm.errors import PBWMTaskError
from pbwm.form2006.params import PBWM2006Params
from pbwm.graph import circuit_graph
from pbwm.wiring import Influence, Modulation, Wiring
from tasks.base.abilities import require_abilities
from tasks.base.answers import Choice
from tasks.base.errors import nearest
from tasks.base.task import Role, TaskSpec

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["VALUES", "Circuit2006", "Kind", "Layer2006", "Path2006", "Rule", "build_circuit"]

VALUES = (0.0, 0.5, 1.0)
"""Values of the units of PVi, LVe, and LVi (OF06: three units)."""

MODULATORS = {
    "reward": "primary value PVe, as the network receives it",
    "dopamine": "dopamine neurons (SNc, VTA)",
}
"""Signals with one value per network: name → cells."""


class Kind(IntEnum):
    """Kind of layer."""

    INPUT = 0
    OUTPUT = 1
    HIDDEN = 2
    GO = 3
    NOGO = 4
    GATE = 5
    PREFRONTAL = 6
    PRIMARY = 7
    LEARNED = 8


class Rule(IntEnum):
    """How a path learns; for `GATE`, SNrThal reads sums of Go and NoGo."""

    NONE = 0
    CORTICAL = 1
    PREFRONTAL = 2
    PRIMARY_VALUE = 3
    LEARNED_VALUE = 4
    SLOW_LEARNED_VALUE = 5
    STRIATAL = 6
    GATE = 7


PLASTICITY: Mapping[Rule, str] = {
    Rule.NONE: "fixed",
    Rule.CORTICAL: "contrastive Hebbian",
    Rule.PREFRONTAL: "contrastive Hebbian",
    Rule.PRIMARY_VALUE: "delta rule",
    Rule.LEARNED_VALUE: "delta rule where reward is due",
    Rule.SLOW_LEARNED_VALUE: "delta rule where reward is due",
    Rule.STRIATAL: "dopamine × activity",
    Rule.GATE: "fixed",
}


@dataclass(frozen=True, kw_only=True)
class Layer2006:
    """A layer (nucleus): `pools` stripes of `size` units, of which `active` are expected to be active."""

    name: str
    kind: Kind
    size: int
    pools: int = 1
    striped: bool = False
    active: int = 1
    cells: str = "pyramidal cells"
    receptor: str = ""
    tonic: float = 0.0

    @property
    def units(self) -> int:
        """Number of units."""
        return self.size * self.pools


@dataclass(frozen=True, kw_only=True)
class Path2006:
    """A projection; `source` cites the reference for it."""

    sender: str
    target: str
    wiring: Wiring
    rule: Rule
    sign: int = 1
    relative: float = 1.0
    absolute: float = 1.0
    mirror: bool = False
    source: str = "OF06"

    @property
    def name(self) -> str:
        """Sender and target."""
        return f"{self.sender}->{self.target}"

    @property
    def striatal(self) -> bool:
        """Whether its synapses learn like those of the striatum."""
        return self.rule is Rule.STRIATAL

    @property
    def plasticity(self) -> str:
        """The rule by which it learns, in words."""
        return PLASTICITY[self.rule]


@dataclass(frozen=True, kw_only=True)
class Circuit2006:
    """The layers, paths, and modulations of a network.

    `channels` gives the first unit and the number of units of each channel in the input layer.
    """

    layers: tuple[Layer2006, ...]
    paths: tuple[Path2006, ...]
    channels: tuple[tuple[int, int], ...]
    stripes: int
    modulations: tuple[Modulation, ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        """The input layer, with all channels of the task."""
        return ("input",)

    @property
    def stripe_groups(self) -> int:
        """1: there are no output stripes."""
        return 1

    @property
    def modulators(self) -> Mapping[str, str]:
        """Signals with one value per network: name → cells."""
        return MODULATORS

    def layer(self, name: str) -> int:
        """Index of a layer, or `UnknownNameError`."""
        names = [layer.name for layer in self.layers]
        if name not in names:
            raise nearest("layer", name, names)
        return names.index(name)

    def starts(self) -> NDArray[np.int64]:
        """First unit of each layer, and the number of all units: int array (layer + 1,)."""
        return np.concatenate([[0], np.cumsum([layer.units for layer in self.layers])]).astype(np.int64)

    def share(self, path: Path2006) -> float:
        """Rel/ΣRel: share of a path among the paths into its target."""
        return path.relative / sum(p.relative for p in self.paths if p.target == path.target)

    def scale(self, path: Path2006) -> float:
        """Scale of a path: its share over the expected number of active senders (OF06 A.2).

        Paths within stripes are scaled by the whole sending layer, as in the simulators.
        """
        sender = self.layers[self.layer(path.sender)]
        one_to_one = path.wiring is Wiring.TILED
        return self.share(path) / (1 if one_to_one else sender.active * sender.pools)

    def receivers(self, path: Path2006) -> slice:
        """Receiving units of a path: all of the target layer."""
        return slice(0, self.layers[self.layer(path.target)].units)

    def senders(self, path: Path2006) -> NDArray[np.int64]:
        """Senders of every receiver of a path: int array (receiver, contact)."""
        sender, target = self.layers[self.layer(path.sender)], self.layers[self.layer(path.target)]
        receivers = np.arange(target.units)[:, None]
        layouts: dict[Wiring, Callable[[], NDArray[np.int64]]] = {
            Wiring.FULL: lambda: np.broadcast_to(np.arange(sender.units), (target.units, sender.units)),
            Wiring.TILED: lambda: receivers % sender.units,
            Wiring.STRIPE: lambda: receivers // target.size * sender.size + np.arange(sender.size),
        }
        return np.ascontiguousarray(layouts[path.wiring](), np.int64)

    def graph(self, *, by_stripe: bool = False) -> "nx.MultiDiGraph":
        """The circuit as a signed graph: see `circuit_graph`."""
        return circuit_graph(self, by_stripe=by_stripe)


def check_task(spec: TaskSpec) -> None:
    """Raise `PBWMTaskError` unless the model fits the task."""
    require_abilities(spec, "PBWM of 2006", analog=False, answers=[Choice], resets=True, error=PBWMTaskError)
    both, stimulus, control = (spec.channels_with(role) for role in (Role.BOTH, Role.STIMULUS, Role.CONTROL))
    if (len(both), len(stimulus), len(control)) not in ((1, 0, 0), (0, 1, 1)):
        found = ", ".join(f"{c.name!r} ({c.role})" for c in spec.channels)
        raise PBWMTaskError(
            f"task {spec.name!r} has the channels {found}; PBWM takes one stimulus channel and one control channel, "
            "or one channel that is both; give the task such channels"
        )


def winners(k: int, units: int) -> int:
    """Winners in a pool of `units`: k, but at least one unit loses, unless the pool has only one.

    Examples
    --------
    >>> winners(4, 30), winners(4, 3), winners(4, 1)
    (4, 2, 1)
    """
    return max(1, min(k, units - 1))


def build_layers(spec: TaskSpec, params: PBWM2006Params) -> tuple[Layer2006, ...]:
    """The layers."""
    k, stripes = params.winners, params.stripes
    symbols = sum(len(channel.symbols) for channel in spec.channels)
    half, responses = params.striatum.units // 2, len(spec.responses)
    content = params.prefrontal.units if params.prefrontal.learned_inputs else symbols
    shown = len(spec.channels)
    active = winners(k.prefrontal, content) if params.prefrontal.learned_inputs else shown

    def striatal(name: str, kind: Kind, receptor: str) -> Layer2006:
        return Layer2006(
            name=name, kind=kind, size=half, pools=stripes, striped=True, active=max(1, k.striatum // 2),
            cells="medium spiny neurons", receptor=receptor,
        )  # fmt: skip

    def value(name: str, kind: Kind, cells: str) -> Layer2006:
        return Layer2006(name=name, kind=kind, size=len(VALUES), cells=cells)

    return (
        Layer2006(name="input", kind=Kind.INPUT, size=symbols, active=shown),
        Layer2006(name="output", kind=Kind.OUTPUT, size=responses, active=winners(k.output, responses)),
        Layer2006(name="hidden", kind=Kind.HIDDEN, size=params.hidden, active=winners(k.hidden, params.hidden)),
        striatal("matrix_go", Kind.GO, "D1"),
        striatal("matrix_nogo", Kind.NOGO, "D2"),
        Layer2006(
            name="snr_thalamus",
            kind=Kind.GATE,
            size=1,
            pools=stripes,
            striped=True,
            cells="GPi/SNr and thalamus as one",
        ),
        Layer2006(name="pfc", kind=Kind.PREFRONTAL, size=content, pools=stripes, striped=True, active=active),
        value("primary_value", Kind.PRIMARY, "PVi: ventral striatum, patch neurons"),
        value("learned_value", Kind.LEARNED, "LVe: central nucleus of the amygdala"),
        value("slow_learned_value", Kind.LEARNED, "LVi: ventral striatum, patch neurons"),
    )


def build_paths(params: PBWM2006Params) -> tuple[Path2006, ...]:
    """The paths."""
    back = params.learning.top_down

    def full(sender: str, target: str, rule: Rule, relative: float = 1.0, mirror: bool = False) -> Path2006:
        return Path2006(
            sender=sender, target=target, wiring=Wiring.FULL, rule=rule, relative=relative, mirror=mirror
        )  # fmt: skip

    def to_prefrontal() -> Iterator[Path2006]:
        if params.prefrontal.learned_inputs:
            yield full("input", "pfc", Rule.PREFRONTAL)
            yield full("output", "pfc", Rule.PREFRONTAL, back)
        else:
            yield Path2006(sender="input", target="pfc", wiring=Wiring.TILED, rule=Rule.NONE)

    values = {
        "primary_value": Rule.PRIMARY_VALUE,
        "learned_value": Rule.LEARNED_VALUE,
        "slow_learned_value": Rule.SLOW_LEARNED_VALUE,
    }
    from_prefrontal = {"primary_value": params.values.pvi_from_prefrontal}
    own = Wiring.STRIPE
    return (
        full("hidden", "output", Rule.CORTICAL),
        full("input", "hidden", Rule.CORTICAL),
        full("pfc", "hidden", Rule.CORTICAL),
        full("output", "hidden", Rule.CORTICAL, back, mirror=True),
        *(
            path
            for target in ("matrix_go", "matrix_nogo")
            for path in (
                full("input", target, Rule.STRIATAL),
                Path2006(
                    sender="pfc", target=target, wiring=own, rule=Rule.STRIATAL,
                    relative=params.striatum.from_prefrontal,
                ),
            )
        ),
        Path2006(sender="matrix_go", target="snr_thalamus", wiring=own, rule=Rule.GATE),
        Path2006(sender="matrix_nogo", target="snr_thalamus", wiring=own, rule=Rule.GATE, sign=-1),
        *to_prefrontal(),
        *(
            full(sender, target, rule, relative)
            for target, rule in values.items()
            for sender, relative in (("input", 1.0), ("pfc", from_prefrontal.get(target, 1.0)))
            if relative > 0.0
        ),
    )  # fmt: skip


def modulations(params: PBWM2006Params) -> Iterator[Modulation]:
    """Modulations, which act without a conductance."""
    for sender, sign, effect in (
        ("reward", 1, "δ += PVe − PVi where reward is due"),
        ("primary_value", -1, "δ += PVe − PVi where reward is due"),
        ("learned_value", 1, "δ += LVe − LVi"),
        ("slow_learned_value", -1, "δ += LVe − LVi"),
    ):
        yield Modulation(
            sender=sender, target="dopamine", sign=sign, influence=Influence.PREDICTION, effect=effect,
            source="O'Reilly, Frank, Hazy & Watz 2007",
        )  # fmt: skip
    for sender, target in (("reward", name) for name in ("primary_value", "learned_value", "slow_learned_value")):
        yield Modulation(
            sender=sender, target=target, sign=1, influence=Influence.PREDICTION, effect="target of its delta rule",
            source="O'Reilly, Frank, Hazy & Watz 2007",
        )  # fmt: skip
    for target, sign in (("matrix_go", 1), ("matrix_nogo", -1)):
        yield Modulation(
            sender="dopamine", target=target, sign=sign, influence=Influence.MODULATION,
            effect="excites or inhibits in the update phase, by activity", source="OF06; Frank 2005",
        )  # fmt: skip
        yield Modulation(
            sender="snr_thalamus", target=target, sign=1, influence=Influence.MODULATION,
            effect="multiplies the dopamine of its stripe", source="OF06",
        )  # fmt: skip
    yield Modulation(
        sender="snr_thalamus", target="pfc", sign=1, influence=Influence.MODULATION,
        effect="toggles the maintenance conductance", source="OF06; Frank, Loughry & O'Reilly 2001",
    )  # fmt: skip
    if params.gate.closed_where_due:
        yield Modulation(
            sender="reward", target="snr_thalamus", sign=-1, influence=Influence.MODULATION,
            effect="closes all gates where reward is due", source="NoGo bias in the authors' simulator of 2011",
        )  # fmt: skip


def build_circuit(spec: TaskSpec, params: PBWM2006Params) -> Circuit2006:
    """The circuit of a network of 2006 for a task.

    Raises
    ------
    PBWMTaskError
        If the task has channels without a layer, or its answers are not a choice.
    """
    check_task(spec)
    sizes = [len(channel.symbols) for channel in spec.channels]
    return Circuit2006(
        layers=build_layers(spec, params),
        paths=build_paths(params),
        channels=tuple((sum(sizes[:c]), size) for c, size in enumerate(sizes)),
        stripes=params.stripes,
        modulations=tuple(modulations(params)),
    )
