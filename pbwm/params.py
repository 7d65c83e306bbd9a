"""Parameters of the PBWM network.

τ are in cycles of one millisecond of model time. Defaults are those of the reference SIR-2 simulation (Leabra 8.5, PBWM
version 5).
"""

from dataclasses import dataclass, field, fields, is_dataclass, replace

from pbwm.checks import require_at_least, require_fraction, require_kinds, require_object, require_sigmoid_gain
from pbwm.cortex_learning import CortexLearning
from pbwm.dopamine import PVLV, RescorlaWagner, TemporalDifference
from pbwm.errors import PBWMParameterError
from pbwm.exploration import Exploration
from pbwm.gate import Disinhibition, MergedGate
from pbwm.kernels.tables import QUARTER, Gate
from pbwm.match_units import MatchUnits
from pbwm.neuron import NeuronParams
from pbwm.profiles import DeepProfile
from pbwm.restart import Restart
from pbwm.striatum import FeedbackRule, StriatumLearning
from tasks.base.errors import require
from tasks.base.serialization import LATER

__all__ = ["GatingParams", "Inhibition", "LayerInhibition", "NeuronParams", "PBWMParams", "PathParams"]


@dataclass(frozen=True, kw_only=True)
class Inhibition:
    """FFFB inhibition (docs/pbwm.md §2): gain `gi`, feedforward `ff`, and feedback `fb` with τ `fb_tau` in cycles.

    `max_vs_avg` and `ff_threshold` are MaxVsAvg and FF0 of the feedforward part.
    """

    gi: float = 1.8
    ff: float = 1.0
    fb: float = 1.0
    fb_tau: float = 1.4
    max_vs_avg: float = 0.0
    ff_threshold: float = 0.1

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("gi", "ff", "fb", "max_vs_avg", "ff_threshold"):
            require_at_least(self, name, 0.0)
        require_at_least(self, "fb_tau", 1.0)


@dataclass(frozen=True, kw_only=True)
class LayerInhibition:
    """Inhibition of a layer, of each pool (None: off), and of each unit by itself.

    `self_gi` is g of self inhibition, `self_tau` its τ, and `g_tau` τ of the conductances of the layer; in cycles.
    """

    layer: Inhibition | None = None
    pool: Inhibition | None = None
    self_gi: float = 0.0
    self_tau: float = 1.4
    g_tau: float = 1.4

    def __post_init__(self) -> None:
        require_kinds(self)
        require_at_least(self, "self_gi", 0.0)
        for name in ("self_tau", "g_tau"):
            require_at_least(self, name, 1.0)
        for name in ("layer", "pool"):
            require_object(self, name, Inhibition, optional=True)
        if self.layer and self.pool:
            for name in ("ff", "ff_threshold", "fb_tau", "max_vs_avg"):
                require(
                    getattr(self.layer, name) == getattr(self.pool, name),
                    f"LayerInhibition.pool.{name}",
                    getattr(self.pool, name),
                    f"must equal the layer's, {getattr(self.layer, name)}",
                    "set equal values; only gi and fb may differ between layer and pool",
                    error=PBWMParameterError,
                )


@dataclass(frozen=True, kw_only=True)
class PathParams:
    """Strength and initial weights of the paths (docs/pbwm.md §3, §4).

    Attributes
    ----------
    weight_mean, weight_range
        Initial effective cortical weights are uniform in mean ± range, within (0, 1).
    weight_gain
        Gain of the sigmoid of cortical weights, from 1 to 100.
    striatal_mean, striatal_range
        Initial weights into the striatum are uniform in this mean ± range; they have no sigmoid.
    fixed_weight
        Weight of paths that do not learn.
    top_down
        Relative strength of top-down paths.
    input_to_output
        Relative strength of the path from stimulus to output.
    pfc_gain, pfc_to_output
        Absolute strength of paths from the deep PFC layer that drives cortex, and relative strength to the output.
    learned_inputs
        Whether superficial maintenance PFC learns its inputs, or each unit receives one stimulus.
    prefrontal_units
        Units of a stripe that learns its inputs (O'Reilly & Frank, 2006: 42 in the phonological loop); 0: one per
        stimulus.
    """

    weight_mean: float = 0.5
    weight_range: float = 0.25
    weight_gain: int = 6
    striatal_mean: float = 0.5
    striatal_range: float = 0.1
    fixed_weight: float = 0.8
    top_down: float = 0.2
    input_to_output: float = 0.5
    pfc_gain: float = 4.0
    pfc_to_output: float = 1.0
    learned_inputs: bool = False
    prefrontal_units: int = 0

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("top_down", "input_to_output", "pfc_gain", "pfc_to_output"):
            require_at_least(self, name, 0.0)
        require_fraction(self, "fixed_weight")
        require_at_least(self, "weight_gain", 1)
        require_sigmoid_gain("PathParams.weight_gain", self.weight_gain)
        require_at_least(self, "prefrontal_units", 0)
        require(
            self.learned_inputs or self.prefrontal_units == 0,
            "PathParams.prefrontal_units",
            self.prefrontal_units,
            "must be 0 where inputs are one-to-one, because every stimulus has one unit",
            "set learned_inputs, or keep 0",
            error=PBWMParameterError,
        )
        for mean, half in (("weight_mean", "weight_range"), ("striatal_mean", "striatal_range")):
            center, width = getattr(self, mean), getattr(self, half)
            require(
                width >= 0 and center - width > 0 and center + width < 1,
                f"PathParams.{mean}, {half}",
                (center, width),
                "must keep initial weights between 0 and 1",
                "the published values are 0.5 ± 0.25 (cortex) and 0.5 ± 0.1 (striatum)",
                error=PBWMParameterError,
            )


