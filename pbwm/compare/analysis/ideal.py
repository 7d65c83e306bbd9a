"""Agreement of gates with the task's ideal gate.

The input gate is compared with STORE, the output gate with READ, and one minus the forget gate with STORE and CLEAR.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.stats import mannwhitneyu

from pbwm.compare.analysis.recording import GATE_NAMES, Recording
from pbwm.compare.errors import FigureError
from tasks.base.arguments import checked
from tasks.base.task import GateAction

__all__ = [
    "OPENS_AT",
    "GateAgreement",
    "GateByEvent",
    "agreement_of",
    "gate_agreement",
    "gate_by_event",
    "gate_values",
]

OPENS_AT = {
    "input_gate": (GateAction.STORE,),
    "forget_gate": (GateAction.STORE, GateAction.CLEAR),
    "output_gate": (GateAction.READ,),
}
"""Gate → actions of a perfect memory at which it opens (forget gate: shuts)."""


@checked()
def gate_values(recording: Recording, gate: str) -> NDArray[np.float64]:
    """How far a gate is open (forget gate: forgets), (network, step, slot).

    Raises
    ------
    FigureError
        If `gate` is not the name of a gate.
    """
    if gate not in GATE_NAMES:
        raise FigureError(f"gate = {gate!r} is not a gate; give one of {', '.join(GATE_NAMES)}")
    values = np.asarray(getattr(recording.record, gate), np.float64)
    return 1 - values if gate == "forget_gate" else values


@checked()
def is_open(recording: Recording, gate: str) -> NDArray[np.bool_]:
    """Where a gate is open (forget gate: forgets), as recorded or above the threshold: (network, step, slot)."""
    record = recording.record
    above: NDArray[np.bool_] = gate_values(recording, gate) > record.open_above
    recorded = {"input_gate": record.input_open, "output_gate": record.output_open}.get(gate)
    return above if recorded is None else recorded


@dataclass(frozen=True, kw_only=True)
class GateAgreement:
    """Agreement of a gate with the ideal gate.

    Attributes
    ----------
    gate, slots, items
        Names; the gate is a field of `GateRecord`.
    auc : float array (network, slot, item), in [0, 1]
        Area under the ROC curve; .5 for a random gate. NaN without steps of one kind.
    d_prime : float array (network, slot, item)
        d_a of Macmillan & Creelman (2005, ch. 3): mean difference over the root of the mean variance.
    should, should_not : int array (network, item)
        Steps of each kind.
    """

    gate: str
    slots: tuple[str, ...]
    items: tuple[str, ...]
    auc: NDArray[np.float64]
    d_prime: NDArray[np.float64]
    should: NDArray[np.intp]
    should_not: NDArray[np.intp]

    @property
    def slot_of(self) -> NDArray[np.intp]:
        """Int array (network, item): the slot that serves an item, by the largest sum of AUC; −1: none left."""
        found = np.full((len(self.auc), len(self.items)), -1, np.intp)
        for network, auc in enumerate(np.nan_to_num(self.auc, nan=0.5)):
            slots, items = linear_sum_assignment(auc, maximize=True)
            found[network, items] = slots
        return found

    @property
    def best(self) -> NDArray[np.float64]:
        """Float array (network, item): AUC of the slot that serves an item, or NaN."""
        slot, network = self.slot_of, np.arange(len(self.auc))[:, None]
        chosen = self.auc[network, np.maximum(slot, 0), np.arange(len(self.items))]
        return np.where(slot >= 0, chosen, np.nan)


@checked()
def gate_agreement(recording: Recording, gate: str = "input_gate") -> GateAgreement:
    """Compare a gate with the task's ideal gate.

    The AUC is from `scipy.stats.mannwhitneyu`. For the forget gate, steps with a reset of memory do not count.
    """
    values = gate_values(recording, gate)
    live = recording.live & ~recording.resets if gate == "forget_gate" else recording.live
    wanted = np.isin(recording.trials.ideal_gate, OPENS_AT[gate])
    by_item = np.broadcast_to(values[..., None], (*values.shape, wanted.shape[2]))
    return agreement_of(recording, gate, by_item, wanted, np.broadcast_to(live[:, :, None], wanted.shape))


def agreement_of(
    recording: Recording,
    gate: str,
    values: NDArray[np.float64],
    wanted: NDArray[np.bool_],
    known: NDArray[np.bool_],
    *,
    least: int = 1,
) -> GateAgreement:
    """Compare values of a gate with a policy, where that is known.

    Parameters
    ----------
    values : float array (network, step, slot, item)
        NaN: the step does not count for that slot and item.
    wanted, known : bool array (network, step, item)
        Where the gate should be open, and where that is known.
    least
        Minimum number of steps of each kind; with fewer, agreement is NaN.
    """
    networks, slots, items = recording.networks, values.shape[2], wanted.shape[2]
    auc, d_prime = np.full((networks, slots, items), np.nan), np.full((networks, slots, items), np.nan)
    for network in range(networks):
        for item in range(items):
            at = known[network, :, item]
            opens = wanted[network, at, item]
            if min(opens.sum(), (~opens).sum()) >= least:
                auc[network, :, item], d_prime[network, :, item] = _told_apart(values[network, at, :, item], opens)
    return GateAgreement(
        gate=gate,
        slots=recording.slots,
        items=recording.spec.items,
        auc=auc,
        d_prime=d_prime,
        should=(wanted & known).sum(1),
        should_not=(known & ~wanted).sum(1),
    )


def _told_apart(
    values: NDArray[np.float64], opens: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    missing = np.isnan(values)
    if missing.any():
        each = [_told_apart(values[~m][:, [i]], opens[~m]) for i, m in enumerate(missing.T)]
        return np.concatenate([auc for auc, _ in each]), np.concatenate([distance for _, distance in each])
    yes, no = values[opens], values[~opens]
    if not (len(yes) and len(no)):
        return np.full(values.shape[1], np.nan), np.full(values.shape[1], np.nan)
    auc = mannwhitneyu(yes, no, axis=0, method="asymptotic").statistic / (len(yes) * len(no))
    return auc, _distance(yes, no)


def _distance(yes: NDArray[np.float64], no: NDArray[np.float64]) -> NDArray[np.float64]:
    """d_a of two samples (step, slot); ±∞ if they differ without spread."""
    # Differences from the first value are exactly 0 if a gate is constant, whose mean may be rounded.
    difference = (yes - yes[0]).mean(0) - (no - yes[0]).mean(0)
    spread = np.sqrt(((yes - yes[0]).var(0) + (no - no[0]).var(0)) / 2)
    out = np.where(difference == 0, 0.0, np.copysign(np.inf, difference))
    found: NDArray[np.float64] = np.divide(difference, spread, out=out, where=spread > 0)
    return found


@dataclass(frozen=True, kw_only=True)
class GateByEvent:
    """How far a gate is open at each kind of step.

    Attributes
    ----------
    gate, slots, events
        Names.
    mean, spread : float array (network, slot, event), in [0, 1]
        Mean and standard deviation; NaN without steps of a kind.
    open : float array (network, slot, event), in [0, 1]
        Proportion of steps at which the gate is open (forget gate: at which it retains).
    count : int array (network, event)
        Steps of each kind.
    """

    gate: str
    slots: tuple[str, ...]
    events: tuple[str, ...]
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    open: NDArray[np.float64]
    count: NDArray[np.intp]


@checked()
def gate_by_event(recording: Recording, gate: str = "input_gate") -> GateByEvent:
    """Mean gate at each kind of step (forget gate: 1 retains all)."""
    values = gate_values(recording, gate)
    opened = is_open(recording, gate)
    if gate == "forget_gate":
        values, opened = 1 - values, ~opened
    kinds = range(len(recording.spec.events))
    which = np.stack([recording.live & (recording.trials.event == kind) for kind in kinds], axis=2)
    count = which.sum(1)
    some = np.where(count > 0, count, 1)[:, None, :]

    def mean(of: NDArray[np.floating]) -> NDArray[np.float64]:
        total = np.einsum("nts,nte->nse", np.where(recording.live[:, :, None], of, 0.0), which.astype(float))
        return np.where(count[:, None, :] > 0, total / some, np.nan)

    average = mean(values)
    from_mean = values - np.take_along_axis(average.transpose(0, 2, 1), recording.trials.event[..., None], axis=1)
    spread = np.sqrt(mean(from_mean**2))
    return GateByEvent(
        gate=gate,
        slots=recording.slots,
        events=recording.spec.events,
        mean=average,
        spread=spread,
        open=mean(opened.astype(float)),
        count=count,
    )
