"""The measures that a run records, and the gate record that they form."""

from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pbwm.kernels.storage import MODULATORS, Notes
from pbwm.kernels.tables import CYCLES, FEEDBACK, THALAMUS, Net
from pbwm.layout import Addresses, Places
from tasks.base.record import GateRecord
from tasks.engine.lanes import LANES, aligned_zeros

CONTENTS = ("held", "displaced", "rejected")
"""The contents of a stripe whose values cortex feeds back."""

__all__ = ["Before", "NoteReader", "gate_record", "new_notes"]


def new_notes(net: Net, dtype: DTypeLike, steps: int, on: bool, cycles: bool = False) -> Notes:
    """Arrays for the notes of a block over `steps` steps."""
    noted, deep = steps if on else 1, net.layers[net.roles.maintenance_deep]
    checked = noted * net.gate.checks
    stripes = net.roles.maintenance_stripes + net.roles.output_stripes
    nuclei = stripes if net.layers[net.roles.gate].kind == THALAMUS else 0
    credited = noted * stripes if net.striatum.rule == FEEDBACK else 0
    striatal = (net.paths["contacts"] * net.paths["receivers"])[net.paths["striatal"]].sum() if credited else 0

    def room(count: int) -> NDArray[np.floating]:
        return aligned_zeros(max(1, count), dtype)

    return Notes(
        on=on,
        cycles_on=cycles,
        response=room(steps),
        unit_error=room(steps),
        dopamine=room(noted),
        prediction=room(noted),
        gate=room(checked * stripes),
        effective=room(checked * stripes),
        gating=room(checked * stripes),
        gpi=room(checked * nuclei),
        gpe=room(checked * nuclei),
        stn=room(checked * nuclei),
        go=room(checked * stripes),
        nogo=room(checked * stripes),
        maintained=room(noted * int(deep.stop - deep.start)),
        match=room(noted * net.roles.maintenance_stripes if net.roles.match >= 0 else 0),
        count=room(noted * net.roles.maintenance_stripes),
        held=room(credited),
        displaced=room(credited),
        rejected=room(credited),
        dopamine_go=room(credited),
        dopamine_nogo=room(credited),
        go_tag=room(noted * int(striatal)),
        nogo_tag=room(noted * int(striatal)),
        cycles=room(CYCLES * len(net.occupied) if cycles else 1),
        modulators=room(CYCLES * len(MODULATORS) if cycles else 1),
    )


class NoteReader:
    """Notes of all blocks by network; `live` (network, step) marks the streams."""

    def __init__(self, notes: list[Notes], places: Places, live: NDArray[np.bool_], checks: int = 1) -> None:
        self.notes, self.places, self.live, self.checks = notes, places, live, checks

    def rows(self, name: str, *shape: int, addresses: Addresses) -> NDArray[np.floating]:
        """Rows of `shape` and `addresses` as an array (network, *shape, *addresses)."""
        layout, networks, found = self.places.layout, len(self.live), []
        each = int(addresses.max()) // layout.stride + 1
        for first, notes in zip(range(0, networks, layout.networks), self.notes, strict=True):
            rows = getattr(notes, name)[: prod(shape) * each].reshape(*shape, each, LANES)
            found.append(layout.read(rows, addresses, min(layout.networks, networks - first)))
        return np.concatenate(found)

    def each_step(self, name: str) -> NDArray[np.floating]:
        """A note with one value per step: (network, step)."""
        return self.rows(name, self.live.shape[1], addresses=self.places.rows(1))[..., 0]

    def live_steps(self, name: str, *shape: int, addresses: Addresses | None = None) -> NDArray[np.float64]:
        """A note for a record: float64, NaN beyond a stream."""
        steps = self.live.shape[1]
        values = self.each_step(name) if addresses is None else self.rows(name, steps, *shape, addresses=addresses)
        shown = values.astype(np.float64)
        shown[~self.live] = np.nan
        return shown