@dataclass(frozen=True, kw_only=True)
class GatingParams:
    """When gates are read, and prefrontal maintenance (docs/pbwm.md §5).

    Attributes
    ----------
    threshold
        Activity at which a stripe gates.
    cycle
        Cycle of a quarter after which gates are read, from 0 to 24.
    checks
        Gate checks in a trial: 2 (first and third quarter) or 1 (first quarter).
    updates
        Updates of maintenance stripes in a trial: 2 (second and fourth quarter) or 1 (fourth).
    maintenance_gain
        Proportion of its superficial activity that a stripe stores.
    maintenance_max, output_max
        Updates after which maintenance and output stripes (one per trial) clear.
    clear
        Fraction by which superficial PFC returns to rest when its stripe gates.
    profiles
        Profiles of maintained activity, assigned to the maintenance stripes in turn.
    output_profile
        Profile of output stripes, if `output_max` exceeds 1.
    age_units
        Number n of age units per stripe. They signal that the stripe is empty (0), or the age of its content in trials:
        1, …, and n − 1 or more. 0: none.
    age_stripes
        Number of maintenance stripes, from the first, whose age units become active. 0: all.
    age_strength
        Effect of age on the gate, relative to that of symbols.
    """

    threshold: float = 0.25
    cycle: int = 18
    checks: int = 2
    maintenance_gain: float = 0.8
    maintenance_max: int = 100
    output_max: int = 1
    clear: float = 0.0
    profiles: tuple[DeepProfile, ...] = field(default_factory=lambda: (DeepProfile(),))
    output_profile: DeepProfile = field(default_factory=DeepProfile)
    age_units: int = field(default=0, metadata=LATER)
    age_stripes: int = field(default=0, metadata=LATER)
    age_strength: float = field(default=1.0, metadata=LATER)
    updates: int = field(default=2, metadata=LATER)

    def __post_init__(self) -> None:
        require_kinds(self)
        require_object(self, "output_profile", DeepProfile)
        require(
            isinstance(self.profiles, tuple)
            and len(self.profiles) > 0
            and all(isinstance(profile, DeepProfile) for profile in self.profiles),
            "GatingParams.profiles",
            self.profiles,
            "must be a tuple of at least one DeepProfile",
            "give (DeepProfile.stable(),) for steady maintenance",
            error=PBWMParameterError,
        )
        for name in ("threshold", "maintenance_gain", "age_strength"):
            require_at_least(self, name, 0.0)
        for name in ("maintenance_max", "output_max"):
            require_at_least(self, name, 1)
        require_fraction(self, "clear")
        for name in ("age_units", "age_stripes"):
            require_at_least(self, name, 0)
        for name in ("checks", "updates"):
            require(
                getattr(self, name) in (1, 2),
                f"GatingParams.{name}",
                getattr(self, name),
                "must be 1 or 2",
                "the published value is 2",
                error=PBWMParameterError,
            )
        require(
            isinstance(self.cycle, int) and 0 <= self.cycle < QUARTER,
            "GatingParams.cycle",
            self.cycle,
            f"must be a cycle of a quarter, 0 to {QUARTER - 1}",
            "the published value is 18",
            error=PBWMParameterError,
        )

    def constants(self, merged: MergedGate, stripes: int) -> Gate:
        """Constants for the kernels, with those of the `merged` gate."""
        return Gate(
            go_gain=merged.go_gain,
            nogo_gain=merged.nogo_gain,
            threshold=self.threshold,
            cycle=self.cycle,
            checks=self.checks,
            updates=self.updates,
            age_stripes=self.age_stripes or stripes,
            maintenance_gain=self.maintenance_gain,
            maintenance_max=float(self.maintenance_max),
            output_max=float(self.output_max),
            clear=self.clear,
        )


OUTPUT_LAYERS = ("pfc_output", "pfc_output_deep")
"""Layers of output stripes."""


