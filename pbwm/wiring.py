"""Parts of a circuit: layers (nuclei), paths (projections), and modulations."""

from dataclasses import dataclass
from enum import StrEnum

from pbwm.errors import PBWMParameterError
from pbwm.kernels import tables
from pbwm.params import LayerInhibition
from tasks.base.errors import require

__all__ = ["Influence", "Layer", "Modulation", "Path", "Wiring", "driving_layer"]

SUMMED_SINGLY = 64
"""Largest layer that is summed unit by unit, as in the reference simulation."""


class Wiring(StrEnum):
    """Senders of a receiver."""

    FULL = "all"
    ONE_TO_ONE = "the one at its place"
    TILED = "in every stripe, the one at its place in the stripe"
    STRIPE = "all of its own stripe"
    OWN = "the one unit of its own stripe"


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A layer (nucleus): `pools` stripes of `size` units, in equal `groups` (maintenance, output).

    `tonic` is intrinsic excitation, and `tonic_inhibition` a constant conductance.
    """

    name: str
    kind: int
    size: int
    pools: int = 1
    groups: int = 1
    inhibition: LayerInhibition
    activity: float
    activity_fixed: bool
    dopamine_sign: int = 0
    tonic: float = 0.0
    tonic_inhibition: float = 0.0
    cells: str = ""
    receptor: str = ""

    def __post_init__(self) -> None:
        require(
            self.striped or self.inhibition.layer is None or self.inhibition.pool is None,
            f"inhibition of layer {self.name!r}",
            self.inhibition,
            "inhibits both the layer and its pool, which are the same in a layer without stripes",
            "give one of the two",
            error=PBWMParameterError,
        )

    @property
    def units(self) -> int:
        """Number of units."""
        return self.size * self.pools

    @property
    def striped(self) -> bool:
        """Whether it consists of stripes."""
        return self.kind in tables.STRIPED

    @property
    def large(self) -> bool:
        """Whether it is summed in sixteen columns instead of by unit."""
        return not self.striped and self.units > SUMMED_SINGLY

    @property
    def pooled(self) -> bool:
        """Whether each stripe has its own inhibition: if it has several units."""
        if self.kind in (tables.GPE, tables.GPI):
            return self.inhibition.pool is not None
        return self.striped and self.kind not in tables.NUCLEI

    def units_of(self, group: int | None) -> slice:
        """The units of one group of stripes, or of all (None)."""
        each = self.units // self.groups
        return slice(0, self.units) if group is None else slice(group * each, (group + 1) * each)

    @property
    def gates(self) -> bool:
        """Whether its units gate the stripes."""
        return self.kind in (tables.GPI, tables.THALAMUS)


@dataclass(frozen=True, kw_only=True)
class Path:
    """A projection; `sign` −1 is inhibitory.

    A path that is not `scaled` has its absolute strength. With `target_group` or `sender_group`, it connects only that
    group of stripes: 0 for maintenance, 1 for output. `fed_back` striatal paths learn by the `FeedbackRule`.
    """

    sender: str
    target: str
    wiring: Wiring
    sign: int = 1
    absolute: float = 1.0
    relative: float = 1.0
    learns: bool = False
    striatal: bool = False
    fed_back: bool = False
    weight_mean: float
    weight_range: float = 0.0
    mirror: bool = False
    scaled: bool = True
    target_group: int | None = None
    sender_group: int | None = None
    source: str = ""

    @property
    def name(self) -> str:
        """Sender and target."""
        return f"{self.sender}->{self.target}"

    @property
    def plasticity(self) -> str:
        """The rule by which it learns."""
        if not self.striatal:
            return "XCAL" if self.learns else "fixed"
        return "dopamine of the stripe × tag" if self.fed_back else "dopamine × trace"


class Influence(StrEnum):
    """How one nucleus influences another."""

    EXCITATION = "excitation"
    INHIBITION = "inhibition"
    MODULATION = "modulation"
    PREDICTION = "prediction"
    CONTENT = "content"


@dataclass(frozen=True, kw_only=True)
class Modulation:
    """An influence without a conductance; `sign` is that of its effect.

    `sender_group` is the group of the sender that corresponds to the stripes of the target.
    """

    sender: str
    target: str
    sign: int
    influence: Influence
    effect: str
    source: str
    sender_group: int = 0


def driving_layer(output_gating: bool) -> str:
    """The deep PFC layer that drives cortex: of output or, without them, maintenance stripes."""
    return "pfc_output_deep" if output_gating else "pfc_maintenance_deep"