class Before(NamedTuple):
    """State before the steps of a record.

    Attributes
    ----------
    clocks : array (network, stripe)
        Counts of the maintenance stripes before the run.
    reset : bool array (network, step)
        Whether memory is reset before a step.
    """

    clocks: NDArray[np.floating]
    reset: NDArray[np.bool_]


def credit_signals(reader: NoteReader, net: Net) -> dict[str, NDArray[np.float64]]:
    """Feedback from cortex: values and dopamine by stripe, tags by stripe and sender."""
    if net.striatum.rule != FEEDBACK:
        return {}
    places, circuit = reader.places, reader.places.circuit
    n = circuit.stripes
    by_content = {f"{name}_worth": reader.live_steps(name, addresses=places.stripes)[..., :n] for name in CONTENTS}
    dopamine = {
        f"stripe_{name}": reader.live_steps(name, addresses=places.stripes) for name in ("dopamine_go", "dopamine_nogo")
    }
    paths = [(path, row) for path, row in zip(circuit.paths, net.paths, strict=True) if path.striatal]
    synapses = [places.synapses(path, row.first_trace).ravel() for path, row in paths]
    flat, go = np.concatenate(synapses), len(synapses[0])  # the first path leads from control to Go
    tags = {}
    for name in ("go_tag", "nogo_tag"):
        values = reader.live_steps(name, addresses=flat)[..., :go]
        tags[name] = values.reshape(*values.shape[:2], len(places.stripes), go // len(places.stripes))[:, :, :n]
    return by_content | dopamine | tags


def match_signal(reader: NoteReader, net: Net) -> dict[str, NDArray[np.float64]]:
    """The strongest match unit of each stripe after a trial."""
    if net.roles.match < 0:
        return {}
    return {"pfc_match": reader.live_steps("match", addresses=reader.places.stripes[: reader.places.circuit.stripes])}


def gate_record(model: str, reader: NoteReader, first: Before, manipulations: tuple[Any, ...], net: Net) -> GateRecord:
    """The record of a run of the network `net`."""
    places = reader.places
    circuit, stripes = places.circuit, places.circuit.stripes
    deep = circuit.layer("pfc_maintenance_deep")
    held = places.layers[deep].units.reshape(stripes, -1)

    def checked(note: str) -> NDArray[np.float64]:
        return reader.live_steps(note, reader.checks, addresses=places.stripes)

    gate, effective = checked("gate"), checked("effective")
    opened = gate[:, :, :, :stripes].max(2)
    gating = next(layer for layer in circuit.layers if layer.gates)
    explicit = ("gpi", "gpe", "stn", "effective") if gating.kind == THALAMUS else ()
    count = reader.live_steps("count", addresses=places.stripes[:stripes])
    before = np.concatenate([first.clocks[:, None], count[:, :-1]], axis=1)
    before = np.where(first.reset[..., None], -1.0, before)
    let_go = (opened > 0) | ((before >= 0) & (count < 0))
    return GateRecord(
        model=model,
        slots=tuple(f"stripe {i + 1}" for i in range(stripes)),
        input_gate=effective[:, :, :, :stripes].max(2),
        forget_gate=np.where(np.isnan(opened), np.nan, np.where(let_go, 0.0, 1.0)),
        output_gate=effective[:, :, 0, stripes:]
        if circuit.stripe_groups == 2
        else np.where(np.isnan(opened), np.nan, 1.0),
        memory=reader.live_steps("maintained", addresses=held),
        signals={
            "dopamine": reader.live_steps("dopamine"),
            "reward_prediction": reader.live_steps("prediction"),
            "matrix_go": checked("go"),
            "matrix_nogo": checked("nogo"),
            gating.name: checked("gating"),
            **{name if name != "effective" else "effective_gate": checked(name) for name in explicit},
            "gate": gate,
            **match_signal(reader, net),
            **credit_signals(reader, net),
        },
        manipulations=manipulations,
        resets=first.reset & reader.live,
        input_open=opened > 0,
        output_open=gate[:, :, 0, stripes:] > 0 if circuit.stripe_groups == 2 else None,
    )
