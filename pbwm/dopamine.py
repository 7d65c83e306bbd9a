"""Dopamine systems (docs/pbwm.md §6), which predict reward from the layers in `senders`."""

from dataclasses import dataclass
from math import inf

from pbwm.checks import require_at_least, require_fraction, require_kinds
from pbwm.errors import PBWMParameterError
from pbwm.kernels import tables
from tasks.base.errors import require

__all__ = ["PVLV", "RescorlaWagner", "TemporalDifference"]

SENDERS = ("control_input", "pfc_maintenance_deep", "pfc_output_deep")
"""Senders of the reference simulation."""


def require_senders(owner: "RescorlaWagner | TemporalDifference | PVLV") -> None:
    require(
        isinstance(owner.senders, tuple) and len(owner.senders) > 0,
        f"{type(owner).__name__}.senders",
        owner.senders,
        "must name at least one layer",
        f"the published senders are {', '.join(SENDERS[:-1])} and {SENDERS[-1]}",
        error=PBWMParameterError,
    )


@dataclass(frozen=True, kw_only=True)
class RescorlaWagner:
    """Dopamine = reward − prediction where a reward is due, else 0 (Rescorla & Wagner, 1972).

    Defaults are those of the reference SIR-2 simulation.

    Attributes
    ----------
    learning_rate
        Rate of the weights of the prediction.
    prediction_min, prediction_max
        Range of predictions, within [0, 1]. If the minimum is above 0, a missing reward always causes a dip.
    reward_threshold
        Reward or prediction above which acetylcholine is 1.
    senders
        Layers that predict reward; those of output stripes only with output gating.
    """

    learning_rate: float = 0.02
    prediction_min: float = 0.02
    prediction_max: float = 0.95
    reward_threshold: float = 0.1
    senders: tuple[str, ...] = SENDERS

    def __post_init__(self) -> None:
        require_kinds(self)
        require_at_least(self, "learning_rate", 0.0)
        require_at_least(self, "reward_threshold", 0.0)
        require(
            0.0 <= self.prediction_min < self.prediction_max <= 1.0,
            "RescorlaWagner.prediction_min, prediction_max",
            (self.prediction_min, self.prediction_max),
            "must be a range within [0, 1]",
            "the published range is 0.02 to 0.95",
            error=PBWMParameterError,
        )
        require_senders(self)

    def constants(self, g_tau: float, reward_tau: float) -> tables.Dopamine:
        """Constants for the kernels; τ of the prediction's conductance, and of a fading reward."""
        return tables.Dopamine(
            kind=tables.RESCORLA_WAGNER,
            learning_rate=self.learning_rate,
            prediction_min=self.prediction_min,
            prediction_max=self.prediction_max,
            neutral=0.0,
            g_dt=1 / g_tau,
            reward_threshold=self.reward_threshold,
            reward_decay=1 / reward_tau,
        )


@dataclass(frozen=True, kw_only=True)
class TemporalDifference:
    """Dopamine = reward + γ · value of this step − value of the previous step.

    TD(λ) with linear values (Sutton & Barto, 2018, §12.2). Each step is a state; a cue predicts only rewards of later
    steps.

    Attributes
    ----------
    learning_rate
        α of ``Δw = α δ e``.
    discount
        γ per step, in [0, 1] (0.9 in the TD simulations of the Leabra project).
    trace_decay
        λ of ``e ← γλ e + x``, in [0, 1]. Dopamine cells require long traces (Pan et al., 2005, *Journal of
        Neuroscience* 25:6235); the Leabra project has 0.
    reward_threshold
        Reward or value above which acetylcholine is 1.
    senders
        As in `RescorlaWagner`.
    """

    learning_rate: float = 0.02
    discount: float = 0.9
    trace_decay: float = 0.9
    reward_threshold: float = 0.1
    senders: tuple[str, ...] = SENDERS

    def __post_init__(self) -> None:
        require_kinds(self)
        require_at_least(self, "learning_rate", 0.0)
        require_at_least(self, "reward_threshold", 0.0)
        require_fraction(self, "discount")
        require_fraction(self, "trace_decay")
        require_senders(self)

    def constants(self, g_tau: float, reward_tau: float) -> tables.Dopamine:
        """Constants for the kernels: see `RescorlaWagner.constants`."""
        return tables.Dopamine(
            kind=tables.TEMPORAL_DIFFERENCE,
            learning_rate=self.learning_rate,
            prediction_min=-inf,
            prediction_max=inf,
            neutral=0.0,
            g_dt=1 / g_tau,
            reward_threshold=self.reward_threshold,
            reward_decay=1 / reward_tau,
            discount=self.discount,
            eligibility_kept=self.discount * self.trace_decay,
        )


