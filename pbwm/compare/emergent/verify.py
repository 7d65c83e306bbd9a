"""Replay of trials of the reference simulation from its weights, with comparison of all variables.

Gates and responses must be equal. Other variables must agree within a fixed tolerance, or within the difference between
the float32 and float64 versions of our network, whichever is larger.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.table import Table
from rich.text import Text

from pbwm.circuit import Circuit
from pbwm.compare.emergent.files import (
    LAYERS,
    PREDICTION,
    cycle_activities,
    entry,
    numbers,
    read_json,
    records,
    reference_order,
    reference_weights,
    snapshot_cycle,
    trial_block,
)
from pbwm.compare.errors import ResultsError
from pbwm.errors import PBWMError
from pbwm.learner import PBWM
from pbwm.params import PBWMParams
from tasks.sir import SIR

__all__ = ["Deviation", "VerifyReport", "format_report", "verify_files"]

ACTIVITY_TOLERANCE = 1e-4
"""Largest allowed deviation of an activity."""

OTHER_TOLERANCE = 1e-5
"""Largest allowed deviation of other variables."""

GATE_SNAPSHOTS = ("after_cycle_18", "after_cycle_68")
EXACT = ("response", "error")

Values = dict[str, NDArray[np.floating]]


@dataclass(frozen=True, kw_only=True)
class Deviation:
    """Deviation of one variable from the reference.

    Attributes
    ----------
    largest, trial
        The largest deviation, and its trial.
    drift
        Largest difference between our float32 and float64 networks so far.
    first_beyond
        The first trial beyond the tolerance, or None.
    """

    quantity: str
    largest: float
    trial: int
    drift: float
    first_beyond: int | None

    @property
    def passed(self) -> bool:
        """Whether every trial is within tolerance."""
        return self.first_beyond is None


@dataclass(frozen=True, kw_only=True)
class VerifyReport:
    """Result of a replay. Trials are numbered from 0; None: no difference."""

    trials: int
    deviations: tuple[Deviation, ...]
    first_gate: int | None
    first_response: int | None
    first_error: int | None

    @property
    def passed(self) -> bool:
        """Whether deviations are within tolerance, and gates, responses and errors equal."""
        exact = (self.first_gate, self.first_response, self.first_error)
        return all(d.passed for d in self.deviations) and all(first is None for first in exact)


class Replay:
    """Our network, with the reference's weights, on its trials."""

    def __init__(self, weights: Any, dtype: str) -> None:
        spec = SIR.reference_simulation().spec
        self.network = PBWM(spec, networks=range(1), params=PBWMParams.reference_simulation(), dtype=dtype)
        self.network.set_weights(reference_weights(weights, self.network.circuit))
        self.order = {layer: reference_order(layer, self.network.circuit) for layer in LAYERS}

    def ordered(self, layer: str, values: NDArray[np.floating]) -> NDArray[np.floating]:
        """Values of our units, last axis, in the reference's order."""
        out = np.empty_like(values)
        out[..., self.order[layer]] = values
        return out

    def step(self, trial: Any, every_cycle: Iterable[int]) -> Values:
        """Run one trial; return the compared variables."""
        outcome, cycles = self.network.trace_step(trial_block(trial))
        circuit, starts = self.network.circuit, self.network.circuit.starts()
        shots = [snapshot_cycle(shot) for shot in records(trial, "events", "a trial of the trace")]
        found: Values = {}
        whole = []
        for layer in LAYERS:
            i = circuit.layer(layer)
            act = self.ordered(layer, cycles[:, starts[i] : starts[i + 1], 0])
            found[f"activity of {layer}"] = act[shots]
            whole.append(act[list(every_cycle)])
        found["activity in every cycle"] = np.concatenate(whole, axis=1)
        if outcome.record is None:
            raise PBWMError("a traced step has no record")
        signals = outcome.record.signals
        found["gate"] = self.ordered("gpi_thalamus", signals["gate"][0, 0])
        found["dopamine"] = signals["dopamine"][0, 0]
        found["reward prediction"] = signals["reward_prediction"][0, 0]
        found["response"] = outcome.response[0].astype(np.float64)
        found["error"] = outcome.measures["unit_error"][0].astype(np.float64)
        return found | self.after()

    def after(self) -> Values:
        """Content and weights of the network after a trial."""
        network, circuit, starts = self.network, self.network.circuit, self.network.circuit.starts()
        state = {name: values[0].astype(np.float64) for name, values in network.state().items()}
        weights, traces = network.weights(), network.traces()
        found = {
            "path scales": state["scale"],
            "conductance of the reward prediction": state["network prediction_ge"],
            "acetylcholine": state["network acetylcholine"],
            "weights of the reward prediction": state["prediction_weight"],
        }
        output = circuit.layer("output")
        found["activity of output, minus phase"] = state["units act_minus"][starts[output] : starts[output + 1]]
        for layer in ("pfc_maintenance_deep", "pfc_output_deep"):
            i = circuit.layer(layer)
            found[f"content of {layer}"] = state["units maintained"][starts[i] : starts[i + 1]]
        for layer in ("matrix_go", "matrix_nogo"):
            name = f"control_input->{layer}"
            found[f"traces into {layer}"] = self.ordered(layer, traces[name].ravel())
            found[f"weights into {layer}"] = self.ordered(layer, weights[name].ravel())
        return found


