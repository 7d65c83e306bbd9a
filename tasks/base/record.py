"""The record of all models: gates, memory, and named signals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["GateRecord"]

Signal = NDArray[np.floating]


@dataclass(frozen=True, kw_only=True)
class GateRecord:
    """Gates and memory of a population, step by step.

    Arrays are float, (network, step, slot, …). A *slot* is a unit of gated memory: a prefrontal stripe, or an LSTM
    cell. Steps beyond a stream are NaN.

    Attributes
    ----------
    model
        The model that filled the record.
    slots
        Name of each slot.
    input_gate : array (network, step, slot), in [0, 1]
        Admission of content: the gate of the maintenance stripe; ``y_in``. If gates subtract, the effective gate
        (`lstm_baseline.gates.effective_gate`).
    forget_gate : array (network, step, slot), in [0, 1]
        Retention of content: one minus the clearing of the stripe; ``y_φ``.
    output_gate : array (network, step, slot), in [0, 1]
        Release of content: the gate of the output stripe; ``y_out``. If gates subtract, as for `input_gate`.
    memory : array (network, step, slot, unit)
        Content after the step: maintained activity of a deep PFC stripe; the CEC state s (one unit).
    signals
        Further signals, each (network, step, …): dopamine, Go, NoGo, …
    manipulations
        Active manipulations, in the order of application.
    resets : bool array (network, step) or None
        Whether memory was reset before the step. None: never.
    input_open, output_open : bool array (network, step, slot) or None
        Whether the slot stored the input, and whether it released its content, of gates that are all-or-none. None:
        the gate is graded.
    open_above : float, in [0, 1)
        A graded gate above this value counts as open.
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
    input_open: NDArray[np.bool_] | None = None
    output_open: NDArray[np.bool_] | None = None
    open_above: float = 0.5