@dataclass(frozen=True, kw_only=True)
class PVLV:
    """PVLV: primary value where it is present or expected, and learned value (O'Reilly & Frank, 2006, appendix A.5).

    Values lie in [0, 1]. Primary value PVe is 1 for a reward, 0 for a withheld reward, and 0.5 where none is due. PVi
    learns PVe in every step; LVe (fast) and LVi (slow) learn it only where primary value is present or expected. ``δ =
    (LVe − LVi) + (PVe − PVi where present or expected)`` (A.17). Synapses into LVe and LVi are depressed for one step
    after use. docs/pbwm.md §6 lists differences from the paper.

    Attributes
    ----------
    learning_rate
        Rate of PVi (the general rate of the paper).
    lve_learning_rate, lvi_learning_rate
        Rates of LVe and LVi.
    lvi_min
        Minimum of LVi, in [0, 1].
    filter_min, filter_max
        Primary value is present or expected if PVe or PVi is outside this range.
    lv_always
        Whether learned value also counts where primary value is present or expected (yes in A.17, no in A.16).
    depression, recovery
        D and R of ``T += R (1 − T) − D x``, T the transmission of a synapse; in [0, 1].
    reward_threshold
        Distance of reward or prediction from 0.5 for an acetylcholine of 1 (not in the paper).
    senders
        As in `RescorlaWagner`.
    """

    learning_rate: float = 0.01
    lve_learning_rate: float = 0.05
    lvi_learning_rate: float = 0.001
    lvi_min: float = 0.1
    filter_min: float = 0.2
    filter_max: float = 0.8
    lv_always: bool = True
    depression: float = 1.0
    recovery: float = 1.0
    reward_threshold: float = 0.1
    senders: tuple[str, ...] = SENDERS

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("learning_rate", "lve_learning_rate", "lvi_learning_rate", "reward_threshold"):
            require_at_least(self, name, 0.0)
        for name in ("lvi_min", "depression", "recovery"):
            require_fraction(self, name)
        require(
            0.0 <= self.filter_min < tables.NEUTRAL < self.filter_max <= 1.0,
            "PVLV.filter_min, filter_max",
            (self.filter_min, self.filter_max),
            f"must lie within [0, 1], on either side of {tables.NEUTRAL}, the neutral value",
            "the published values are 0.2 and 0.8",
            error=PBWMParameterError,
        )
        require_senders(self)

    def constants(self, g_tau: float, reward_tau: float) -> tables.Dopamine:
        """Constants for the kernels: see `RescorlaWagner.constants`."""
        return tables.Dopamine(
            kind=tables.PVLV,
            learning_rate=self.learning_rate,
            prediction_min=0.0,
            prediction_max=1.0,
            neutral=tables.NEUTRAL,
            g_dt=1 / g_tau,
            reward_threshold=self.reward_threshold,
            reward_decay=1 / reward_tau,
            lve_learning_rate=self.lve_learning_rate,
            lvi_learning_rate=self.lvi_learning_rate,
            lvi_min=self.lvi_min,
            filter_min=self.filter_min,
            filter_max=self.filter_max,
            lv_always=self.lv_always,
            depression=self.depression,
            recovery=self.recovery,
        )
