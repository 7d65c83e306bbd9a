"""Gates by intervention of one model in numbers: where they open, and their agreement with ideal and declared gates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.ideal import OPENS_AT, GateAgreement, agreement_of, gate_agreement, gate_values
from pbwm.compare.analysis.intervention import STEPS, gates_by_intervention
from pbwm.compare.analysis.recording import GATE_NAMES, Recording
from tasks.base.learner import Learner

__all__ = ["ProbedGates", "declared_agreement", "ideal_agreement", "open_and_shut", "probed_gates"]

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
    """

    model: str
    items: tuple[str, ...]
    should: dict[str, Values]
    should_not: dict[str, Values]
    count: dict[str, NDArray[np.intp]]
    ideal: dict[str, Values]
    declared: dict[str, Values]


def probed_gates(learner: Learner, declared: Recording, *, steps: int = STEPS) -> ProbedGates:
    """Find the gates of networks by intervention, and hold them beside ideal and declared gates.

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


def _declared(declared: Recording, found: Recording, gate: str) -> Values:
    """The agreement of the slot that serves each item; NaN for networks whose gate never moves."""
    values = gate_values(declared, gate)
    seen = np.where(declared.live[..., None], values, np.nan).reshape(len(values), -1)
    moves = [len(np.unique(own[~np.isnan(own)])) > 1 for own in seen]
    return np.where(np.array(moves)[:, None], declared_agreement(declared, found, gate).best, np.nan)
