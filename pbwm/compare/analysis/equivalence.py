"""Gate equivalence: how well the update of an LSTM, with the recorded gates, explains changes of a slot.

The update is ``s(t) = y_φ(t) s(t−1) + y_in(t) g(x(t))``, with s(t−1) = 0 after a reset. Least squares give two unknowns
of every unit: the proportion that an open forget gate retains, and the function g of the input
(`pbwm.compare.analysis.inputs`). The equation is exact for an LSTM whose cells see only the inputs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lstsq

from pbwm.compare.analysis.inputs import input_columns
from pbwm.compare.analysis.recording import Recording
from tasks.base.arguments import checked

__all__ = ["EQUIVALENCE_MODELS", "Equivalence", "equivalence"]

EQUIVALENCE_MODELS: Mapping[str, str] = {
    "both gates": "s = y_φ s + y_in g(x)",
    "no forget gate": "s = s + y_in g(x)",
    "no input gate": "s = y_φ s + g(x)",
    "no gates": "s = k s + g(x)",
}
"""Model → its update equation, in which k and g are fitted."""


@dataclass(frozen=True, kw_only=True)
class Equivalence:
    """Variance of the content that each update equation explains.

    Attributes
    ----------
    model, slots
        Names.
    explained : model of the update → float array (network, slot), at most 1
        1 − squared error / variance of the content, on steps of the second half whose inputs occur in the first; NaN
        for constant content.
    """

    model: str
    slots: tuple[str, ...]
    explained: Mapping[str, NDArray[np.float64]]


@checked()
def equivalence(recording: Recording) -> Equivalence:
    """Fit the update equations on the first half of each network's steps, and test on the second."""
    shape = (recording.networks, len(recording.slots))
    explained = {name: np.full(shape, np.nan) for name in EQUIVALENCE_MODELS}
    for network in range(recording.networks):
        steps = _steps(recording, network)
        for slot in range(shape[1]):
            content, opened, kept = (
                np.asarray(array[network, recording.live[network], slot], np.float64)
                for array in (recording.record.memory, recording.record.input_gate, recording.record.forget_gate)
            )
            for name, gates in _models(opened, kept).items():
                explained[name][network, slot] = _explained(content, steps, *gates)
    return Equivalence(model=recording.record.model, slots=recording.slots, explained=explained)


class _Steps(NamedTuple):
    fitted: NDArray[np.bool_]
    tested: NDArray[np.bool_]
    shown: NDArray[np.float64]
    resets: NDArray[np.bool_]


def _steps(recording: Recording, network: int) -> _Steps:
    own, trials = recording.live[network], recording.trials
    resets = recording.resets[network, own]
    known = np.ones(len(resets), np.bool_)
    known[:1] = resets[:1]
    later = np.cumsum(known) > known.sum() // 2
    columns = input_columns(trials.symbols[network, own], trials.values[network, own], known & ~later)
    return _Steps(known & ~later, known & later & columns.covered, columns.design, resets)


def _models(
    opened: NDArray[np.float64], kept: NDArray[np.float64]
) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    always = np.ones_like(opened)
    return {
        "both gates": (kept, opened),
        "no forget gate": (always, opened),
        "no input gate": (kept, always),
        "no gates": (always, always),
    }


def _explained(
    content: NDArray[np.float64], steps: _Steps, kept: NDArray[np.float64], opened: NDArray[np.float64]
) -> float:
    before = np.concatenate([np.zeros_like(content[:1]), content[:-1]])
    before = np.where(steps.resets[:, None], 0.0, before) * kept[:, None]
    let_in = steps.shown * opened[:, None]
    tested = content[steps.tested]
    variance = ((tested - tested.mean(0)) ** 2).sum() if len(tested) else 0.0
    if variance < 1e-12:
        return float("nan")
    left = 0.0
    for unit in range(content.shape[1]):
        x = np.c_[before[:, unit], let_in]
        weights = lstsq(x[steps.fitted], content[steps.fitted, unit])[0]
        left += ((tested[:, unit] - x[steps.tested] @ weights) ** 2).sum()
    return float(1 - left / variance)
