"""Parameters of the 2006 form, each with its published value and where that is from.

Three sources are told apart. *OF06*: O'Reilly & Frank (2006), Neural Computation 18:283–328, its appendix and the table
of standard parameters there. *Simulator*: what the simulators that the paper ran on (PDP++, later emergent) have for
the same mechanism where the paper names no number. *Chosen*: ours, where neither names one.
"""

from dataclasses import dataclass, field, fields, is_dataclass, replace

from pbwm.checks import require_at_least, require_fraction, require_kinds, require_object
from pbwm.errors import PBWMParameterError
from tasks.base.errors import require
from tasks.base.task import Role, TaskSpec

__all__ = [
    "ContrastiveLearning",
    "GateSelection",
    "PBWM2006Params",
    "Phases",
    "Prefrontal",
    "RandomGo",
    "Striatum",
    "Unit",
    "Values",
    "WinnersTakeAll",
    "oreilly_frank_2006",
]


def _require_positive(owner: object, *names: str) -> None:
    for name in names:
        value = getattr(owner, name)
        require(
            value > 0,
            f"{type(owner).__name__}.{name}",
            value,
            "must be above 0",
            "the default is the published value",
            error=PBWMParameterError,
        )


@dataclass(frozen=True, kw_only=True)
class Unit:
    """The point neuron (OF06 A.1–A.4; docs/form2006.md §1). Potentials from 0 (−90 mV) to 1 (55 mV).

    Attributes
    ----------
    theta
        Firing threshold Θ (OF06).
    reversal_e, reversal_l, reversal_i
        Reversal potentials of excitation, leak and inhibition (OF06).
    gbar_l
        Leak conductance (OF06).
    rest
        Resting potential (OF06).
    gain, noise_sd
        γ of the X/(X+1) rate, and σ of the Gaussian that it is convolved with (OF06).
    vm_dt, net_dt
        What potential and excitation move per cycle (simulator; OF06 has the rate constant .02, per tenth of a cycle).
    slow_vm_dt
        The same of the potential in prefrontal cortex and SNrThal (simulator).
    clamp_max
        Activity of a clamped unit, and the largest that a value is read from (simulator).
    send_threshold
        Activity below which a unit sends nothing (simulator).
    """

    theta: float = 0.25
    reversal_e: float = 1.0
    reversal_l: float = 0.15
    reversal_i: float = 0.15
    gbar_l: float = 0.1
    rest: float = 0.15
    gain: float = 600.0
    noise_sd: float = 0.005
    vm_dt: float = 0.2
    slow_vm_dt: float = 0.1
    net_dt: float = 0.7
    clamp_max: float = 0.95
    send_threshold: float = 0.1

    def __post_init__(self) -> None:
        require_kinds(self)
        _require_positive(self, "gain", "noise_sd", "gbar_l")
        for name in ("vm_dt", "slow_vm_dt", "net_dt", "clamp_max", "send_threshold", "rest"):
            require_fraction(self, name)
        require(
            max(self.reversal_i, self.reversal_l) < self.theta < self.reversal_e,
            "Unit.theta",
            self.theta,
            "must lie between the reversal potentials of leak and inhibition and that of excitation",
            "the published value is 0.25",
            error=PBWMParameterError,
        )


@dataclass(frozen=True, kw_only=True)
class WinnersTakeAll:
    """k-winners-take-all inhibition (OF06 A.5, A.6; docs/form2006.md §2): how many win, and how far above the rest.

    Attributes
    ----------
    output, hidden, prefrontal, striatum, value
        k of the layers; of prefrontal cortex and striatum per stripe (OF06: 1, 7, 4, 7, 1). A pool of fewer units than
        k + 1 has all but one win.
    gate_fraction
        Fraction of the stripes that may gate at once (simulator).
    basic_q
        q where inhibition lies between the k-th and the next unit: output, striatum (OF06).
    average_q
        q where it lies between the mean of the winners and that of the rest: hidden, prefrontal, gate (OF06).
    value_q
        The same of PVi, LVe and LVi (simulator).
    """

    output: int = 1
    hidden: int = 7
    prefrontal: int = 4
    striatum: int = 7
    value: int = 1
    gate_fraction: float = 0.75
    basic_q: float = 0.25
    average_q: float = 0.6
    value_q: float = 0.9

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("output", "hidden", "prefrontal", "striatum", "value"):
            require_at_least(self, name, 1)
        for name in ("gate_fraction", "basic_q", "average_q", "value_q"):
            require_fraction(self, name)


