"""Striatum, gates and prefrontal stripes of the 2006 form; sources: see `pbwm.form2006.params`."""

from dataclasses import dataclass

from pbwm.checks import require_at_least, require_fraction, require_kinds, require_positive
from pbwm.errors import PBWMParameterError
from tasks.base.errors import require

__all__ = ["GateSelection", "Prefrontal", "RandomGo", "Striatum"]


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
        What dopamine is multiplied by before it reaches the striatum (the authors' notes: 2 for 1-2-AX; see
        `pbwm.form2006.params.DOPAMINE_GAINS`).
    dip_gain
        Gain of a dip relative to a burst of the same size (simulator).
    threshold_dopamine
        Whether what dopamine adds counts in the threshold inhibition of kWTA (simulator), or not (later versions).
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
        Activity above which a stripe gates (OF06).
    gain
        γ of its rate (simulator: 20 where the drive has no offset).
    """

    threshold: float = 0.1
    gain: float = 20.0

    def __post_init__(self) -> None:
        require_kinds(self)
        require_fraction(self, "threshold")
        require_positive(self, "gain")


@dataclass(frozen=True, kw_only=True)
class RandomGo:
    """Go by chance, where a stripe would never learn to open, by the simulator's rules (docs/form2006.md §6).

    Attributes
    ----------
    probability
        Probability, per event, that one of the stripes with low mean dopamine is picked; it fires if it has not gated
        for `patience` events (simulator; OF06 has the same number in rules for each stripe).
    low
        Mean dopamine below which a stripe can be picked, and to which a random Go sets the mean (simulator).
    selectivity
        Gain of the softmax that picks a stripe: weight ``exp(selectivity · (low − mean))`` (simulator).
    patience
        Events without a gate before a picked stripe fires (simulator; OF06).
    long_patience
        Events without a gate after which a stripe fires with `probability`, whatever its mean dopamine; None: it does
        not (simulator).
    baseline
        Probability of a random Go in any stripe and event (OF06).
    first_mean, mean_dt
        Mean dopamine of a stripe that has never gated, and what it moves per Go (simulator).
    drive
        Added to the excitation of the stripe's gate in a random Go (simulator).
    dopamine
        Dopamine that the stripe gets for it (simulator).
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
    """Prefrontal stripes: one layer, held by a conductance that the gate toggles (OF06; docs/form2006.md §7).

    Attributes
    ----------
    learned_inputs
        Whether a stripe learns its inputs, from the input and the output layer; else each unit has the one input at its
        place.
    units
        Units of a stripe that learns its inputs (OF06: 42 in the phonological loop).
    maintenance
        Conductance per activity that was stored (OF06: .5; simulator: .5 where inputs are learned, else 1).
    fixed_weight
        Weight of one-to-one inputs (simulator).
    late_storage
        Whether an empty stripe whose gate opens as late as in the update phase stores at its end (chosen); else only a
        stripe that was cleared in the plus phase.
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
