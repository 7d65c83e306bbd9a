"""Gates by intervention of one model in numbers: where they open, and their agreement with ideal and declared gates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import mannwhitneyu

from pbwm.compare.analysis.ideal import OPENS_AT, GateAgreement, agreement_of, gate_agreement, gate_values
from pbwm.compare.analysis.intervention import STEPS, gates_by_intervention
from pbwm.compare.analysis.recording import GATE_NAMES, Recording
from tasks.base.learner import Learner

__all__ = ["ProbedGates", "declared_agreement", "ideal_agreement", "open_and_shut", "probed_gates", "together"]

Values = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class ProbedGates:
    """The gates by intervention of the networks of a model (`pbwm.compare.analysis.intervention`).

    Attributes
    ----------
    model, items
        The model, and names of what is to be remembered.
    should, should_not : gate → float array (network, item), in [0, 1]
        How often the gate is open at steps at which the ideal gate opens, and at others; the forget gate counts as open
        where it forgets. NaN where there are no such steps.
    count : gate → int array (network, item, 2)
        Steps of the two kinds at which an answer tells.
    ideal : gate → float array (network, item), in [0, 1]
        Area under the ROC curve of the gate against the ideal gate; NaN where there are no steps of one kind.
    declared : gate → float array (network, item), in [0, 1]
        How well the gate that the model records, of the slot that serves the item, tells the steps at which the gate by
        intervention is open from the others: area under the ROC curve. NaN where there are no steps of one kind, or the
        model has no such gate (it records NaN, or one value throughout).
    together : gate → float array (network, item), in [0, 1]
        The same of all slots together: a linear readout of their gates, fitted on every other step and tested on the
        rest (`together`).
    """

    model: str
    items: tuple[str, ...]
    should: dict[str, Values]
    should_not: dict[str, Values]
    count: dict[str, NDArray[np.intp]]
    ideal: dict[str, Values]
    declared: dict[str, Values]
    together: dict[str, Values]


def probed_gates(learner: Learner, declared: Recording, *, steps: int = STEPS) -> ProbedGates:
    """Find the gates of networks by intervention, and compare them with ideal and declared gates.

    Parameters
    ----------
    learner
        The networks.
    declared
        Their recording; the gates are found on its trials.
    steps
        Steps of each stream at which gates are found.

    Raises
    ------
    FigureError, ParameterError
        As `gates_by_intervention` does.
    """
    found = gates_by_intervention(learner, declared.trials, steps=steps)
    shares = {gate: open_and_shut(found, gate) for gate in GATE_NAMES}
    return ProbedGates(
        model=declared.record.model,
        items=found.spec.items,
        should={gate: of[0] for gate, of in shares.items()},
        should_not={gate: of[1] for gate, of in shares.items()},
        count={gate: of[2] for gate, of in shares.items()},
        ideal={gate: ideal_agreement(found, gate) for gate in GATE_NAMES},
        declared={gate: _declared(declared, found, gate) for gate in GATE_NAMES},
        together={gate: together(declared, found, gate) for gate in GATE_NAMES},
    )


def ideal_agreement(found: Recording, gate: str) -> Values:
    """Area under the ROC curve of each item's gate by intervention against the ideal gate: array (network, item)."""
    return np.diagonal(gate_agreement(found, gate).auc, axis1=1, axis2=2).copy()


def open_and_shut(found: Recording, gate: str) -> tuple[Values, Values, NDArray[np.intp]]:
    """How often a gate by intervention is open where the ideal gate opens, and where it does not.

    The forget gate counts as open where it forgets, as in `pbwm.compare.analysis.ideal`.

    Returns
    -------
    should, should_not : float array (network, item), in [0, 1]
        Proportion of steps at which it is open; NaN where there are none.
    count : int array (network, item, 2)
        Steps of the two kinds at which an answer tells.
    """
    values = gate_values(found, gate)
    known, wanted = ~np.isnan(values), np.isin(found.trials.ideal_gate, OPENS_AT[gate])
    kinds = (known & wanted, known & ~wanted)
    count = np.stack([kind.sum(1) for kind in kinds], axis=2)
    opened = np.stack([np.where(kind, values, 0.0).sum(1) for kind in kinds], axis=2)
    share = np.divide(opened, count, out=np.full(count.shape, np.nan), where=count > 0)
    return share[..., 0], share[..., 1], count


def declared_agreement(declared: Recording, found: Recording, gate: str) -> GateAgreement:
    """How well a gate that a model records tells the steps at which the gate by intervention is open from the others.

    Both recordings are of the same networks on the same trials.
    """
    values = gate_values(found, gate)
    return agreement_of(declared, gate, values > 0.5, ~np.isnan(values))


RIDGE = 1e-3
"""Penalty of the readout, per step, of gates that are scaled to variance 1."""


def together(declared: Recording, found: Recording, gate: str) -> Values:
    """How well the gates of all slots together tell the steps at which the gate by intervention is open.

    A ridge regression on the gates, each scaled to variance 1, is fitted on every other step of a network at which an
    answer tells, and gives the area under the ROC curve on the other steps: array (network, item). NaN where one of the
    halves has no steps of one kind, or the gates never move.
    """
    values, opened = gate_values(declared, gate), gate_values(found, gate)
    networks, items = len(values), len(found.spec.items)
    auc = np.full((networks, items), np.nan)
    for network in range(networks):
        for item in range(items):
            at = np.flatnonzero(~np.isnan(opened[network, :, item]))
            x, y = values[network, at], opened[network, at, item] > 0.5
            auc[network, item] = _read_out(x, y)
    return auc


def _read_out(gates: Values, opened: NDArray[np.bool_]) -> float:
    """Area under the ROC curve of a linear readout of gates (step, slot), on the steps that it is not fitted on."""
    spread = gates.std(0)
    gates = gates[:, spread > 0]  # NaN is not above 0 either
    halves = (opened[::2], opened[1::2])
    if not gates.shape[1] or any(half.all() or not half.any() for half in halves):
        return np.nan
    x = (gates - gates.mean(0)) / gates.std(0)
    fit, y = x[::2], opened[::2] - opened[::2].mean()
    weights = np.linalg.solve(fit.T @ fit + RIDGE * len(fit) * np.eye(fit.shape[1]), fit.T @ y)
    told, yes = x[1::2] @ weights, opened[1::2]
    return float(mannwhitneyu(told[yes], told[~yes], method="asymptotic").statistic / (yes.sum() * (~yes).sum()))


def _declared(declared: Recording, found: Recording, gate: str) -> Values:
    """The agreement of the slot that serves each item; NaN for networks whose gate never moves."""
    values = gate_values(declared, gate)
    seen = np.where(declared.live[..., None], values, np.nan).reshape(len(values), -1)
    moves = [len(np.unique(own[~np.isnan(own)])) > 1 for own in seen]
    return np.where(np.array(moves)[:, None], declared_agreement(declared, found, gate).best, np.nan)