@dataclass(frozen=True, kw_only=True)
class Phases:
    """Cycles of the three settling phases of an event (chosen: the simulators stop when activity has settled).

    Attributes
    ----------
    minus, plus, update
        Cycles in which the network responds, is told the answer, and evaluates what prefrontal cortex now holds. The
        simulator has at most 60, and in the last phase at least 35.
    """

    minus: int = 40
    plus: int = 30
    update: int = 35

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("minus", "plus", "update"):
            require_at_least(self, name, 1)


@dataclass(frozen=True, kw_only=True)
class ContrastiveLearning:
    """Cortical learning: contrastive Hebbian, mixed with plain Hebbian (OF06 A.7–A.10; docs/form2006.md §3).

    Attributes
    ----------
    learning_rate, hebbian
        ε, and the part k_hebb of Hebbian learning (OF06: .01 and .01).
    prefrontal_rate, prefrontal_hebbian
        The same into prefrontal cortex, where that learns (OF06: .001 and .001).
    weight_mean, weight_range
        Initial effective weights are uniform in mean ± range (simulator).
    sigmoid_gain, sigmoid_offset
        Weight contrast: ``w = 1/(1 + (offset (1 − l)/l)^gain)`` of the linear weight l (simulator).
    top_down
        Relative strength of the paths from the output layer (chosen; .2 in later Leabra).
    """

    learning_rate: float = 0.01
    hebbian: float = 0.01
    prefrontal_rate: float = 0.001
    prefrontal_hebbian: float = 0.001
    weight_mean: float = 0.5
    weight_range: float = 0.25
    sigmoid_gain: int = 6
    sigmoid_offset: float = 1.25
    top_down: float = 0.2

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("learning_rate", "prefrontal_rate", "top_down"):
            require_at_least(self, name, 0.0)
        for name in ("hebbian", "prefrontal_hebbian"):
            require_fraction(self, name)
        require_at_least(self, "sigmoid_gain", 1)
        _require_positive(self, "sigmoid_offset")
        require(
            self.weight_range >= 0 and self.weight_mean - self.weight_range > 0
            and self.weight_mean + self.weight_range < 1,
            "ContrastiveLearning.weight_mean, weight_range",
            (self.weight_mean, self.weight_range),
            "must keep initial weights between 0 and 1",
            "the published values are 0.5 ± 0.25",
            error=PBWMParameterError,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Values:
    """PVLV: primary and learned value, each read from three units (OF06 A.11–A.17; docs/form2006.md §4).

    Attributes
    ----------
    pvi_rate
        ε of PVi (simulator).
    lve_rate, lvi_rate
        ε of LVe and of LVi (OF06).
    lvi
        Whether there is LVi; without, the least expectation stands in its place.
    lvi_min
        The least expectation of the learned value (OF06).
    filter_min, filter_max
        PVe or PVi below or above: primary value is delivered or expected (OF06).
    weight
        Initial weight of every synapse (simulator).
    bias
        Conductance that holds the unit of the neutral value: .5 in PVi, 0 in LVe and LVi (simulator).
    theta, gain, noise_sd
        Threshold, gain and noise of the units, whose rate is linear, ``γ [V − Θ]₊`` up to 1 (simulator).
    depletion, recovery
        ``T += recovery (1 − T) − depletion · act``, T what a sender's synapses onto LVe and LVi transmit (simulator).
    min_activity
        A value is the mean of its units' values weighted by activity, the sum of which counts as this at least
        (simulator).
    """

    pvi_rate: float = 0.01
    lve_rate: float = 0.05
    lvi_rate: float = 0.001
    lvi: bool = True
    lvi_min: float = 0.1
    filter_min: float = 0.2
    filter_max: float = 0.8
    weight: float = 0.1
    bias: float = 0.03
    theta: float = 0.17
    gain: float = 220.0
    noise_sd: float = 0.01
    depletion: float = 1.1
    recovery: float = 1.0
    min_activity: float = 0.2

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("pvi_rate", "lve_rate", "lvi_rate", "bias", "depletion", "recovery"):
            require_at_least(self, name, 0.0)
        for name in ("lvi_min", "weight"):
            require_fraction(self, name)
        _require_positive(self, "min_activity", "gain", "noise_sd")
        require_fraction(self, "theta")
        require(
            0.0 <= self.filter_min < 0.5 < self.filter_max <= 1.0,
            "Values.filter_min, filter_max",
            (self.filter_min, self.filter_max),
            "must lie within [0, 1], on either side of 0.5, the value of nothing",
            "the published values are 0.2 and 0.8",
            error=PBWMParameterError,
        )


@dataclass(frozen=True, kw_only=True)
class Striatum:
    """Go and NoGo units, and how dopamine teaches them (OF06 A.18–A.20; docs/form2006.md §5).

    Attributes
    ----------
    units
        Units of a stripe, half of them Go (simulator).
    learning_rate
        ε of ``Δw = ε (y⁺⁺ − y⁺) x⁺`` (simulator).
    contrast
        γ: the part of dopamine that goes by the activity of a unit: ``δ (1 − γ + γ y⁺)`` (OF06).
    excitation, accommodation
        Conductance per dopamine of what excites (reversal 1) and what inhibits (reversal 0) (simulator).
    dopamine_gain
        What dopamine is multiplied by before it reaches the striatum (OF06: 1).
    stripe_dopamine
        Whether each stripe has the dopamine that its own gate deserves, ``δ_j = snr_j δ`` (OF06); else all have δ.
    from_prefrontal
        Relative strength of the path from the stripe's own prefrontal cortex (simulator).
    """

    units: int = 28
    learning_rate: float = 0.01
    contrast: float = 0.5
    excitation: float = 0.01
    accommodation: float = 0.03
    dopamine_gain: float = 1.0
    stripe_dopamine: bool = True
    from_prefrontal: float = 0.2

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("learning_rate", "excitation", "accommodation", "dopamine_gain", "from_prefrontal"):
            require_at_least(self, name, 0.0)
        require_fraction(self, "contrast")
        require(
            self.units >= 2 and self.units % 2 == 0,
            "Striatum.units",
            self.units,
            "must be even and at least 2",
            "half of the units are Go, half NoGo",
            error=PBWMParameterError,
        )


@dataclass(frozen=True, kw_only=True)
class GateSelection:
    """SNrThal: one unit per stripe, driven by ``[Go − NoGo]₊ / (Go + NoGo)`` (OF06 A.18).

    Attributes
    ----------
    threshold
        Activity above which a stripe gates (OF06).
    gain
        γ of its rate (simulator: 20 where the drive has no offset).
    """

    threshold: float = 0.1
    gain: float = 20.0

    def __post_init__(self) -> None:
        require_kinds(self)
        require_fraction(self, "threshold")
        _require_positive(self, "gain")


@dataclass(frozen=True, kw_only=True)
class RandomGo:
    """Go by chance, where a stripe would never learn to open (OF06, "Random Go firing"; docs/form2006.md §6).

    Attributes
    ----------
    probability
        Of a Go where a stripe's mean dopamine is below 0 and it has not gated for `patience` events; or is below
        `low` and `lag` below the mean of the others (OF06).
    baseline
        Of a Go in any stripe and event (OF06).
    patience, low, lag
        See there (OF06: 10, .1, .05).
    mean_dt
        What the mean moves per Go (simulator).
    activity
        Activity of the gate in a random Go (chosen).
    dopamine
        Dopamine that the stripe gets for it (simulator).
    """

    probability: float = 0.1
    baseline: float = 0.0001
    patience: int = 10
    low: float = 0.1
    lag: float = 0.05
    mean_dt: float = 0.005
    activity: float = 0.5
    dopamine: float = 10.0

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("probability", "baseline", "mean_dt", "activity"):
            require_fraction(self, name)
        for name in ("patience", "low", "lag", "dopamine"):
            require_at_least(self, name, 0.0)


@dataclass(frozen=True, kw_only=True)
class Prefrontal:
    """Prefrontal stripes: one layer, held by a conductance that the gate toggles (OF06; docs/form2006.md §7).

    Attributes
    ----------
    learned_inputs
        Whether a stripe learns its inputs, from all input channels and the output layer; else each unit has the one
        stimulus at its place.
    units
        Units of a stripe that learns its inputs (OF06: 42 in the phonological loop).
    maintenance
        Conductance per activity that was stored (OF06).
    fixed_weight
        Weight of one-to-one inputs (simulator).
    """

    learned_inputs: bool = False
    units: int = 42
    maintenance: float = 0.5
    fixed_weight: float = 0.5

    def __post_init__(self) -> None:
        require_kinds(self)
        require_at_least(self, "units", 1)
        require_at_least(self, "maintenance", 0.0)
        require_fraction(self, "fixed_weight")


@dataclass(frozen=True, kw_only=True)
class PBWM2006Params:
    """A PBWM network of 2006; the defaults are those of 1-2-AX and SIR-2.

    Attributes
    ----------
    stripes
        Prefrontal stripes (OF06: 4; 6 in the phonological loop).
    hidden
        Units of the hidden layer (simulator: 7 × 7).
    unit, winners, phases, learning, values, striatum, gate, random_go, prefrontal
        Parameters by concept.
    """

    stripes: int = 4
    hidden: int = 49
    unit: Unit = field(default_factory=Unit)
    winners: WinnersTakeAll = field(default_factory=WinnersTakeAll)
    phases: Phases = field(default_factory=Phases)
    learning: ContrastiveLearning = field(default_factory=ContrastiveLearning)
    values: Values = field(default_factory=Values)
    striatum: Striatum = field(default_factory=Striatum)
    gate: GateSelection = field(default_factory=GateSelection)
    random_go: RandomGo = field(default_factory=RandomGo)
    prefrontal: Prefrontal = field(default_factory=Prefrontal)

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("stripes", "hidden"):
            require_at_least(self, name, 1)
        for f in fields(self):
            if is_dataclass(f.type):
                require_object(self, f.name, f.type)


def oreilly_frank_2006(spec: TaskSpec | None = None) -> PBWM2006Params:
    """The configuration of the paper: four stripes with one-to-one inputs, or for the phonological loop six that learn.

    Parameters
    ----------
    spec
        The task. Serial recall, in which more than two of the stimuli are held at once and each of them is a response,
        gets the network of the loop; every other task the default.

    Examples
    --------
    >>> oreilly_frank_2006().stripes
    4
    """
    params = PBWM2006Params()
    if spec is None or not _is_loop(spec):
        return params
    return replace(params, stripes=6, prefrontal=replace(params.prefrontal, learned_inputs=True))


def _is_loop(spec: TaskSpec) -> bool:
    """Whether a task is serial recall: more than two stimuli are held at once, and each is a response."""
    stimulus = spec.channels_with(Role.STIMULUS)
    return len(spec.items) > 2 and any(len(spec.channels[c].symbols) == len(spec.responses) for c in stimulus)
