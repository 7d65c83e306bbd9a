"""Selectivity of a gate for symbol, kind of step, or both, in variance explained and in bits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import entropy
from scipy.stats.contingency import crosstab

from pbwm.compare.analysis.ideal import gate_values
from pbwm.compare.analysis.recording import Recording
from tasks.base.arguments import checked

__all__ = ["Selectivity", "mutual_information", "selectivity"]

BINS = 8
"""Classes of a gate for mutual information."""


@dataclass(frozen=True, kw_only=True)
class Selectivity:
    """Dependence of gates on the symbol shown (stimulus) and the kind of step (context).

    Attributes
    ----------
    gate, slots, stimuli, contexts
        Names.
    mean : float array (network, slot, stimulus, context), in [0, 1]
        Mean gate; NaN where a stimulus never occurs in a context.
    count : int array (network, stimulus, context)
        Steps.
    by_stimulus, by_context, by_both : float array (network, slot), in [0, 1]
        η²: proportion of the gate's variance that means by stimulus, context, or both explain; NaN for a constant gate.
    information : float array (network, slot), bits
        Mutual information of gate and context (`mutual_information`).
    available : float array (network,), bits
        Its maximum: the entropy of the context.
    """

    gate: str
    slots: tuple[str, ...]
    stimuli: tuple[str, ...]
    contexts: tuple[str, ...]
    mean: NDArray[np.float64]
    count: NDArray[np.intp]
    by_stimulus: NDArray[np.float64]
    by_context: NDArray[np.float64]
    by_both: NDArray[np.float64]
    information: NDArray[np.float64]
    available: NDArray[np.float64]


@checked()
def selectivity(recording: Recording, gate: str = "input_gate") -> Selectivity:
    """How the gate of each slot depends on stimulus and context."""
    values, live = gate_values(recording, gate), recording.live
    seen = np.unique(recording.shown[live])
    stimuli = tuple(recording.content_name(int(s)) if s >= 0 else "nothing" for s in seen)
    contexts, networks, slots = recording.spec.events, recording.networks, values.shape[2]
    shape = (networks, slots, len(seen), len(contexts))
    mean, count = np.full(shape, np.nan), np.zeros((networks, len(seen), len(contexts)), np.intp)
    explained, bits = np.full((3, networks, slots), np.nan), np.full((networks, slots), np.nan)
    available = np.full(networks, np.nan)
    for network in range(networks):
        own = live[network]
        if not own.any():
            continue
        of_steps, context = values[network, own], recording.trials.event[network, own].astype(np.intp)
        stimulus = np.searchsorted(seen, recording.shown[network, own])
        pair = stimulus * len(contexts) + context
        counts = np.bincount(pair, minlength=len(seen) * len(contexts))
        count[network] = counts.reshape(len(seen), -1)
        mean[network] = _class_means(of_steps, pair, counts).T.reshape(shape[1:])
        for i, classes in enumerate((stimulus, context, pair)):
            explained[i, network] = _variance_explained(of_steps, classes)
        bits[network] = [mutual_information(of_steps[:, slot], context) for slot in range(slots)]
        available[network] = entropy(np.bincount(context), base=2)
    return Selectivity(
        gate=gate,
        slots=recording.slots,
        stimuli=stimuli,
        contexts=contexts,
        mean=mean,
        count=count,
        by_stimulus=explained[0],
        by_context=explained[1],
        by_both=explained[2],
        information=bits,
        available=available,
    )


def _class_means(
    values: NDArray[np.float64], classes: NDArray[np.intp], counts: NDArray[np.intp]
) -> NDArray[np.float64]:
    total = np.zeros((len(counts), values.shape[1]))
    np.add.at(total, classes, values)
    out = np.full(total.shape, np.nan)
    found: NDArray[np.float64] = np.divide(total, counts[:, None], out=out, where=counts[:, None] > 0)
    return found


def _variance_explained(values: NDArray[np.float64], classes: NDArray[np.intp]) -> NDArray[np.float64]:
    means = _class_means(values, classes, np.bincount(classes))
    whole = values.var(0)
    out = np.full(len(whole), np.nan)
    found: NDArray[np.float64] = np.divide(means[classes].var(0), whole, out=out, where=whole > 1e-18)
    return found


@checked(gate=("step",), label=("step",), bins=1)
def mutual_information(gate: NDArray[np.floating], label: NDArray[np.integer], bins: int = BINS) -> float:
    """Mutual information, in bits, of a gate in `bins` equal classes and a label.

    H(gate) + H(label) − H(gate, label), from counts (Shannon, 1948). It is not corrected for its bias of about (classes
    − 1) · (labels − 1) / (2 n ln 2) bits (Miller, 1955).

    Examples
    --------
    >>> label = np.array([0, 1, 0, 1])
    >>> mutual_information(label.astype(float), label), abs(mutual_information(np.full(4, 0.3), label))
    (1.0, 0.0)
    """
    classes = np.clip((gate * bins).astype(int), 0, bins - 1)
    joint = crosstab(classes, label).count
    bits = entropy(joint.sum(0), base=2) + entropy(joint.sum(1), base=2) - entropy(joint.ravel(), base=2)
    return float(round(bits, 12))
