"""Parameters of the point neuron."""

from dataclasses import dataclass, field

from pbwm.checks import require_at_least, require_fraction, require_kinds
from pbwm.errors import PBWMParameterError
from pbwm.kernels.tables import Neuron
from tasks.base.errors import require
from tasks.base.serialization import LATER

__all__ = ["NeuronParams"]


@dataclass(frozen=True, kw_only=True)
class NeuronParams:
    """The point neuron and its rate function (docs/pbwm.md §1; CCN textbook, ch. 2).

    Conductances are relative to the largest excitatory one. Potentials range from 0 (−100 mV) to 1 (0 mV).

    Attributes
    ----------
    theta
        Firing threshold Θ.
    reversal_e, reversal_l, reversal_i
        Reversal potentials of excitation, leak, and inhibition.
    gbar_l
        Leak conductance.
    vm_tau, g_tau
        τ of potential and rate, and of conductances, in cycles, at least 1.
    vm_start, vm_max
        Resting and largest potential.
    gain, noise_variance
        γ and σ² of the rate function.
    gain_correction, gain_correction_range
        Largest reduction of the gain, and its range in σ².
    tail_slope, tail_height, tail_power
        Below threshold: a sigmoid of slope tail_slope/σ² and height ``tail_height (γσ²)^tail_power``.
    interpolation_range
        Drive up to which the rate is interpolated linearly.
    act_threshold
        Rate below which a neuron is silent and driven by its potential.
    send_threshold, send_delta
        Activity up to this threshold, and changes up to this size, are not sent.
    clamp_max
        Largest activity of a clamped unit.
    trial_decay
        Fraction of activity that hidden and output units lose before a trial, in [0, 1].
    """

    theta: float = 0.5
    reversal_e: float = 1.0
    reversal_l: float = 0.3
    reversal_i: float = 0.25
    gbar_l: float = 0.1
    vm_tau: float = 3.3
    g_tau: float = 1.4
    vm_start: float = 0.4
    vm_max: float = 2.0
    gain: float = 100.0
    noise_variance: float = 0.005
    gain_correction: float = 0.1
    gain_correction_range: float = 10.0
    tail_slope: float = 3.0
    tail_height: float = 0.33
    tail_power: float = 0.8
    interpolation_range: float = 0.01
    act_threshold: float = 0.01
    send_threshold: float = 0.1
    send_delta: float = 0.0
    clamp_max: float = 0.95
    trial_decay: float = field(default=0.0, metadata=LATER)

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("vm_tau", "g_tau"):
            require_at_least(self, name, 1.0)
        for name in ("gbar_l", "send_threshold", "send_delta", "act_threshold"):
            require_at_least(self, name, 0.0)
        for name in ("gain", "noise_variance", "interpolation_range", "gain_correction_range"):
            require_at_least(self, name, 1e-9)
        for name in ("clamp_max", "gain_correction", "trial_decay"):
            require_fraction(self, name)
        require(
            0.0 <= self.vm_start <= self.vm_max,
            "NeuronParams.vm_start",
            self.vm_start,
            f"must lie between 0 and vm_max = {self.vm_max}",
            "the published value is 0.4",
            error=PBWMParameterError,
        )
        require(
            self.reversal_i < self.theta < self.reversal_e,
            "NeuronParams.theta",
            self.theta,
            f"must lie between reversal_i = {self.reversal_i} and reversal_e = {self.reversal_e}",
            "the published value is 0.5",
            error=PBWMParameterError,
        )
        require(
            self.reversal_l < self.reversal_e,
            "NeuronParams.reversal_l",
            self.reversal_l,
            f"must be below reversal_e = {self.reversal_e}",
            "the published value is 0.3",
            error=PBWMParameterError,
        )

    def constants(self) -> Neuron:
        """Constants for the kernels."""
        tail_height = self.tail_height * (self.gain * self.noise_variance) ** self.tail_power
        correction_slope = 1 / (self.gain_correction_range * self.noise_variance)
        end = self.interpolation_range
        x = self.gain * (1 - self.gain_correction * max(0.0, 1 - correction_slope * end)) * end
        return Neuron(
            theta=self.theta,
            reversal_e=self.reversal_e,
            reversal_l=self.reversal_l,
            reversal_i=self.reversal_i,
            gbar_l=self.gbar_l,
            vm_dt=1 / self.vm_tau,
            vm_start=self.vm_start,
            vm_max=self.vm_max,
            threshold_slope=(self.reversal_i - self.theta) / (self.theta - self.reversal_e),
            threshold_leak=self.gbar_l * (self.reversal_l - self.theta) / (self.theta - self.reversal_e),
            gain=self.gain,
            gain_correction=self.gain_correction,
            correction_slope=correction_slope,
            tail_slope=self.tail_slope / self.noise_variance,
            tail_height=tail_height,
            linear_start=tail_height / 2,
            linear_slope=(x / (x + 1) - tail_height / 2) / end,
            linear_end=end,
            act_threshold=self.act_threshold,
            send_threshold=self.send_threshold,
            send_delta=self.send_delta,
            clamp_max=self.clamp_max,
            trial_decay=self.trial_decay,
        )
