"""Parameters of cortical and value learning in the 2006 form; sources: see `pbwm.form2006.params`."""

from dataclasses import dataclass

from pbwm.checks import require_at_least, require_fraction, require_kinds, require_positive, require_sigmoid_gain
from pbwm.errors import PBWMParameterError
from tasks.base.errors import require

__all__ = ["ContrastiveLearning", "Success", "Values"]


@dataclass(frozen=True, kw_only=True)
class ContrastiveLearning:
    """Cortical learning: contrastive and Hebbian (OF06 A.7–A.10; docs/form2006.md §3).

    Attributes
    ----------
    learning_rate, hebbian
        ε and k_hebb (OF06: .01 and .01; simulator: .001 for k_hebb).
    prefrontal_rate, prefrontal_hebbian
        The same for prefrontal cortex, if it learns (OF06).
    weight_mean, weight_range
        Initial effective weights are uniform in mean ± range, within (0, 1) (simulator).
    sigmoid_gain, sigmoid_offset
        ``w = 1/(1 + (offset (1 − l)/l)^gain)`` of the linear weight l; gain from 1 to 100 (simulator).
    top_down
        Relative strength of the paths from the output layer (chosen; .2 in later Leabra).
    """

    learning_rate: float = 0.01
    hebbian: float = 0.001
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
        require_sigmoid_gain("ContrastiveLearning.sigmoid_gain", self.sigmoid_gain)
        require_positive(self, "sigmoid_offset")
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
class Success:
    """Changes when almost every reward is obtained (simulator; docs/form2006.md §6).

    Attributes
    ----------
    reward
        Mean reward from which there is no random Go, and rates are lower.
    reward_dt
        Rate of the mean, per event in which a reward is due (chosen; simulator: mean of the last epoch).
    rate_factor
        Factor on the learning rates of cortex and striatum.
    """

    reward: float = 0.9
    reward_dt: float = 0.02
    rate_factor: float = 0.1

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("reward", "reward_dt"):
            require_fraction(self, name)
        require_at_least(self, "rate_factor", 0.0)


@dataclass(frozen=True, kw_only=True)
class Values:
    """PVLV: primary and learned value, coded by three units each (OF06 A.11–A.17; docs/form2006.md §4).

    Attributes
    ----------
    pvi_rate
        ε of PVi (simulator).
    lve_rate, lvi_rate
        ε of LVe and of LVi (OF06).
    lvi
        Whether LVi exists; otherwise `lvi_min` replaces it.
    lvi_min
        The minimal expectation of the learned value (OF06).
    filter_min, filter_max
        Primary value is due if PVe or PVi is outside this range (OF06).
    weight
        Initial weight of every synapse (simulator).
    bias
        Conductance of the unit of the neutral value, which is .5 in PVi (simulator).
    theta, gain, noise_sd
        Threshold, gain, and noise of the units (simulator).
    depletion, recovery
        ``T += recovery (1 − T) − depletion · act``, T the transmission onto LVe and LVi (simulator).
    depressed_learning
        Whether LVe and LVi learn through depressed synapses (simulator), as dopamine always does.
    neutral
        Neutral value of LVe and LVi: .5 (simulator), or 0 (its older versions).
    pvi_from_prefrontal
        Relative strength of the path from prefrontal cortex to PVi (chosen); 0: no path.
    learned_where_due
        Whether LVe − LVi also counts where primary value is due (OF06; not in later versions).
    min_activity
        Smallest sum of activity by which a readout is divided (simulator).
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
    depressed_learning: bool = True
    neutral: float = 0.5
    pvi_from_prefrontal: float = 1.0
    learned_where_due: bool = True
    min_activity: float = 0.2

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("pvi_rate", "lve_rate", "lvi_rate", "bias", "depletion", "recovery", "pvi_from_prefrontal"):
            require_at_least(self, name, 0.0)
        for name in ("lvi_min", "weight"):
            require_fraction(self, name)
        require_positive(self, "min_activity", "gain", "noise_sd")
        require_fraction(self, "theta")
        require(
            self.neutral in (0.0, 0.5),
            "Values.neutral",
            self.neutral,
            "must be 0 or 0.5",
            "the simulators have 0.5, older ones 0",
            error=PBWMParameterError,
        )
        require(
            0.0 <= self.filter_min < 0.5 < self.filter_max <= 1.0,
            "Values.filter_min, filter_max",
            (self.filter_min, self.filter_max),
            "must lie within [0, 1], on either side of 0.5, the neutral value",
            "the published values are 0.2 and 0.8",
            error=PBWMParameterError,
        )
