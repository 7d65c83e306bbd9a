"""Anatomy of a model: layers, projections, and the activity of all layers within a step."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tasks.base.errors import require
from tasks.base.learner import Learner, Outcome
from tasks.base.task import TrialBlock

__all__ = ["Anatomy", "Effect", "Observable", "Observation", "Phase", "ShownLayer", "ShownPath"]


class Effect(StrEnum):
    """How a sender acts on a receiver; `WEIGHTED`: by the sign of each weight."""

    EXCITATION = "excitation"
    INHIBITION = "inhibition"
    WEIGHTED = "weighted"
    MODULATION = "modulation"
    CONTENT = "content"


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A part of a step, and its number of frames."""

    name: str
    frames: int


@dataclass(frozen=True, kw_only=True)
class ShownLayer:
    """A layer (nucleus) as a grid of units.

    Attributes
    ----------
    name, title
        Name in the model, and in figures.
    units
        Number of units.
    pools
        Equal groups of successive units: stripes, or blocks.
    first_slot
        Slot of the first pool; None: no slot.
    row
        Layers with the same row are side by side (`Anatomy.rows`).
    color
        Nucleus, gate or signal that determines the color.
    low, high
        Range of values; negative values have a separate color.
    quantity
        "rate", "state", ….
    labels
        Name of every unit, or none.
    cells
        The cells that units represent.
    equations
        Page and section of the documentation.
    lesions
        Whether units can be silenced.
    watched
        Whether the time course is shown by default.
    """

    name: str
    title: str
    units: int
    pools: int = 1
    first_slot: int | None = None
    row: str = ""
    color: str = ""
    low: float = 0.0
    high: float = 1.0
    quantity: str = "rate"
    labels: tuple[str, ...] = ()
    cells: str = ""
    equations: str = ""
    lesions: bool = False
    watched: bool = False

    def __post_init__(self) -> None:
        where = f"ShownLayer {self.name!r}"
        fits = self.units >= 1 and self.pools >= 1 and self.units % self.pools == 0
        rule, remedy = "must be equal groups of its units", "give a divisor of the number of units"
        require(fits, f"{where}.pools", self.pools, rule, remedy)
        rule, remedy = f"must name none or all of the {self.units} units", "give one label for every unit"
        require(len(self.labels) in (0, self.units), f"{where}.labels", self.labels, rule, remedy)


@dataclass(frozen=True, kw_only=True)
class ShownPath:
    """A projection between two layers.

    Attributes
    ----------
    name
        Also the name of its weights (`Observable.path_weights`).
    sender, target
        Names of the layers.
    effect
        How it acts.
    receivers : int array (receiver,)
        Receiving units of the target.
    senders : int array (receiver, contact)
        Units of the sender that each receiver sees.
    learns
        Learning rule; empty if weights are fixed.
    note
        Its effect, or its source.
    """

    name: str
    sender: str
    target: str
    effect: Effect
    receivers: NDArray[np.int64]
    senders: NDArray[np.int64]
    learns: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Anatomy:
    """The anatomy of a model.

    Attributes
    ----------
    layers
        Layers, in the order of units.
    paths
        Projections.
    phases
        Parts of a step, in order.
    slots
        Titles of the slots, the columns.
    rows
        Rows of these layers, from top to bottom.
    column
        Layers without slots, from top to bottom.
    memory
        Range of the content of slots (`GateRecord.memory`).
    contents
        Symbols that the units of a slot's memory stand for; empty if they stand for none.
    manipulations
        Classes of possible manipulations (`pbwm.manipulations`).

    Raises
    ------
    ParameterError
        If layers or units of a projection do not exist, or a layer lies outside the slots.
    """

    layers: tuple[ShownLayer, ...]
    paths: tuple[ShownPath, ...]
    phases: tuple[Phase, ...]
    slots: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    column: tuple[str, ...] = ()
    memory: tuple[float, float] = (0.0, 1.0)
    contents: tuple[str, ...] = ()
    manipulations: tuple[type, ...] = ()

    def __post_init__(self) -> None:
        by_name = {layer.name: layer for layer in self.layers}
        known = ", ".join(by_name)
        for layer in self.layers:
            inside = layer.first_slot is None or 0 <= layer.first_slot <= len(self.slots) - layer.pools
            rule = f"does not lie within the {len(self.slots)} slots"
            require(inside, f"ShownLayer {layer.name!r}.first_slot", layer.first_slot, rule, "declare more slots")
            placed = layer.first_slot is None or layer.row in self.rows
            rule = f"is not one of the rows {self.rows}"
            require(placed, f"ShownLayer {layer.name!r}.row", layer.row, rule, "declare it in Anatomy.rows")
        alone = {layer.name for layer in self.layers if layer.first_slot is None}
        rule, remedy = f"must name each of {sorted(alone)} once", "list the layers without slots"
        listed = alone == set(self.column) and len(alone) == len(self.column)
        require(listed, "Anatomy.column", self.column, rule, remedy)
        for path in self.paths:
            for end, units in (("sender", path.senders), ("target", path.receivers)):
                name = getattr(path, end)
                require(name in by_name, f"ShownPath {path.name!r}.{end}", name, f"is not one of {known}", "declare it")
                top = int(units.max(initial=-1))
                rule, remedy = f"must be below the {by_name[name].units} units of {name!r}", "count them from 0"
                require(top < by_name[name].units, f"ShownPath {path.name!r}: unit of the {end}", top, rule, remedy)

    @property
    def units(self) -> int:
        """Units of all layers."""
        return sum(layer.units for layer in self.layers)

    @property
    def frames(self) -> int:
        """Frames of a step."""
        return sum(phase.frames for phase in self.phases)


@dataclass(frozen=True, kw_only=True)
class Observation:
    """One step of a population, frame by frame.

    Attributes
    ----------
    outcome
        Responses, errors, and record.
    activity : float array (network, frame, unit)
        Activity of all layers after each frame; NaN: no value yet.
    """

    outcome: Outcome
    activity: NDArray[np.floating]


@runtime_checkable
class Observable(Learner, Protocol):
    """A learner whose activity within a step is observable."""

    def anatomy(self) -> Anatomy:
        """The anatomy."""
        ...

    def observe_step(self, block: TrialBlock, *, learn: bool = True) -> Observation:
        """Run a block of one step; return the activity of all layers."""
        ...

    def path_weights(self) -> dict[str, NDArray[np.floating]]:
        """Weights by projection, each (network, receiver, contact)."""
        ...