@dataclass(frozen=True, kw_only=True)
class PBWMParams:
    """Parameters of a PBWM network; an invalid value, also in one of its parts, raises `PBWMParameterError`.

    Attributes
    ----------
    stripes
        Maintenance stripes.
    output_gating
        Whether each maintenance stripe has an output stripe, which releases its content.
    hidden
        Units of the hidden layer.
    neuron, cortex, striatum, dopamine, gating, exploration, path
        Parameters by concept.
    gate
        The form of the gate.
    restart
        When a network that is rewarded too rarely is re-initialized; None: never.
    match_units
        Units that compare the stimulus with the content of each stripe, or None.
    hidden_inhibition, output_inhibition, matrix_inhibition, gpe_inhibition, gpi_inhibition, pfc_inhibition
        Inhibition by nucleus.
    matrix_activity, gpe_activity, gpi_activity, pfc_activity
        Expected activities, which scale the paths that leave these layers.
    pfc_activity_fixed
        Whether the expected activity of the deep PFC layer that drives cortex is fixed. If not, it is a running
        average.
    """

    stripes: int = 8
    output_gating: bool = True
    hidden: int = 49
    neuron: NeuronParams = field(default_factory=NeuronParams)
    cortex: CortexLearning = field(default_factory=CortexLearning)
    striatum: StriatumLearning = field(default_factory=StriatumLearning)
    dopamine: RescorlaWagner | TemporalDifference | PVLV = field(default_factory=RescorlaWagner)
    gating: GatingParams = field(default_factory=GatingParams)
    gate: MergedGate | Disinhibition = field(default_factory=MergedGate)
    exploration: Exploration = field(default_factory=Exploration)
    path: PathParams = field(default_factory=PathParams)
    restart: Restart | None = None
    match_units: MatchUnits | None = field(default=None, metadata=LATER)
    hidden_inhibition: LayerInhibition = LayerInhibition(layer=Inhibition(gi=2.0, fb=0.5))
    output_inhibition: LayerInhibition = LayerInhibition(layer=Inhibition(gi=2.0, fb=0.5))
    matrix_inhibition: LayerInhibition = LayerInhibition(
        layer=Inhibition(gi=2.2), pool=Inhibition(gi=2.1, fb=0.0), self_gi=0.4
    )
    gpe_inhibition: LayerInhibition = LayerInhibition(layer=Inhibition(gi=2.4, fb=0.5, fb_tau=3.0))
    gpi_inhibition: LayerInhibition = LayerInhibition(layer=Inhibition(gi=1.8), g_tau=3.0)
    pfc_inhibition: LayerInhibition = LayerInhibition(pool=Inhibition(gi=1.8))
    matrix_activity: float = 0.05
    gpe_activity: float = 0.2
    gpi_activity: float = 0.2
    pfc_activity: float = 0.2
    pfc_activity_fixed: bool = field(default=True, metadata=LATER)

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("stripes", "hidden"):
            require_at_least(self, name, 1)
        for f in fields(self):
            if is_dataclass(f.type):
                require_object(self, f.name, f.type)
        require_object(self, "dopamine", (RescorlaWagner, TemporalDifference, PVLV))
        require_object(self, "gate", (MergedGate, Disinhibition))
        require_object(self, "restart", Restart, optional=True)
        require_object(self, "match_units", MatchUnits, optional=True)
        for name in ("matrix_activity", "gpe_activity", "gpi_activity", "pfc_activity"):
            require_fraction(self, name)
        require(
            self.gating.checks == 1 or not isinstance(self.striatum.rule, FeedbackRule),
            "PBWMParams.gating.checks",
            self.gating.checks,
            "must be 1 where striatum.rule is a FeedbackRule, which credits one gate check a trial",
            "give GatingParams(checks=1)",
            error=PBWMParameterError,
        )
        require(
            len(self.reward_predictors) > 0,
            "PBWMParams.dopamine.senders",
            self.dopamine.senders,
            "must name other layers than those of output stripes where output_gating is off",
            "add pfc_maintenance_deep or control_input, or keep output_gating",
            error=PBWMParameterError,
        )
        if self.match_units:
            self._require_comparison(self.match_units)

    @property
    def reward_predictors(self) -> tuple[str, ...]:
        """The layers in `dopamine.senders` that exist."""
        absent = () if self.output_gating else OUTPUT_LAYERS
        return tuple(name for name in self.dopamine.senders if name not in absent)

    def _require_comparison(self, units: MatchUnits) -> None:
        """Require one symbol per content unit, and match units that need both inputs."""
        require(
            not self.path.learned_inputs,
            "PBWMParams.match_units",
            units,
            "must be None where path.learned_inputs, because a prefrontal unit then represents no single symbol",
            "give PathParams(learned_inputs=False), or match_units=None",
            error=PBWMParameterError,
        )
        n = self.neuron.constants()
        threshold = n.threshold_slope * units.inhibition + n.threshold_leak
        least, most = ((inputs * units.drive - n.threshold_leak) / n.threshold_slope for inputs in (1.0, 2.0))
        require(
            units.drive < threshold < 2 * units.drive,
            "MatchUnits.inhibition",
            units.inhibition,
            f"must put the threshold ({threshold:g}) between one input ({units.drive:g}) and two ({2 * units.drive:g})",
            f"give a value between {max(0.0, least):g} and {most:g}, or another drive"
            if most > 0
            else f"give a drive above {n.threshold_leak / 2:g}",
            error=PBWMParameterError,
        )

    @classmethod
    def reference_simulation(cls) -> "PBWMParams":
        """Parameters of the reference SIR-2 simulation, which sends only changes above 0.005."""
        return replace(cls(), neuron=NeuronParams(send_delta=0.005))
