"""Neurons, inhibition, and phases of the 2006 form; sources: see `pbwm.form2006.params`."""

from dataclasses import dataclass

from pbwm.checks import require_at_least, require_fraction, require_kinds, require_positive
from pbwm.errors import PBWMParameterError
from tasks.base.errors import require

__all__ = ["Phases", "Unit", "WinnersTakeAll"]


@dataclass(frozen=True, kw_only=True)
class Unit:
    """The point neuron (OF06 A.1–A.4; docs/form2006.md §1). Potentials range from 0 (−90 mV) to 1 (55 mV).

    Attributes
    ----------
    theta, rest
        Firing threshold Θ, and resting potential (OF06).
    reversal_e, reversal_l, reversal_i
        Reversal potentials of excitation, leak, and inhibition (OF06).
    gbar_l
        Leak conductance (OF06).
    gain, noise_sd
        γ of the x/(x+1) rate, and σ of the Gaussian with which it is convolved (OF06).
    vm_dt, slow_vm_dt, net_dt
        Rates per cycle of potential, of that in prefrontal cortex and SNrThal, and of excitation (simulator; OF06: .02
        per tenth of a cycle).
    clamp_max
        Activity of a clamped unit, and largest activity from which a value is read (simulator).
    send_threshold
        Activity at or below which a unit does not send (simulator).
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
        require_positive(self, "gain", "noise_sd", "gbar_l", "clamp_max")
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
    """k-winners-take-all inhibition (OF06 A.5, A.6; docs/form2006.md §2).

    Attributes
    ----------
    output, hidden, prefrontal, striatum, value
        k of a layer or, in prefrontal cortex and striatum, of a stripe (OF06). In a pool of at most k units, all but
        one win. Stripes with one-to-one inputs have one winner per channel (chosen; simulators: 15% of the units).
    gate_fraction
        Fraction of the stripes that may gate at once (simulator).
    basic_q
        q where inhibition lies between the k-th and the next unit: output, striatum (OF06).
    average_q
        q where it lies between the means of winners and others: hidden, prefrontal, gate (OF06).
    value_q
        The same of PVi, LVe, and LVi (simulator).
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
    """Cycles of the three settling phases of an event.

    Attributes
    ----------
    minus, plus, update
        Cycles of response, of the answer, and of evaluation of the new content (chosen; simulator: at most 60, and in
        the last phase at least 35).
    """

    minus: int = 40
    plus: int = 30
    update: int = 35

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("minus", "plus", "update"):
            require_at_least(self, name, 1)
