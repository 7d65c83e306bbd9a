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
        What dopamine is multiplied by before it reaches the striatum (OF06: 1).
    dip_gain
        Gain of a dip relative to a burst of the same size (chosen; the simulators have 1.5).
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
    dip_gain: float = 2.5
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
        Dopamine that the stripe gets for it (chosen; the simulators have 1 or 10, by its cause).
    """

    probability: float = 0.1
    baseline: float = 0.0001
    patience: int = 10
    low: float = 0.1
    lag: float = 0.05
    mean_dt: float = 0.005
    activity: float = 0.5
    dopamine: float = 1.0

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
        Whether a stripe learns its inputs, from the input and the output layer; else each unit has the one input at its
        place.
    units
        Units of a stripe that learns its inputs (OF06: 42 in the phonological loop).
    maintenance
        Conductance per activity that was stored (OF06: .5; simulator: .5 where inputs are learned, else 1).
    fixed_weight
        Weight of one-to-one inputs (simulator).
    """

    learned_inputs: bool = False
    units: int = 42
    maintenance: float = 1.0
    fixed_weight: float = 0.5

    def __post_init__(self) -> None:
        require_kinds(self)
        require_at_least(self, "units", 1)
        require_at_least(self, "maintenance", 0.0)
        require_fraction(self, "fixed_weight")
