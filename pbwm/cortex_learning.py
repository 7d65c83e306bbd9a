"""Parameters of cortical learning."""

from dataclasses import dataclass

from pbwm.checks import require_at_least, require_fraction, require_kinds
from pbwm.errors import PBWMParameterError
from pbwm.kernels.tables import Averages, Xcal
from tasks.base.errors import require

__all__ = ["CortexLearning"]


@dataclass(frozen=True, kw_only=True)
class CortexLearning:
    """Learning of cortical paths by XCAL (docs/pbwm.md §3; CCN textbook, ch. 4).

    Defaults are those of Leabra 8.5, with the learning rate of the reference SIR-2 simulation. τ are in cycles, unless
    noted.

    Attributes
    ----------
    learning_rate
        Rate of all cortical paths.
    super_short_tau, short_tau, medium_tau
        τ of AvgSS, AvgS, and AvgM.
    medium_in_short
        Proportion of AvgM in AvgSLrn, in [0, 1].
    average_start, long_start
        Initial AvgSS, AvgS, and AvgM; initial AvgL.
    long_gain, long_min, long_tau
        AvgL approaches gain·AvgM with τ in trials, above its minimum.
    long_rate_max, long_rate_min
        Rate of BCM learning at the largest and smallest AvgL.
    error_modulation_min
        Smallest factor by which a small error reduces BCM learning.
    cosine_tau, activity_tau
        τ in trials of the averages of the phase difference and of a layer's activity.
    activity_start
        Initial expected activity of a layer.
    reversal
        The slope of XCAL reverses at this fraction of its threshold θ, in (0, 1).
    threshold
        XCAL is 0 below this product.
    sender_threshold
        Synapses do not learn while AvgS and AvgM of the sender are below it.
    norm, norm_tau, norm_min, norm_rate
        Normalization by the running maximum of changes: whether on, τ in trials, minimum, rate factor.
    momentum, momentum_tau, momentum_rate
        Momentum: whether on, τ in trials, learning-rate factor.
    """

    learning_rate: float = 0.01
    super_short_tau: float = 2.0
    short_tau: float = 2.0
    medium_tau: float = 10.0
    medium_in_short: float = 0.1
    average_start: float = 0.15
    long_start: float = 0.4
    long_gain: float = 2.5
    long_min: float = 0.2
    long_tau: float = 10.0
    long_rate_max: float = 0.5
    long_rate_min: float = 0.0001
    error_modulation_min: float = 0.01
    cosine_tau: float = 100.0
    activity_tau: float = 100.0
    activity_start: float = 0.15
    reversal: float = 0.1
    threshold: float = 0.0001
    sender_threshold: float = 0.01
    norm: bool = False
    norm_tau: float = 1000.0
    norm_min: float = 0.001
    norm_rate: float = 0.15
    momentum: bool = False
    momentum_tau: float = 10.0
    momentum_rate: float = 0.1

    def __post_init__(self) -> None:
        require_kinds(self)
        taus = ("super_short_tau", "short_tau", "medium_tau", "long_tau", "cosine_tau", "activity_tau")
        for name in (*taus, "norm_tau", "momentum_tau"):
            require_at_least(self, name, 1.0)
        for name in ("learning_rate", "norm_min", "threshold", "sender_threshold"):
            require_at_least(self, name, 0.0)
        for name in ("medium_in_short", "error_modulation_min"):
            require_fraction(self, name)
        require(
            0.0 < self.reversal < 1.0,
            "CortexLearning.reversal",
            self.reversal,
            "must lie between 0 and 1",
            "the published value is 0.1",
            error=PBWMParameterError,
        )
        require(
            self.long_gain > self.long_min,
            "CortexLearning.long_gain",
            self.long_gain,
            f"must exceed long_min = {self.long_min}",
            "the published values are 2.5 and 0.2",
            error=PBWMParameterError,
        )

    def averages(self) -> Averages:
        """Constants of the running averages, for the kernels."""
        return Averages(
            super_short_dt=1 / self.super_short_tau,
            short_dt=1 / self.short_tau,
            medium_dt=1 / self.medium_tau,
            medium_in_short=self.medium_in_short,
            start=self.average_start,
            long_start=self.long_start,
            long_gain=self.long_gain,
            long_min=self.long_min,
            long_dt=1 / self.long_tau,
            long_rate=(self.long_rate_max - self.long_rate_min) / (self.long_gain - self.long_min),
            error_modulation_min=self.error_modulation_min,
            cosine_dt=1 / self.cosine_tau,
            activity_dt=1 / self.activity_tau,
        )

    def xcal(self) -> Xcal:
        """Constants of XCAL, normalization and momentum, for the kernels."""
        return Xcal(
            reversal=self.reversal,
            threshold=self.threshold,
            sender_threshold=self.sender_threshold,
            use_norm=self.norm,
            norm_decay=1 - 1 / self.norm_tau,
            norm_min=self.norm_min,
            norm_rate=self.norm_rate,
            use_momentum=self.momentum,
            momentum_decay=1 - 1 / self.momentum_tau,
            momentum_rate=self.momentum_rate,
        )
