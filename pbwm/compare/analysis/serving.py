"""The slot that serves each item in each network, so that networks can be combined."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.ideal import GateAgreement, gate_agreement, gate_by_event
from pbwm.compare.analysis.recording import GATE_NAMES, Recording
from tasks.base.arguments import checked

__all__ = ["Serving", "serving"]


@dataclass(frozen=True, kw_only=True)
class Serving:
    """The gates of the slots that serve each item, and their agreement with the ideal gate.

    No slot serves two items.

    Attributes
    ----------
    model, items, events
        Names.
    slot : int array (network, item)
        −1 for items beyond the number of slots.
    mean : gate → float array (network, item, event), in [0, 1]
        Mean gate at each kind of step.
    auc : gate → float array (network, item), in [0, 1]
        Area under the ROC curve against the ideal gate (`GateAgreement`).
    """

    model: str
    items: tuple[str, ...]
    events: tuple[str, ...]
    slot: NDArray[np.intp]
    mean: dict[str, NDArray[np.float64]]
    auc: dict[str, NDArray[np.float64]]


@checked()
def serving(recording: Recording) -> Serving:
    """Find the slot that serves each item, and give its gates."""
    agreements = {gate: gate_agreement(recording, gate) for gate in GATE_NAMES}
    slot = agreements["input_gate"].slot_of
    network, item = np.arange(len(slot))[:, None], np.arange(slot.shape[1])
    there, place = slot >= 0, np.maximum(slot, 0)

    def of_slot(agreement: GateAgreement) -> NDArray[np.float64]:
        return np.where(there, agreement.auc[network, place, item], np.nan)

    means = {gate: gate_by_event(recording, gate).mean[network, place] for gate in GATE_NAMES}
    return Serving(
        model=recording.record.model,
        items=recording.spec.items,
        events=recording.spec.events,
        slot=slot,
        mean={gate: np.where(there[..., None], mean, np.nan) for gate, mean in means.items()},
        auc={gate: of_slot(agreement) for gate, agreement in agreements.items()},
    )
