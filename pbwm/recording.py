"""What a run writes down, and the gate record made of it."""

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pbwm.kernels.storage import Notes
from pbwm.kernels.tables import CYCLES, Net
from pbwm.layout import Addresses, Places
from tasks.base.lanes import aligned_zeros
from tasks.base.record import GateRecord

__all__ = ["NoteReader", "gate_record", "new_notes"]

CHECKS = 2
"""Gate checks in a trial."""


def new_notes(net: Net, dtype: DTypeLike, steps: int, on: bool, cycles: bool = False) -> Notes:
    """Room for the notes of a block over `steps` steps."""
    noted, deep = steps if on else 1, net.layers[net.roles.maintenance_deep]
    stripes = net.roles.maintenance_stripes + net.roles.output_stripes

    def room(count: int) -> NDArray[np.floating]:
        return aligned_zeros(max(1, count), dtype)

    return Notes(
        on=on,
        cycles_on=cycles,
        response=room(steps),
        unit_error=room(steps),
        dopamine=room(noted),
        prediction=room(noted),
        gate=room(noted * CHECKS * stripes),
        gpi_thalamus=room(noted * CHECKS * stripes),
        go=room(noted * CHECKS * stripes),
        nogo=room(noted * CHECKS * stripes),
        maintained=room(noted * int(deep.stop - deep.start)),
        cycles=room(CYCLES * len(net.occupied) if cycles else 1),
    )


class NoteReader:
    """Notes of all blocks as arrays by replica; `live` (replica, step) tells the steps that a stream has."""

    def __init__(self, notes: list[Notes], places: Places, live: NDArray[np.bool_]) -> None:
        self.notes, self.places, self.live = notes, places, live

    def rows(self, name: str, *shape: int, addresses: Addresses) -> NDArray[np.floating]:
        """Rows of `shape` followed by those that `addresses` point into: array (replica, *shape, *addresses)."""
        layout, replicas, found = self.places.layout, len(self.live), []
        for first, notes in zip(range(0, replicas, layout.networks), self.notes, strict=True):
            rows = getattr(notes, name)
            count = shape[0] if len(shape) == 1 else int(np.prod(shape))
            inner = rows[: len(rows) // count * count].reshape(*shape, -1, rows.shape[1])
            found.append(layout.read(inner, addresses, min(layout.networks, replicas - first)))
        return np.concatenate(found)

    def each_step(self, name: str, *shape: int, addresses: Addresses | None = None) -> NDArray[np.float64]:
        """A note of every step, NaN beyond a replica's stream; without addresses one of the network."""
        whole = self.places.rows(1) if addresses is None else addresses
        values = self.rows(name, self.live.shape[1], *shape, addresses=whole).astype(np.float64)
        values[~self.live] = np.nan
        return values[..., 0] if addresses is None else values


def gate_record(model: str, reader: NoteReader) -> GateRecord:
    """The record of a run."""
    places = reader.places
    circuit, stripes = places.circuit, places.circuit.stripes
    deep = circuit.layer("pfc_maintenance_deep")
    held = places.layers[deep].units.reshape(stripes, -1)
    gate = reader.each_step("gate", CHECKS, addresses=places.stripes)
    opened = gate[:, :, :, :stripes].max(2)
    return GateRecord(
        model=model,
        slots=tuple(f"stripe {i + 1}" for i in range(stripes)),
        input_gate=opened,
        forget_gate=np.where(np.isnan(opened), np.nan, np.where(opened > 0, 0.0, 1.0)),
        output_gate=gate[:, :, 0, stripes:],
        memory=reader.each_step("maintained", addresses=held),
        signals={
            "dopamine": reader.each_step("dopamine"),
            "reward_prediction": reader.each_step("prediction"),
            "go": reader.each_step("go", CHECKS, addresses=places.stripes),
            "nogo": reader.each_step("nogo", CHECKS, addresses=places.stripes),
            "gpi_thalamus": reader.each_step("gpi_thalamus", CHECKS, addresses=places.stripes),
            "gate": gate,
        },
    )
