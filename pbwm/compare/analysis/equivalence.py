"""Gate equivalence: how far a slot changes as an LSTM's memory does, with the gates that were recorded.

The update of an LSTM's memory is ``s(t) = y_φ(t) s(t−1) + y_in(t) g(x(t))``. Given the recorded gates it is linear in
what is not known, so least squares finds it: for every unit of a slot how much an open forget gate keeps, and for every
stimulus what an open input gate lets in. What part of the variance of the content this explains is held beside models
that know less: without the forget gate, without the input gate, and without both.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lstsq

from pbwm.compare.analysis.recording import Recording

__all__ = ["EQUIVALENCE_MODELS", "Equivalence", "equivalence"]

EQUIVALENCE_MODELS: Mapping[str, str] = {
    "both gates": "s = y_φ s + y_in g(x)",
    "no forget gate": "s = s + y_in g(x)",
    "no input gate": "s = y_φ s + g(x)",
    "no gates": "s = k s + g(x)",
}
"""Model → its update equation; k and g are fitted in each."""


@dataclass(frozen=True, kw_only=True)
class Equivalence:
    """How well each update equation explains what slots hold.

    Attributes
    ----------
    model
        The model whose slots they are.
    slots
        Their names.
    explained : model of the update → float array (network, slot), at most 1
        1 − squared error over variance of the content, on the half of the steps that nothing was fitted to; below 0
        where a model does worse than the mean. NaN for slots that hold the same throughout.
    """

    model: str
    slots: tuple[str, ...]
    explained: Mapping[str, NDArray[np.float64]]


def equivalence(recording: Recording) -> Equivalence:
    """Fit the update equations to every slot, on the first half of each network's steps, and test on the second."""
    shape = (recording.networks, len(recording.slots))
    explained = {name: np.full(shape, np.nan) for name in EQUIVALENCE_MODELS}
    for network in range(recording.networks):
        own = recording.live[network]
        what = recording.shown[network, own]
        stimulus = (np.unique(what)[None] == what[:, None]).astype(np.float64)
        for slot in range(shape[1]):
            content = np.asarray(recording.record.memory[network, own, slot], np.float64)
            opened = np.asarray(recording.record.input_gate[network, own, slot], np.float64)
            kept = np.asarray(recording.record.forget_gate[network, own, slot], np.float64)
            for name, parts in _models(opened, kept).items():
                explained[name][network, slot] = _explained(content, stimulus, *parts)
    return Equivalence(model=recording.record.model, slots=recording.slots, explained=explained)


def _models(
    opened: NDArray[np.float64], kept: NDArray[np.float64]
) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Of each model: what it takes for the forget gate, and for the input gate."""
    always = np.ones_like(opened)
    return {
        "both gates": (kept, opened),
        "no forget gate": (always, opened),
        "no input gate": (kept, always),
        "no gates": (always, always),
    }


def _explained(
    content: NDArray[np.float64],
    stimulus: NDArray[np.float64],
    kept: NDArray[np.float64],
    opened: NDArray[np.float64],
) -> float:
    """The part of the variance of content (step, unit) that an update with these gates explains where it is tested."""
    before, now = content[:-1] * kept[1:, None], content[1:]
    let_in = stimulus[1:] * opened[1:, None]
    half = len(now) // 2
    variance = ((now[half:] - now[half:].mean(0)) ** 2).sum()
    if half == 0 or variance < 1e-12:
        return float("nan")
    left = 0.0
    for unit in range(content.shape[1]):
        x = np.c_[before[:, unit], let_in]
        weights = lstsq(x[:half], now[:half, unit])[0]
        left += ((now[half:, unit] - x[half:] @ weights) ** 2).sum()
    return float(1 - left / variance)
