"""Places of units, pools, and synapses in rows of sixteen numbers (see `pbwm.kernels.layout`)."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pbwm.circuit import Circuit, Layer, Path, Wiring
from pbwm.errors import PBWMParameterError
from pbwm.kernels.tables import RECEIVERS_TOGETHER
from tasks.engine.lanes import LANES

__all__ = ["Addresses", "Layout", "Places", "fastest_layout"]

Addresses = NDArray[np.int64]


class Layout(StrEnum):
    """Content of the lanes of a row."""

    NETWORKS = "networks in lanes"
    UNITS = "units in lanes"

    @property
    def networks(self) -> int:
        """Networks in one block of memory."""
        return LANES if self is Layout.NETWORKS else 1

    @property
    def stride(self) -> int:
        """Addresses in one row."""
        return 1 if self is Layout.NETWORKS else LANES

    def read(self, rows: NDArray[np.floating], addresses: Addresses, networks: int) -> NDArray[np.floating]:
        """Values of `networks` networks: (…, row, 16) as (network, …, *addresses)."""
        if self is Layout.NETWORKS:
            return np.moveaxis(rows[..., :networks], -1, 0)[..., addresses]
        return rows.reshape(*rows.shape[:-2], rows.shape[-2] * LANES)[..., addresses][None]

    def write(
        self, rows: NDArray[np.floating], addresses: Addresses, network: int, values: NDArray[np.generic]
    ) -> None:
        """Write values of one network into (row, 16)."""
        if self is Layout.NETWORKS:
            rows[addresses, network] = values
        else:
            rows[addresses // LANES, addresses % LANES] = values


@dataclass(frozen=True)
class LayerPlace:
    """Place of a layer: `columns` × `depth` rows, and addresses of units and pools."""

    columns: int
    depth: int
    units: Addresses
    pools: Addresses

    @classmethod
    def of(cls, layer: Layer, layout: Layout) -> "LayerPlace":
        """Columns of a layer: pools if striped; else units, or sixteenths of a large layer."""
        depth = layer.size if layer.striped else -(-layer.units // LANES) if layer.large else 1
        column, row = np.divmod(np.arange(layer.units), depth)
        columns = int(column[-1]) + 1
        if layout is Layout.NETWORKS:
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
    """Addresses of the units, pools, and synapses of a circuit."""

    circuit: Circuit
    layout: Layout

    def rows(self, count: int) -> Addresses:
        """Addresses of the first `count` rows."""
        return np.arange(count) * self.layout.stride

    @cached_property
    def layers(self) -> tuple[LayerPlace, ...]:
        """Every layer's place."""
        return tuple(LayerPlace.of(layer, self.layout) for layer in self.circuit.layers)

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """First row of units of each layer, and number of rows."""
        if self.layout is Layout.NETWORKS:
            return self.circuit.starts()
        return np.concatenate([[0], np.cumsum([place.columns * place.depth for place in self.layers])])

    @cached_property
    def occupied(self) -> NDArray[np.int64]:
        """Lanes with a unit, by row of units."""
        if self.layout is Layout.NETWORKS:
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
        """Addresses of all pools: of each layer, then its stripes."""
        found, first, stride = [], 0, self.layout.stride
        for place, layer in zip(self.layers, self.circuit.layers, strict=True):
            found.append(np.array([first * stride]))
            first += 1
            if layer.pooled:
                found.append(first * stride + place.pools)
                first += place.columns
        return np.concatenate(found)

    def senders(self, path: Path) -> tuple[NDArray[np.int64], bool]:
        """Senders of every row of receivers of a path, (row, contact), and whether a row shares them.

        Shared senders are addresses; others are rows that hold the senders in the receivers' lanes.

        Raises
        ------
        PBWMParameterError
            If receivers in one row have senders in several rows.
        """
        sending = self.of_layer(self.circuit.layer(path.sender))[self.circuit.senders(path)][:, self.order(path)]
        if self.layout is Layout.NETWORKS:
            return sending, True
        row, lane = np.divmod(self.receivers(path), LANES)
        row -= self.first_row_to(path)
        first = np.unique(row, return_index=True)[1]
        if (sending == sending[first[row]]).all():
            return np.asarray(sending[first], np.int64), True
        rows = sending // LANES
        if (rows == rows[first[row]]).all() and (sending % LANES == lane[:, None]).all():
            return np.asarray(rows[first], np.int64), False
        raise PBWMParameterError(
            f"path {path.name!r}: receivers that lie in one row have senders in several; "
            f"build the network with layout = {Layout.NETWORKS!r}"
        )

    def receivers(self, path: Path) -> Addresses:
        """Addresses of the receivers of a path, from the first row of their layer."""
        return self.layers[self.circuit.layer(path.target)].units[self.circuit.receivers(path)]

    def first_row_to(self, path: Path) -> int:
        """First row of the receivers of a path."""
        return int(self.receivers(path).min()) // self.layout.stride

    @cached_property
    def _synapses(self) -> dict[tuple[Path, int], Addresses]:
        return {}

    def synapses(self, path: Path, first: int) -> Addresses:
        """Addresses (receiver, contact) of the synapses of a path from row `first`."""
        known = self._synapses.get((path, first))
        if known is None:
            known = self._synapses[path, first] = self._find_synapses(path, first)
            known.flags.writeable = False
        return known

    def _find_synapses(self, path: Path, first: int) -> Addresses:
        receivers: Addresses = self.receivers(path)[:, None] - self.first_row_to(path) * self.layout.stride
        next_one, next_row = self.steps(path)
        contact: Addresses = np.argsort(self.order(path)) * next_one
        found: Addresses = first + receivers * next_row + contact
        if self.layout is Layout.UNITS:
            found = (first + (receivers // LANES) * next_row + contact) * LANES + receivers % LANES
        return found

    def order(self, path: Path) -> NDArray[np.intp]:
        """Order in which contacts are summed and stored: by unit or, from large layers, by place."""
        sender = self.circuit.layers[self.circuit.layer(path.sender)]
        if path.wiring is Wiring.FULL and sender.large:
            return np.argsort(LayerPlace.of(sender, Layout.UNITS).units)
        return np.arange(self.circuit.senders(path).shape[1])

    def rows_to(self, path: Path) -> int:
        """Rows of receivers of a path (of dense paths with units in lanes, a multiple of four)."""
        rows = int(self.receivers(path).max()) // self.layout.stride + 1 - self.first_row_to(path)
        if self.layout is Layout.NETWORKS or not self.by_sender(path) or rows == 1:
            return rows
        return -(-rows // RECEIVERS_TOGETHER) * RECEIVERS_TOGETHER

    def by_sender(self, path: Path) -> bool:
        """Whether synapses are stored by sender, so that silent senders are skipped."""
        return path.wiring is Wiring.FULL and not path.striatal

    def steps(self, path: Path) -> tuple[int, int]:
        """Rows between contacts of a receiver, and between rows of receivers."""
        if self.by_sender(path):
            return self.rows_to(path), 1
        return 1, self.circuit.senders(path).shape[1]

    @cached_property
    def stripes(self) -> Addresses:
        """Addresses of the stripes, those of maintenance first."""
        return next((place.units for place in self._gates()), np.zeros(0, np.int64))

    def of_stripe(self, stripe: int) -> tuple[int, int | slice]:
        """Row and lanes of a stripe in arrays (…, row, 16).

        Output stripes follow maintenance stripes.
        """
        row, lane = divmod(int(self.stripes[stripe]), self.layout.stride)
        return row, slice(None) if self.layout is Layout.NETWORKS else lane

    @property
    def stripe_number(self) -> NDArray[np.int64]:
        """The stripe in each lane of stripe rows, (row, lane); −1: none."""
        return self._numbers(self.stripe_rows, self.stripes)

    @property
    def unit_number(self) -> NDArray[np.int64]:
        """The unit in each lane, counted over all layers, (row, lane); −1: none."""
        if self.layout is Layout.NETWORKS:
            return np.full((1, LANES), -1)
        return self._numbers(int(self.starts[-1]), self.units)

    def _numbers(self, rows: int, addresses: Addresses) -> NDArray[np.int64]:
        if self.layout is Layout.NETWORKS:
            return np.repeat(np.arange(rows)[:, None], LANES, axis=1)
        numbers = np.full(rows * LANES, -1)
        numbers[addresses] = np.arange(len(addresses))
        return numbers.reshape(-1, LANES)

    @property
    def stripe_rows(self) -> int:
        """Rows that hold the stripes."""
        return next((place.columns * place.depth for place in self._gates()), 0)

    def _gates(self) -> list[LayerPlace]:
        return [place for place, layer in zip(self.layers, self.circuit.layers, strict=True) if layer.gates]


LAYER, UNIT_ROW, SYNAPSE_ROW = 8.2, 1.24, 0.033
"""Cost of a layer, a row of units, and a row of synapses of a network, in µs a trial."""

UNIT, SYNAPSE = 2.14, 0.063
"""Cost of a unit and a synapse in sixteen networks, in µs a trial; fitted to the times of 37 networks with 142 to 1909
units (docs/speed.md)."""


def fastest_layout(circuit: Circuit, networks: int) -> Layout:
    """The fastest layout for up to sixteen `networks`.

    With networks in lanes, the cost does not depend on their number; with units in lanes, it is proportional.
    """
    places = Places(circuit, Layout.UNITS)
    synapses = sum(circuit.senders(path).size for path in circuit.paths)
    synapse_rows = sum(places.rows_to(path) * circuit.senders(path).shape[1] for path in circuit.paths)
    alone = LAYER * len(circuit.layers) + UNIT_ROW * len(places.occupied) + SYNAPSE_ROW * synapse_rows
    together = UNIT * int(circuit.starts()[-1]) + SYNAPSE * synapses
    return Layout.UNITS if networks * alone < together else Layout.NETWORKS
