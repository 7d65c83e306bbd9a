"""The two forms of the gate (docs/pbwm.md §5)."""

from dataclasses import dataclass, field, replace

from pbwm.checks import require_at_least, require_fraction, require_kinds, require_object
from pbwm.kernels.tables import BALANCED, GRADED, SPIKING, Relay
from pbwm.neuron import NeuronParams

__all__ = ["Disinhibition", "GradedRelay", "MergedGate", "NoiseScaledRelay", "PointRelay"]


@dataclass(frozen=True, kw_only=True)
class MergedGate:
    """GPi/SNr and thalamus as one unit per stripe, with NoGo subtracted from Go (the reference simulation).

    Attributes
    ----------
    go_gain, nogo_gain
        g and n of the drive ``(g + n)(Go − n·NoGo)``.
    direct_nogo
        Whether NoGo acts on the gate directly, not through competition in GPe.
    """

    go_gain: float = 3.0
    nogo_gain: float = 1.25
    direct_nogo: bool = False

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("go_gain", "nogo_gain"):
            require_at_least(self, name, 0.0)


@dataclass(frozen=True, kw_only=True)
class PointRelay:
    """Thalamus as a point neuron: GPi inhibition shifts its threshold (Holt & Koch, 1997, *Neural Computation* 9:1001).

    Attributes
    ----------
    gain
        γ of the rate function.
    """

    gain: float = 100.0

    def __post_init__(self) -> None:
        require_kinds(self)
        require_at_least(self, "gain", 1e-9)

    def constants(self, neuron: NeuronParams) -> Relay:
        """Constants for the kernels."""
        return Relay(kind=SPIKING, neuron=replace(neuron, gain=self.gain).constants(), unbalanced=1.0, noise=0.0)


@dataclass(frozen=True, kw_only=True)
class GradedRelay:
    """Thalamus near rest: the output is its depolarization, as a proportion of that from rest to the reversal of E.

    Inhibition by conductance then scales the response. Synaptic noise makes the threshold of relay cells graded
    (Wolfart, Debay, Le Masson, Destexhe & Bal, 2005, *Nature Neuroscience* 8:1760).

    Attributes
    ----------
    leak
        Leak conductance. Large leaks make the response more like a product (docs/pbwm.md §5).
    """

    leak: float = 0.3

    def __post_init__(self) -> None:
        require_kinds(self)
        require_at_least(self, "leak", 1e-9)

    def constants(self, neuron: NeuronParams) -> Relay:
        """Constants for the kernels."""
        return Relay(kind=GRADED, neuron=replace(neuron, gbar_l=self.leak).constants(), unbalanced=1.0, noise=0.0)


@dataclass(frozen=True, kw_only=True)
class NoiseScaledRelay:
    """Thalamus under balanced background noise, which divides the gain (Chance, Abbott & Reyes, 2002, *Neuron* 35:773).

    Attributes
    ----------
    gain
        γ of the rate function without background.
    noise
        The drive is divided by ``1 + noise · Gi``.
    balance
        Proportion of the threshold shift that background excitation compensates, in [0, 1].
    """

    gain: float = 5.0
    noise: float = 4.0
    balance: float = 1.0

    def __post_init__(self) -> None:
        require_kinds(self)
        require_at_least(self, "gain", 1e-9)
        require_at_least(self, "noise", 0.0)
        require_fraction(self, "balance")

    def constants(self, neuron: NeuronParams) -> Relay:
        """Constants for the kernels."""
        own = replace(neuron, gain=self.gain).constants()
        return Relay(kind=BALANCED, neuron=own, unbalanced=1.0 - self.balance, noise=self.noise)


@dataclass(frozen=True, kw_only=True)
class Disinhibition:
    """GPe, STN, GPi/SNr, and thalamus, one point neuron each per stripe; a stripe gates when GPi pauses.

    Conductances are for one sender with activity 1 (docs/pbwm.md §5).

    Attributes
    ----------
    gain
        γ of GPe, STN, and GPi, which respond almost linearly (Wilson & Bevan, 2011, *Neuroscience* 198:54).
    g_tau
        τ of all conductances.
    gpe_tonic, stn_tonic, gpi_tonic
        Intrinsic excitation.
    thalamus_tonic
        Constant excitation of the thalamus, with which a stripe can gate on an empty input.
    go_to_gpi, nogo_to_gpe
        Inhibition by the striatum: the direct path, and the first step of the indirect path.
    gpe_to_gpi, gpe_to_stn
        Inhibition by GPe.
    stn_to_gpi, stn_to_gpe
        Excitation by STN, for a mean activity of 1.
    cortex_to_stn
        Excitation of STN by the control input: the hyperdirect path.
    gpi_to_thalamus
        Inhibition of the thalamus.
    superficial_to_thalamus, deep_to_thalamus
        Excitation of the thalamus by prefrontal cortex of its stripe.
    thalamus_to_deep
        Excitation of deep prefrontal cortex. Below Ge_Θ = .04, it cannot make a unit fire.
    relay
        Response of the thalamus to its conductances.
    """

    gain: float = 20.0
    g_tau: float = 1.4
    gpe_tonic: float = 0.1
    stn_tonic: float = 0.12
    gpi_tonic: float = 1.6
    thalamus_tonic: float = 0.2
    go_to_gpi: float = 2.0
    nogo_to_gpe: float = 0.1
    gpe_to_gpi: float = 5.2
    gpe_to_stn: float = 0.24
    stn_to_gpi: float = 0.3
    stn_to_gpe: float = 0.005
    cortex_to_stn: float = 0.03
    gpi_to_thalamus: float = 4.0
    superficial_to_thalamus: float = 0.15
    deep_to_thalamus: float = 0.15
    thalamus_to_deep: float = 0.03
    relay: PointRelay | GradedRelay | NoiseScaledRelay = field(default_factory=GradedRelay)

    def __post_init__(self) -> None:
        require_kinds(self)
        require_object(self, "relay", (PointRelay, GradedRelay, NoiseScaledRelay))
        require_at_least(self, "gain", 1e-9)
        require_at_least(self, "g_tau", 1.0)
        for name in self.__dataclass_fields__:
            if name not in ("gain", "g_tau", "relay"):
                require_at_least(self, name, 0.0)
