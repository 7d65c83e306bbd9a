"""Dose-response: errors of networks by the size of a lesion or the gain of dopamine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.errors_by_epoch import error_by_epoch
from pbwm.compare.analysis.forced import manipulable
from pbwm.compare.errors import FigureError
from pbwm.manipulations import Lesion
from tasks.base.arguments import checked
from tasks.base.learner import Learner
from tasks.base.task import TrialBlock

__all__ = ["Sweep", "lesion_sweep", "sweep"]


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """Errors of every network under each dose of manipulations.

    Attributes
    ----------
    model, conditions, dose
        Names of the model and the manipulations; label of the axis of doses.
    doses : float array (dose,)
    error : float array (condition, dose, network), in [0, 1]
        Proportion wrong of the responses that count.
    """

    model: str
    dose: str
    conditions: tuple[str, ...]
    doses: NDArray[np.float64]
    error: NDArray[np.float64]


@checked()
def sweep(
    learner: Learner,
    block: TrialBlock,
    conditions: Mapping[str, Callable[[float], Sequence[Any]]],
    doses: Sequence[float],
    dose: str,
) -> Sweep:
    """Run trials with frozen weights under each dose of each manipulation.

    Each run starts from the current state, which is restored at the end.

    Parameters
    ----------
    learner, block
        Trained networks, and the trials.
    conditions
        Name → the manipulations for a dose; none for a dose without effect, which is run once.
    doses, dose
        The doses, and their label.

    Raises
    ------
    FigureError
        If the learner cannot be manipulated.
    """
    if not manipulable(learner):
        raise FigureError(f"{learner.name}: cannot be manipulated; give networks with manipulations, such as PBWM")
    now = learner.state()
    error = np.full((len(conditions), len(doses), learner.networks), np.nan)
    unchanged: NDArray[np.float64] | None = None
    for i, of_dose in enumerate(conditions.values()):
        for j, amount in enumerate(doses):
            manipulations = of_dose(amount)
            if not manipulations and unchanged is not None:
                error[i, j] = unchanged
                continue
            try:
                with learner.manipulated(*manipulations):
                    outcome = learner.run(block, learn=False)
            finally:
                learner.set_state(now)
            error[i, j] = error_by_epoch(outcome.errors, outcome.counted)
            if not manipulations:
                unchanged = error[i, j]
    return Sweep(
        model=learner.name,
        dose=dose,
        conditions=tuple(conditions),
        doses=np.asarray(doses, np.float64),
        error=error,
    )


@checked()
def lesion_sweep(
    learner: Learner, block: TrialBlock, layers: Sequence[str], fractions: Sequence[float] = (0, 0.25, 0.5, 0.75, 1)
) -> Sweep:
    """Lesion increasing fractions of each of some nuclei (`pbwm.manipulations.Lesion`)."""

    def lesions(layer: str) -> Callable[[float], Sequence[Lesion]]:
        return lambda fraction: [Lesion(layer=layer, fraction=fraction)] if fraction else []

    return sweep(learner, block, {layer: lesions(layer) for layer in layers}, fractions, "fraction of units lesioned")
