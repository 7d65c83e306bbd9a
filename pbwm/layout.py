"""Where the units, pools and synapses of a circuit lie in rows of sixteen numbers (see `pbwm.kernels.layout`).

An *address* is a place in memory: with replicas in lanes the row, with units in lanes 16 · row + lane. Arrays of
addresses, and `read` and `write`, hide the layout from all that is not a kernel.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pbwm.circuit import Circuit, Layer, Path
from pbwm.errors import PBWMParameterError
from tasks.base.lanes import LANES

__all__ = ["Addresses", "Layout", "Places", "fastest_layout"]

Addresses = NDArray[np.int64]

SUMMED_SINGLY = 64
"""Units of a layer up to which sums over it run unit by unit, as they do in the reference simulation: a replay then
rounds as it did. Larger layers are summed in sixteen columns, for speed."""


class Layout(StrEnum):
    """What lies side by side in the lanes of a row."""

    REPLICAS = "replicas in lanes"
    UNITS = "units in lanes"

    @property
    def networks(self) -> int:
        """Networks in one block of memory."""
        return LANES if self is Layout.REPLICAS else 1

    @property
    def stride(self) -> int:
        """Addresses in one row."""
        return 1 if self is Layout.REPLICAS else LANES

    def read(self, rows: NDArray[np.floating], addresses: Addresses, networks: int) -> NDArray[np.floating]:
        """Values at addresses in the first `networks` networks: (…, row, 16) as (network, …, *addresses)."""
        if self is Layout.REPLICAS:
            return np.moveaxis(rows[..., :networks], -1, 0)[..., addresses]
        return rows.reshape(*rows.shape[:-2], rows.shape[-2] * LANES)[..., addresses][None]

    def write(
        self, rows: NDArray[np.floating], addresses: Addresses, network: int, values: NDArray[np.generic]
    ) -> None:
        """Write values at addresses of one network into (row, 16)."""
        if self is Layout.REPLICAS:
            rows[addresses, network] = values
        else:
            rows[addresses // LANES, addresses % LANES] = values


@dataclass(frozen=True)
class LayerPlace:
    """Where a layer lies: `columns` × `depth` rows of units; addresses from its first row, and its first pool, on."""

    columns: int
    depth: int
    units: Addresses
    pools: Addresses

    @classmethod
    def of(cls, layer: Layer, layout: Layout) -> "LayerPlace":
        """Lay out a layer in columns: its pools where it is striped, else its units, or sixteenths of a large layer."""
        large = layer.units > SUMMED_SINGLY
        depth = layer.size if layer.striped else -(-layer.units // LANES) if large else 1
        column, row = np.divmod(np.arange(layer.units), depth)
        columns = int(column[-1]) + 1
        if layout is Layout.REPLICAS:
            if depth == 1 and not layer.pooled:  # one after the other, as in a column
                columns, depth = 1, columns
            return cls(columns, depth, np.arange(layer.units), np.arange(columns))
        together = columns // layer.groups
        sets = -(-together // LANES)
        group, within = np.divmod(np.arange(columns), together)
        side, lane = group * sets + within // LANES, within % LANES
        units = (side[column] * depth + row) * LANES + lane[column]
        return cls(layer.groups * sets, depth, units, side * LANES + lane)


@dataclass(frozen=True)
class Places:
    """Addresses of all that a circuit has."""

    circuit: Circuit
    layout: Layout

    def rows(self, count: int) -> Addresses:
        """Addresses of the first `count` rows, for what stands in all lanes of a row."""
        return np.arange(count) * self.layout.stride

    @cached_property
    def layers(self) -> tuple[LayerPlace, ...]:
        """Every layer's place."""
        return tuple(LayerPlace.of(layer, self.layout) for layer in self.circuit.layers)

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """First row of units of each layer, and the number of all rows."""
        if self.layout is Layout.REPLICAS:
            return self.circuit.starts()
        return np.concatenate([[0], np.cumsum([place.columns * place.depth for place in self.layers])])

    @cached_property
    def occupied(self) -> NDArray[np.int64]:
        """Lanes with a unit, of every row of units."""
        if self.layout is Layout.REPLICAS:
            return np.full(self.starts[-1], LANES)
        return np.bincount(self.units // LANES, minlength=int(self.starts[-1]))

    def of_layer(self, layer: int) -> Addresses:
        """Addresses of the units of a layer."""
        return self.layers[layer].units + int(self.starts[layer]) * self.layout.stride

    @cached_property
    def units(self) -> Addresses:
        """Addresses of all units."""
        return np.concatenate([self.of_layer(i) for i in range(len(self.layers))])

    @cached_property
    def pools(self) -> Addresses:
        """Addresses of all pools: of each layer the whole, then its stripes."""
        found, first, stride = [], 0, self.layout.stride
        for place, layer in zip(self.layers, self.circuit.layers, strict=True):
            found.append(np.array([first * stride]))
            first += 1
            if layer.pooled:
                found.append(first * stride + place.pools)
                first += place.columns
        return np.concatenate(found)

    def senders(self, path: Path) -> tuple[NDArray[np.int64], bool]:
        """The senders of every row of receivers, (row, contact), and whether all receivers in a row share them.

        Senders that receivers share are addresses; else they are the rows that hold them, in the receivers' lanes.

        Raises
        ------
        PBWMParameterError
            If the senders of receivers that lie in one row are neither.
        """
        sending: Addresses = self.of_layer(self.circuit.layer(path.sender))[self.circuit.senders(path)]
        if self.layout is Layout.REPLICAS:
            return sending, True
        row, lane = np.divmod(self.layers[self.circuit.layer(path.target)].units, LANES)
        first = np.unique(row, return_index=True)[1]
        if (sending == sending[first[row]]).all():
            return np.asarray(sending[first], np.int64), True
        rows = sending // LANES
        if (rows == rows[first[row]]).all() and (sending % LANES == lane[:, None]).all():
            return np.asarray(rows[first], np.int64), False
        raise PBWMParameterError(
            f"path {path.name!r}: receivers that lie in one row have senders in several; "
            f"build the network with layout = {Layout.REPLICAS!r}"
        )

    def synapses(self, path: Path, first: int) -> Addresses:
        """Addresses (receiver, contact) of the synapses of a path whose first row is `first`."""
        receivers: Addresses = self.layers[self.circuit.layer(path.target)].units[:, None]
        contacts = self.circuit.senders(path).shape[1]
        contact: Addresses = np.arange(contacts)
        found: Addresses = first + receivers * contacts + contact
        if self.layout is Layout.UNITS:
            found = (first + (receivers // LANES) * contacts + contact) * LANES + receivers % LANES
        return found

    @cached_property
    def stripes(self) -> Addresses:
        """Addresses of the stripes: those of maintenance, then those of output."""
        return next((place.units for place in self._gates()), np.zeros(0, np.int64))

    @property
    def stripe_rows(self) -> int:
        """Rows that hold the stripes."""
        return next((place.columns * place.depth for place in self._gates()), 0)

    def _gates(self) -> list[LayerPlace]:
        return [place for place, layer in zip(self.layers, self.circuit.layers, strict=True) if layer.gates]


FEW = 4
"""Networks up to which lanes of units are taken. One after the other, networks break even with sixteen side by side at
seven of them (SIR-2: 210 to 360 µs a trial and network against 1600 µs for all; 1-2-AX: 260 against 2000)."""


def fastest_layout(replicas: int) -> Layout:
    """The layout in which `replicas` networks run fastest: a few in lanes of units, more of them side by side."""
    return Layout.UNITS if replicas <= FEW else Layout.REPLICAS
