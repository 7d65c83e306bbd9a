"""Gates by intervention in numbers, and their agreement with ideal and declared gates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import mannwhitneyu

from pbwm.compare.analysis.carried import Carried, carried
from pbwm.compare.analysis.ideal import OPENS_AT, GateAgreement, agreement_of, gate_agreement, gate_values
from pbwm.compare.analysis.intervention import STEPS, Intervention, gates_by_intervention
from pbwm.compare.analysis.recording import GATE_NAMES, Recording
from tasks.base.arguments import checked
from tasks.base.learner import Learner

__all__ = [
    "ProbedGates",
    "declared_agreement",
    "ideal_agreement",
    "let_through",
    "open_and_shut",
    "probed_gates",
    "together",
]

Values = NDArray[np.float64]

LEAST = 5
"""Minimum number of steps of each kind in comparisons with declared gates."""
RIDGE, FOLDS = 1e-2, 10
"""Penalty of the readout per step, for gates scaled to variance 1; number of folds."""


@dataclass(frozen=True, kw_only=True)
class ProbedGates:
    """Gates by intervention of a model's networks (`pbwm.compare.analysis.intervention`).

    Attributes
    ----------
    model, items
        Names.
    should, should_not : gate → float array (network, item), in [0, 1]
        Proportion of open gates where the ideal gate opens, and elsewhere (`open_and_shut`).
    count : gate → int array (network, item, 2)
        Steps of the two kinds with a comparable answer.
    ideal : gate → float array (network, item), in [0, 1]
        Area under the ROC curve of the gate against the ideal gate; NaN without steps of one kind.
    declared : gate → float array (network, item), in [0, 1]
        Area under the ROC curve of the model's own gates (`let_through`), in the slot that serves the item, against the
        gate by intervention. NaN with fewer than `LEAST` steps of one kind, or without such a gate.
    together : gate → float array (network, item), in [0, 1]
        The same for all slots together (`together`).
    carried
        The answers that depend on content carried by declared gates, or None.
    """

    model: str
    items: tuple[str, ...]
    should: dict[str, Values]
    should_not: dict[str, Values]
    count: dict[str, NDArray[np.intp]]
    ideal: dict[str, Values]
    declared: dict[str, Values]
    together: dict[str, Values]
    carried: Carried | None = None


def probed_gates(learner: Learner, declared: Recording, *, steps: int = STEPS, carry: bool = False) -> ProbedGates:
    """Find gates by intervention, and compare them with ideal and declared gates.

    Parameters
    ----------
    learner, declared
        The networks, and their recording, on whose trials gates are found.
    steps
        Steps of each stream at which gates are found.
    carry
        Whether to find also the content that declared gates carry (`carried.carried`), which is slow.

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
        carried=carried(learner, declared, found) if carry else None,
    )


@checked()
def ideal_agreement(found: Recording, gate: str) -> Values:
    """Area under the ROC curve of gates by intervention against the ideal gate: (network, item)."""
    return np.diagonal(gate_agreement(found, gate).auc, axis1=1, axis2=2).copy()


@checked()
def open_and_shut(found: Recording, gate: str) -> tuple[Values, Values, NDArray[np.intp]]:
    """Tables `should`, `should_not` and `count` of `ProbedGates` (forget gate: open where it forgets)."""
    values = gate_values(found, gate)
    known, wanted = ~np.isnan(values), np.isin(found.trials.ideal_gate, OPENS_AT[gate])
    kinds = (known & wanted, known & ~wanted)
    count = np.stack([kind.sum(1) for kind in kinds], axis=2)
    opened = np.stack([np.where(kind, values, 0.0).sum(1) for kind in kinds], axis=2)
    share = np.divide(opened, count, out=np.full(count.shape, np.nan), where=count > 0)
    return share[..., 0], share[..., 1], count


