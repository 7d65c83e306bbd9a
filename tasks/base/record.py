"""The record that all models fill: gates, memory, and further named signals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["GateRecord"]

Signal = NDArray[np.floating]


@dataclass(frozen=True, kw_only=True)
class GateRecord:
    """The gates and the memory of a population, step by step.

    Every array is float, with axes (network, step, slot, …). A *slot* is a place in memory with gates of its own: a
    prefrontal stripe, or an LSTM cell. Steps beyond the length of a network's stream hold NaN.

    Attributes
    ----------
    model
        The model that filled the record.
    slots
        Name of each slot.
    input_gate : array (network, step, slot), in [0, 1]
        How far new content was let in: the gate of the maintenance stripe; ``y_in``. Where gates subtract, the
        effective gate: what passes over what would pass with the gate open (`lstm_baseline.gates.effective_gate`).
    forget_gate : array (network, step, slot), in [0, 1]
        How far old content was kept, 1 = all of it: one minus the clearing of the stripe; ``y_φ``.
    output_gate : array (network, step, slot), in [0, 1]
        How far content was let out: the gate of the output stripe; ``y_out``; effective as for `input_gate`.
    memory : array (network, step, slot, unit)
        What the slot holds at the end of the step: the activity that a deep PFC stripe maintains; the CEC state s (one
        unit).
    signals
        What else the model records, by name; each (network, step, …): dopamine, Go, NoGo, …
    manipulations
        What was done to the networks in this run (lesions, clamped gates, …), in the order in which it was applied.
    resets : bool array (network, step) or None
        Where the model reset its memory to 0 before the step. None: nowhere.
    open_above : float, in [0, 1)
        A gate counts as open where its value is larger: the threshold of the model, or half where it has none.
    """

    model: str
    slots: tuple[str, ...]
    input_gate: Signal
    forget_gate: Signal
    output_gate: Signal
    memory: Signal
    signals: Mapping[str, Signal] = field(default_factory=dict)
    manipulations: tuple[Any, ...] = ()
    resets: NDArray[np.bool_] | None = None
    open_above: float = 0.5