def reference_values(trial: Any, every_cycle: Mapping[int, Any], circuit: Circuit) -> Values:
    """The reference's variables in a trial, by the names of `Replay.step`."""
    where = "a trial of the trace"
    shots = records(trial, "events", where)
    last = shots[-1]

    def of(shot: Any, layer: str, key: str) -> NDArray[np.float64]:
        return numbers(entry(shot, layer, "a snapshot"), key, f"layer {layer!r}")

    found: Values = {}
    whole = []
    for ours, theirs in LAYERS.items():
        found[f"activity of {ours}"] = stacked([of(shot, theirs, "Act") for shot in shots], theirs)
        rows = [numbers(row, theirs, "a row of 'cycle_acts'") for row in every_cycle.values()]
        whole.append(stacked(rows, theirs))
    found["activity in every cycle"] = np.concatenate(whole, axis=1)
    gpi, labels = LAYERS["gpi_thalamus"], [entry(shot, "label", "a snapshot") for shot in shots]
    gates = [of(shot, gpi, "GateAct") for shot, label in zip(shots, labels, strict=True) if label in GATE_SNAPSHOTS]
    found["gate"] = stacked(gates, gpi)
    found["dopamine"] = numbers(trial, "DA", where)
    found["reward prediction"] = of(last, PREDICTION, "Act").sum()
    found["activity of output, minus phase"] = numbers(trial, "Output_ActM", where)
    found["response"] = np.array([np.argmax(np.append(found["activity of output, minus phase"], -1.0))], np.float64)
    found["error"] = np.atleast_1d(numbers(trial, "TrlErr", where))
    scales = entry(trial, "gscale", where)
    names = [f"{LAYERS[p.sender]}To{LAYERS[p.target]}" for p in circuit.paths]
    found["path scales"] = np.array([numbers(scales, name, "'gscale'") for name in names])
    found["conductance of the reward prediction"] = of(last, PREDICTION, "Ge")
    found["acetylcholine"] = np.atleast_1d(of(last, LAYERS["matrix_go"], "ACh"))
    senders = [LAYERS[name] for name in circuit.prediction]
    columns = [np.atleast_1d(numbers(trial, f"{sender}To{PREDICTION}_Wt", where)) for sender in senders]
    found["weights of the reward prediction"] = np.concatenate(columns)
    for layer in ("pfc_maintenance_deep", "pfc_output_deep"):
        found[f"content of {layer}"] = of(last, LAYERS[layer], "Maint")
    for layer in ("matrix_go", "matrix_nogo"):
        found[f"traces into {layer}"] = numbers(trial, f"{LAYERS[layer]}_Tr_by_recv", where)
        found[f"weights into {layer}"] = numbers(trial, f"{LAYERS[layer]}_Wt_by_recv", where)
    return found


def stacked(rows: list[NDArray[np.float64]], layer: str) -> NDArray[np.float64]:
    """Rows of one layer as an array (row, unit)."""
    if len({row.shape for row in rows}) > 1:
        raise ResultsError(f"layer {layer!r} changes its size from one snapshot to another; give an unchanged file")
    return np.stack(rows) if rows else np.empty((0, 0))