@checked()
def let_through(declared: Recording, found: Intervention, gate: str) -> NDArray[np.float64]:
    """Proportion of a content that declared gates pass between the two steps of an intervention.

    For the input gate, it is in(s) · Π f(k), with k from s + 1 to u − 1 (docs/analysis.md), or 0 after a reset of
    memory. For the forget gate, it is 1 minus this proportion. For the output gate, it is the gate at u.

    Returns
    -------
    float array (network, step, slot, item), in [0, 1]
        NaN without an informative answer.
    """
    record, items = declared.record, len(found.spec.items)
    passed = np.full((*record.input_gate.shape, items), np.nan)
    let_in, kept = (np.asarray(values, np.float64) for values in (record.input_gate, record.forget_gate))
    kept = np.where(declared.resets[..., None], 0.0, kept)
    for network, step, item in np.argwhere(found.answered_at[gate] >= 0).tolist():
        source, reading = (int(at[gate][network, step, item]) for at in (found.replaced_at, found.answered_at))
        if gate == "output_gate":
            passed[network, step, :, item] = record.output_gate[network, step]
        else:
            held = let_in[network, source] * kept[network, source + 1 : reading].prod(0)
            passed[network, step, :, item] = 1 - held if gate == "forget_gate" else held
    return passed


@checked()
def declared_agreement(declared: Recording, found: Intervention, gate: str) -> GateAgreement:
    """How well the recorded gates (`let_through`) predict the gate by intervention."""
    opened = gate_values(found, gate)
    values = let_through(declared, found, gate)
    return agreement_of(declared, gate, values, opened > 0.5, ~np.isnan(opened), least=LEAST)


@checked()
def together(declared: Recording, found: Intervention, gate: str) -> Values:
    """How well all slots together predict the gate by intervention.

    Area under the ROC curve, array (network, item), of a ridge regression on `let_through`, scaled to variance 1, with
    tenfold cross-validation. NaN with fewer than `LEAST` steps of one kind, or constant gates. Gates without
    information score below .5, because folds differ in level: .47 on average with 16 random gates, and .37 with one (60
    steps, open at 30% of them, 300 simulations).
    """
    values, opened = let_through(declared, found, gate), gate_values(found, gate)
    networks, items = len(values), len(found.spec.items)
    auc = np.full((networks, items), np.nan)
    for network in range(networks):
        for item in range(items):
            at = np.flatnonzero(~np.isnan(opened[network, :, item]))
            auc[network, item] = _read_out(values[network, at, :, item], opened[network, at, item] > 0.5)
    return auc


def _read_out(gates: Values, opened: NDArray[np.bool_]) -> float:
    yes, no = int(opened.sum()), int((~opened).sum())
    moves = np.ptp(gates, axis=0) > 0 if len(gates) else np.zeros(gates.shape[1], np.bool_)  # NaN is not above 0
    if min(yes, no) < LEAST or not moves.any():
        return np.nan
    x, y = gates[:, moves], opened.astype(np.float64)
    x = (x - x.mean(0)) / x.std(0)
    told, part = np.zeros(len(y)), np.arange(len(y)) % FOLDS
    for fold in range(FOLDS):
        fitted = part != fold
        center, level = x[fitted].mean(0), y[fitted].mean()
        fit = x[fitted] - center
        ridge = RIDGE * len(fit) * np.eye(fit.shape[1])
        weights = np.linalg.solve(fit.T @ fit + ridge, fit.T @ (y[fitted] - level))
        told[~fitted] = (x[~fitted] - center) @ weights + level
    return float(mannwhitneyu(told[opened], told[~opened], method="asymptotic").statistic / (yes * no))


def _declared(declared: Recording, found: Intervention, gate: str) -> Values:
    """Agreement of the slot that serves each item; NaN with a constant gate."""
    values = gate_values(declared, gate)
    seen = np.where(declared.live[..., None], values, np.nan).reshape(len(values), -1)
    moves = [len(np.unique(own[~np.isnan(own)])) > 1 for own in seen]
    return np.where(np.array(moves)[:, None], declared_agreement(declared, found, gate).best, np.nan)
