"""Does our network do what the reference simulation did? Replay its trials from its weights, and compare everything.

Activities are compared at every snapshot, gates and responses exactly. Rounding makes any two implementations drift:
the float32 and the float64 version of our own network, run over the same trials, show by how much. The reference is
held to 1e-4, or to that drift where it is larger.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from pbwm.compare.errors import ResultsError
from pbwm.compare.reference import (
    LAYERS,
    PREDICTION,
    entry,
    read_json,
    reference_order,
    reference_weights,
    trial_block,
)
from pbwm.learner import PBWM
from pbwm.params import PBWMParams
from tasks.sir import SIR

__all__ = ["Deviation", "VerifyReport", "format_report", "verify_files"]

TOLERANCE = 1e-4
"""Largest deviation allowed, absolute (activities, traces, weights, dopamine are of order 1)."""

GATE_SNAPSHOTS = ("after_cycle_18", "after_cycle_68")


@dataclass(frozen=True, kw_only=True)
class Deviation:
    """How far one quantity departs from the reference: the largest deviation, its trial, and our own rounding drift."""

    quantity: str
    largest: float
    trial: int
    drift: float

    @property
    def allowed(self) -> float:
        """The tolerance, or our own drift where that is larger."""
        return max(TOLERANCE, self.drift)

    @property
    def passed(self) -> bool:
        """Whether the deviation is within what is allowed (NaN is not)."""
        return bool(self.largest <= self.allowed)


@dataclass(frozen=True, kw_only=True)
class VerifyReport:
    """What a replay showed. Trials are numbered from 0; None: no trial differs."""

    trials: int
    deviations: tuple[Deviation, ...]
    first_gate: int | None
    first_response: int | None

    @property
    def passed(self) -> bool:
        """Whether all is within tolerance and every gate and response is the reference's."""
        return all(d.passed for d in self.deviations) and self.first_gate is None and self.first_response is None


class Replay:
    """Our network, started from the reference's weights and shown its trials one by one."""

    def __init__(self, weights: Any, dtype: str) -> None:
        spec = SIR.reference_simulation().spec
        self.network = PBWM(spec, replicas=range(1), params=PBWMParams.reference_simulation(), dtype=dtype)
        self.network.set_weights(reference_weights(weights, self.network.circuit))
        self.order = {layer: reference_order(layer, self.network.circuit) for layer in LAYERS}

    def in_reference_order(self, layer: str, values: NDArray[np.floating]) -> NDArray[np.floating]:
        """Values of our units (or of synapses, one per unit) in the reference's order."""
        out = np.empty_like(values)
        out[self.order[layer]] = values
        return out

    def step(self, trial: Any) -> dict[str, NDArray[np.floating]]:
        """One trial: what is compared, by name; gates and the response among it."""
        outcome, cycles = self.network.trace_step(trial_block(trial))
        circuit, starts = self.network.circuit, self.network.circuit.starts()
        found: dict[str, NDArray[np.floating]] = {}
        for layer in LAYERS:
            i = circuit.layer(layer)
            shots = [
                cycles[entry(shot, "cycle", "a snapshot") - 1, starts[i] : starts[i + 1], 0] for shot in trial["events"]
            ]
            found[f"activity of {layer}"] = np.stack([self.in_reference_order(layer, shot) for shot in shots])
        record = outcome.record
        assert record is not None
        gate = record.signals["gate"][0, 0]
        found["gate"] = np.stack([self.in_reference_order("gpi_thalamus", g) for g in gate])
        found["dopamine"] = record.signals["dopamine"][0, 0]
        found["reward prediction"] = record.signals["reward_prediction"][0, 0]
        found["response"] = outcome.response[0].astype(np.float64)
        return found | self.learned()

    def learned(self) -> dict[str, NDArray[np.floating]]:
        """Traces, weights and scales after a trial."""
        network, state = self.network, self.network.state()
        weights, traces = network.weights(), network.traces()
        found = {"path scales": state["scale"][0].astype(np.float64)}
        for layer in ("matrix_go", "matrix_nogo"):
            name = f"control_input->{layer}"
            found[f"traces into {layer}"] = self.in_reference_order(layer, traces[name].ravel())
            found[f"weights into {layer}"] = self.in_reference_order(layer, weights[name].ravel())
        found["weights of the reward prediction"] = state["prediction_weight"][0].astype(np.float64)
        return found


