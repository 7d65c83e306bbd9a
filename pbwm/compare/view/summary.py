"""The summary of a step: its inputs, and the response, gates, memory and signals of every model."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.view.history import Visited
from tasks.base.anatomy import Observation
from tasks.base.task import TaskSpec

__all__ = ["plain", "step_summary"]

GATES = ("input_gate", "forget_gate", "output_gate")


def plain(values: Any) -> Any:
    """Numbers, or arrays of them, as JSON: null for NaN, text for infinity."""
    if isinstance(values, np.ndarray) and values.ndim:
        return [plain(value) for value in values]
    number = float(values)
    return number if np.isfinite(number) else None if np.isnan(number) else repr(number)


def step_summary(spec: TaskSpec, number: int, step: Visited, observed: Mapping[str, Observation]) -> dict[str, Any]:
    """The summary of step `number` (`pbwm.compare.view.protocol`)."""
    trials = step.trials
    return {
        "step": number,
        "symbols": trials.symbols[0].tolist(),
        "values": plain(trials.values[0]),
        "target": int(trials.target[0]),
        "counts": bool(trials.counts[0]),
        "rewarded": bool(trials.rewarded[0]),
        "event": "" if step.by_hand else spec.events[int(trials.event[0])],
        "starts": bool(trials.starts[0]),
        "ideal": trials.ideal_gate[0].tolist(),
        "by_hand": step.by_hand,
        "learned": step.learned,
        "models": {name: of_model(observation) for name, observation in observed.items()},
    }


def of_model(observation: Observation) -> dict[str, Any]:
    """Behavior of one model."""
    outcome, record = observation.outcome, observation.outcome.record
    told: dict[str, Any] = {"response": int(outcome.response[0, 0]), "correct": bool(outcome.correct[0, 0])}
    if record is None:
        return told | {"slots": [], "gates": {}, "memory": [], "signals": {}}
    return told | {
        "slots": list(record.slots),
        "gates": {gate: plain(getattr(record, gate)[0, 0]) for gate in GATES},
        "memory": plain(record.memory[0, 0]),
        "signals": {name: plain(signal_of_step(values[0, 0])) for name, values in record.signals.items()},
        "manipulations": [repr(what) for what in outcome.manipulations],
    }


def signal_of_step(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """A signal at one step; the largest value if there are several."""
    values = np.asarray(values)
    return values.max(0) if values.ndim == 2 else values
