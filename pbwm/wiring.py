"""The parts of a circuit: layers (nuclei) and the paths (projections) between them."""

from dataclasses import dataclass
from enum import StrEnum

from pbwm.errors import PBWMParameterError
from pbwm.kernels import tables
from pbwm.params import LayerInhibition
from tasks.base.errors import require

__all__ = ["Influence", "Layer", "Modulation", "Path", "Wiring", "driving_layer"]

SUMMED_SINGLY = 64
"""Largest layer that is summed unit by unit, as in the reference simulation, so that a replay has the same rounding."""


class Wiring(StrEnum):
    """Senders of a receiver."""

    FULL = "all"
    ONE_TO_ONE = "the one at its place"
    TILED = "in every stripe, the one at its place in the stripe"
    STRIPE = "all of its own stripe"
    OWN = "the one unit of its own stripe"


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A layer (nucleus): `pools` stripes of `size` units each, in `groups` (maintenance and output) of equally many.

    `tonic` is its intrinsic excitation, `tonic_inhibition` a constant inhibitory conductance of its units, `cells` its
    cell type, and `receptor` its dopamine receptor.
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
            "has one of the layer and one of its pool, but a layer without stripes is its only pool",
            "give one of the two",
            error=PBWMParameterError,
        )

    @property
    def units(self) -> int:
        """Number of units."""
        return self.size * self.pools

    @property
    def striped(self) -> bool:
        """Whether it consists of stripes (one or more)."""
        return self.kind in tables.STRIPED

    @property
    def large(self) -> bool:
        """Whether it is summed in sixteen columns, for speed, and not unit by unit as in the reference."""
        return not self.striped and self.units > SUMMED_SINGLY

    @property
    def pooled(self) -> bool:
        """Whether it has separate inhibition for each stripe: not if a stripe is a single unit."""
        if self.kind in (tables.GPE, tables.GPI):
            return self.inhibition.pool is not None
        return self.striped and self.kind not in tables.NUCLEI

    def units_of(self, group: int | None) -> slice:
        """The units of one group of its stripes, or of all (None)."""
        each = self.units // self.groups
        return slice(0, self.units) if group is None else slice(group * each, (group + 1) * each)

    @property
    def gates(self) -> bool:
        """Whether its units gate the stripes."""
        return self.kind in (tables.GPI, tables.THALAMUS)


@dataclass(frozen=True, kw_only=True)
class Path:
    """A projection. `sign` −1 is inhibitory; a path learns by XCAL, by the striatal trace rule, or not at all.

    A path that is not `scaled` has its absolute strength, whatever the expected activity of its senders. It may join
    only one group of stripes of its target or sender: 0 for maintenance, 1 for output. `source` is the reference for
    the projection.
    """

    sender: str
    target: str
    wiring: Wiring
    sign: int = 1
    absolute: float = 1.0
    relative: float = 1.0
    learns: bool = False
    striatal: bool = False
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
        return "fixed" if not self.learns else "dopamine × trace" if self.striatal else "XCAL"


class Influence(StrEnum):
    """How one nucleus acts on another."""

    EXCITATION = "excitation"
    INHIBITION = "inhibition"
    MODULATION = "modulation"
    PREDICTION = "prediction"
    CONTENT = "content"


@dataclass(frozen=True, kw_only=True)
class Modulation:
    """An influence without a synaptic conductance; `sign` is that of its effect on activity or on learning.

    If the target has only one group of stripes, `sender_group` names it.
    """

    sender: str
    target: str
    sign: int
    influence: Influence
    effect: str
    source: str
    sender_group: int = 0


def driving_layer(output_gating: bool) -> str:
    """The deep PFC layer that drives cortex: that of output stripes, or of maintenance stripes if there are none."""
    return "pfc_output_deep" if output_gating else "pfc_maintenance_deep"
