"""Striatum, gates, and prefrontal stripes of the 2006 form; sources: see `pbwm.form2006.params`."""

from dataclasses import dataclass, field

from pbwm.checks import require_at_least, require_fraction, require_kinds, require_positive
from pbwm.errors import PBWMParameterError
from tasks.base.errors import require
from tasks.base.serialization import LATER

__all__ = ["GateSelection", "Prefrontal", "RandomGo", "Striatum"]


@dataclass(frozen=True, kw_only=True)
class Striatum:
    """Go and NoGo units, and their learning from dopamine (OF06 A.18–A.20; docs/form2006.md §5).

    Attributes
    ----------
    units
        Units of a stripe, half of them Go; even (simulator).
    learning_rate
        ε of ``Δw = ε (y⁺⁺ − y⁺) x⁺`` (simulator).
    contrast
        γ of ``δ (1 − γ + γ y⁺)``, in [0, 1] (OF06).
    excitation, accommodation
        Excitatory (reversal 1) and inhibitory (reversal 0) conductance per dopamine (simulator).
    dopamine_gain
        Factor on δ (`pbwm.form2006.params.DOPAMINE_GAINS`).
    dip_gain
        Gain of a dip relative to a burst of the same size (simulator).
    threshold_dopamine
        Whether dopamine counts in the threshold inhibition of kWTA (simulator; not in later versions).
    stripe_dopamine
        Whether each stripe has its own dopamine ``δ_j = snr_j δ`` (OF06), or all have δ.
    from_prefrontal
        Relative strength of the path from prefrontal cortex of the stripe (simulator).
    """

    units: int = 28
    learning_rate: float = 0.01
    contrast: float = 0.5
    excitation: float = 0.01
    accommodation: float = 0.03
    dopamine_gain: float = 2.0
    dip_gain: float = 1.5
    threshold_dopamine: bool = True
    stripe_dopamine: bool = True
    from_prefrontal: float = 0.2

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("learning_rate", "excitation", "accommodation", "dopamine_gain", "dip_gain", "from_prefrontal"):
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
        Activity above which a stripe gates, in [0, 1] (OF06).
    gain
        γ of its rate (simulator: 20 where the drive has no offset).
    closed_where_due
        Whether all gates are closed where a reward is due (the authors' simulator of 2011: a strong NoGo bias there).
        If a reward is due in every event, such a network learns nothing.
    """

    threshold: float = 0.1
    gain: float = 20.0
    closed_where_due: bool = field(default=False, metadata=LATER)

    def __post_init__(self) -> None:
        require_kinds(self)
        require_fraction(self, "threshold")
        require_positive(self, "gain")


@dataclass(frozen=True, kw_only=True)
class RandomGo:
    """Random Go, for stripes that would never learn to open (simulator; docs/form2006.md §6).

    Attributes
    ----------
    probability
        Probability per event that a stripe with low mean dopamine is selected (OF06: for each stripe).
    low
        Mean dopamine below which a stripe can be selected; a random Go sets the mean to it.
    selectivity
        Gain of the softmax that selects a stripe: weight ``exp(selectivity · (low − mean))``.
    patience
        Events without a gate before a selected stripe fires (also OF06).
    long_patience
        Events without a gate after which any stripe fires with `probability`; None: never.
    baseline
        Probability of a random Go per stripe and event (OF06).
    first_mean, mean_dt
        Mean dopamine of a stripe before its first gate, and rate of change per gate.
    drive, dopamine
        Additions to the excitation of the stripe's gate, and to its dopamine (simulator: 1 for `baseline`).
    """

    probability: float = 0.1
    low: float = 0.1
    selectivity: float = 0.5
    patience: int = 10
    long_patience: int | None = 50
    baseline: float = 0.0001
    first_mean: float = 0.1
    mean_dt: float = 0.005
    drive: float = 0.2
    dopamine: float = 10.0

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("probability", "baseline", "mean_dt", "drive"):
            require_fraction(self, name)
        for name in ("patience", "low", "selectivity", "dopamine"):
            require_at_least(self, name, 0.0)
        if self.long_patience is not None:
            require_at_least(self, "long_patience", 0)


@dataclass(frozen=True, kw_only=True)
class Prefrontal:
    """Prefrontal stripes, maintained by a conductance that gates toggle (OF06; docs/form2006.md §7).

    Attributes
    ----------
    learned_inputs
        Whether a stripe learns its inputs from input and output layers; else each unit has one fixed input.
    units
        Units of a stripe that learns its inputs (OF06: 42 in the phonological loop).
    maintenance
        Conductance per stored activity (OF06: .5; simulator: .5 where inputs are learned, else 1).
    fixed_weight
        Weight of one-to-one inputs (simulator).
    late_storage
        Whether every empty stripe that gates in the update phase stores (simulator), or only one cleared in the plus
        phase.
    """

    learned_inputs: bool = False
    units: int = 42
    maintenance: float = 1.0
    fixed_weight: float = 0.5
    late_storage: bool = True

    def __post_init__(self) -> None:
        require_kinds(self)
        require_at_least(self, "units", 1)
        require_at_least(self, "maintenance", 0.0)
        require_fraction(self, "fixed_weight")