def reference_values(trial: Any, replay: Replay) -> dict[str, NDArray[np.floating]]:
    """What the reference had in one trial, by the names of `Replay.step`."""
    shots = entry(trial, "events", "a trial of the trace")
    found: dict[str, NDArray[np.floating]] = {
        f"activity of {ours}": np.array([entry(entry(shot, theirs, "a snapshot"), "Act", theirs) for shot in shots])
        for ours, theirs in LAYERS.items()
    }
    labels = [entry(shot, "label", "a snapshot") for shot in shots]
    gates = [
        entry(shot[LAYERS["gpi_thalamus"]], "GateAct", LAYERS["gpi_thalamus"])
        for name in GATE_SNAPSHOTS
        for shot, label in zip(shots, labels, strict=True)
        if label == name
    ]
    found["gate"] = np.array(gates, dtype=np.float64)
    found["dopamine"] = np.array(entry(trial, "DA", "a trial of the trace"), dtype=np.float64)
    found["reward prediction"] = np.array(
        entry(entry(shots[-1], PREDICTION, "a snapshot"), "Act", PREDICTION)[0], dtype=np.float64
    )
    found["response"] = np.array([np.argmax(entry(trial, "Output_ActM", "a trial of the trace"))], dtype=np.float64)
    scales = entry(trial, "gscale", "a trial of the trace")
    paths = replay.network.circuit.paths
    found["path scales"] = np.array(
        [entry(scales, f"{LAYERS[p.sender]}To{LAYERS[p.target]}", "'gscale'") for p in paths]
    )
    for layer in ("matrix_go", "matrix_nogo"):
        found[f"traces into {layer}"] = np.array(entry(trial, f"{LAYERS[layer]}_Tr_by_recv", "a trial of the trace"))
        found[f"weights into {layer}"] = np.array(entry(trial, f"{LAYERS[layer]}_Wt_by_recv", "a trial of the trace"))
    senders = [LAYERS[name] for name in replay.network.circuit.prediction]
    columns = [entry(trial, f"{sender}To{PREDICTION}_Wt", "a trial of the trace") for sender in senders]
    found["weights of the reward prediction"] = np.concatenate(columns)
    return found


def farthest(ours: NDArray[np.floating], theirs: NDArray[np.floating], what: str) -> float:
    """The largest absolute deviation; infinite where a value is not a number."""
    if ours.shape != theirs.shape:
        raise ResultsError(
            f"{what}: the reference has shape {theirs.shape}, our network {ours.shape}; give a trace of the reference "
            "SIR-2 network (4 stimuli, 8 + 8 stripes)"
        )
    return float(np.nan_to_num(np.abs(ours - theirs), nan=np.inf, posinf=np.inf).max())


def replays(weights: Any, trace: Any) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Trial by trial: the reference, our float32 network, and our float64 network."""
    single, double = Replay(weights, "float32"), Replay(weights, "float64")
    for trial in entry(trace, "trials", "the trace file"):
        yield reference_values(trial, single), single.step(trial), double.step(trial)


def verify_files(weights: Path, trace: Path) -> VerifyReport:
    """Replay the trace file `trace` from the weights file `weights`.

    Raises
    ------
    ResultsError
        If a file cannot be read, or lacks something.
    PBWMWeightsError
        If a weight is not a number in [0, 1].
    """
    largest: dict[str, tuple[float, int]] = {}
    drift: dict[str, float] = {}
    first_gate = first_response = None
    count = 0
    for count, (theirs, ours, exact) in enumerate(replays(read_json(weights), read_json(trace)), start=1):
        trial = count - 1
        if first_gate is None and not np.array_equal(theirs["gate"] > 0, ours["gate"] > 0):
            first_gate = trial
        if first_response is None and theirs["response"] != ours["response"]:
            first_response = trial
        for name, values in ours.items():
            deviation = farthest(values, theirs[name], f"{name} in trial {trial}")
            if name not in largest or deviation > largest[name][0]:
                largest[name] = (deviation, trial)
            drift[name] = max(drift.get(name, 0.0), farthest(values, exact[name], name))
    if count == 0:
        raise ResultsError(f"{trace} holds no trials; give a trace of the reference simulation")
    deviations = tuple(
        Deviation(quantity=name, largest=size, trial=trial, drift=drift[name])
        for name, (size, trial) in largest.items()
        if name != "response"
    )
    return VerifyReport(trials=count, deviations=deviations, first_gate=first_gate, first_response=first_response)


def format_report(report: VerifyReport) -> Table:
    """The report as a table for the terminal."""
    table = Table(title=f"Replay of {report.trials} trials of the reference simulation")
    table.add_column("quantity")
    for column in ("largest deviation", "in trial", "own drift", "allowed"):
        table.add_column(column, justify="right")
    table.add_column("")
    for d in report.deviations:
        verdict = "within" if d.passed else "[bold red]BEYOND[/]"
        table.add_row(d.quantity, f"{d.largest:.1e}", str(d.trial), f"{d.drift:.1e}", f"{d.allowed:.1e}", verdict)
    for name, first in (("gates", report.first_gate), ("responses", report.first_response)):
        verdict = "all the same" if first is None else f"[bold red]first differs in trial {first}[/]"
        table.add_row(f"{name}, open or closed" if name == "gates" else name, "", "", "", "exact", verdict)
    table.caption = (
        "passed: all within tolerance" if report.passed else "[bold red]failed[/]: see the rows beyond tolerance"
    )
    return table