def farthest(ours: NDArray[np.floating], theirs: NDArray[np.floating], what: str) -> float:
    """Largest absolute deviation; infinite if a value is not finite."""
    if np.size(ours) == 0 and np.size(theirs) == 0:
        return 0.0
    if np.shape(ours) != np.shape(theirs):
        raise ResultsError(
            f"{what}: the reference has shape {np.shape(theirs)}, our network {np.shape(ours)}; give a trace of the "
            "reference SIR-2 network (4 stimuli, 8 + 8 stripes)"
        )
    return float(np.nan_to_num(np.abs(ours - theirs), nan=np.inf, posinf=np.inf).max())


def replays(weights: Any, trace: Any) -> Iterator[tuple[Values, Values, Values]]:
    """By trial: the reference, our float32 network, and our float64 network."""
    single, double = Replay(weights, "float32"), Replay(weights, "float64")
    for i, trial in enumerate(records(trace, "trials", "the trace file")):
        every_cycle = cycle_activities(trace, i)
        theirs = reference_values(trial, every_cycle, single.network.circuit)
        yield theirs, single.step(trial, every_cycle), double.step(trial, every_cycle)


class Judge:
    """The deviations of one variable, trial by trial."""

    def __init__(self, quantity: str) -> None:
        self.quantity = quantity
        self.tolerance = ACTIVITY_TOLERANCE if quantity.startswith("activity") else OTHER_TOLERANCE
        self.largest, self.trial, self.drift = 0.0, 0, 0.0
        self.first_beyond: int | None = None

    def see(self, trial: int, deviation: float, drift: float) -> None:
        """Enter a trial: its deviation from the reference, and our own drift."""
        self.drift = max(self.drift, drift)
        if deviation > self.largest:
            self.largest, self.trial = deviation, trial
        if self.first_beyond is None and not deviation <= max(self.tolerance, self.drift):
            self.first_beyond = trial

    def verdict(self) -> Deviation:
        return Deviation(
            quantity=self.quantity,
            largest=self.largest,
            trial=self.trial,
            drift=self.drift,
            first_beyond=self.first_beyond,
        )


def verify_files(weights: Path, trace: Path) -> VerifyReport:
    """Replay the trace file `trace` from the weights file `weights`.

    Raises
    ------
    ResultsError
        If a file cannot be read, or lacks something.
    PBWMWeightsError
        If a weight is not a number in [0, 1].
    """
    judges: dict[str, Judge] = {}
    first: dict[str, int] = {}
    count = 0
    for trial, (theirs, ours, exact) in enumerate(replays(read_json(weights), read_json(trace))):
        count += 1
        if not np.array_equal(theirs["gate"] > 0, ours["gate"] > 0):
            first.setdefault("gate", trial)
        for name in EXACT:
            if not np.array_equal(theirs[name], ours[name]):
                first.setdefault(name, trial)
        for name in ours.keys() - set(EXACT):
            deviation = farthest(ours[name], theirs[name], f"{name} in trial {trial}")
            judges.setdefault(name, Judge(name)).see(trial, deviation, farthest(ours[name], exact[name], name))
    return VerifyReport(
        trials=count,
        deviations=tuple(judges[name].verdict() for name in sorted(judges)),
        first_gate=first.get("gate"),
        first_response=first.get("response"),
        first_error=first.get("error"),
    )


BEYOND = "bold red"


def format_report(report: VerifyReport) -> Table:
    """The report as a table for the terminal."""
    table = Table(title=f"Replay of {report.trials} trials of the reference simulation")
    table.add_column("largest deviation of", no_wrap=True)
    for column in ("", "in trial", "own drift"):
        table.add_column(column, justify="right")
    table.add_column("")
    for d in report.deviations:
        verdict = "within" if d.passed else Text(f"BEYOND from trial {d.first_beyond} on", style=BEYOND)
        table.add_row(d.quantity, f"{d.largest:.1e}", str(d.trial), f"{d.drift:.1e}", verdict)
    exact = {
        "gates, open or closed": report.first_gate,
        "responses": report.first_response,
        "errors": report.first_error,
    }
    for name, trial in exact.items():
        verdict = "the same" if trial is None else Text(f"first differs in trial {trial}", style=BEYOND)
        table.add_row(name, "", "", "", verdict)
    passed = "passed: all within tolerance" if report.passed else "failed: see the rows beyond tolerance"
    table.caption = (
        f"{passed}. Allowed: {ACTIVITY_TOLERANCE:g} for activities, {OTHER_TOLERANCE:g} for the rest, or our own drift "
        "(float32 against float64) up to that trial"
    )
    return table
