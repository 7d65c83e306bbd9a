"""Memory cells that an LSTM gets only when its error has stopped decreasing (Hochreiter & Schmidhuber, 1997, §5.2)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.errors import PlanError

__all__ = ["LateCells"]

GATE = "input_gate"
SHUT = -1000.0
"""Weight at which a gate is exactly 0."""


class LateCells:
    """Shuts input gates, and opens those of a network when its error stops decreasing.

    A weight of `SHUT` makes an input gate exactly 0, so that its cells hold 0 and do not learn. To add cells, their
    input gates get their initial weights.

    Parameters
    ----------
    learner
        The networks before training, with an input gate that sees inputs only.
    window
        As in `AddedCell`.

    Raises
    ------
    PlanError
        If the model has no input gate.
    """

    def __init__(self, learner: Any, window: int) -> None:
        weights = learner.weights()
        if GATE not in weights:
            raise PlanError("AddedCell: the model has no input gate; give another goal, or an LSTM")
        self._initial, self._window = weights[GATE], window
        self._added = np.zeros(len(self._initial), np.bool_)
        learner.set_weights({**weights, GATE: np.full_like(self._initial, SHUT)})

    def add(self, learner: Any, errors: NDArray[np.float64]) -> None:
        """Add the cells of networks whose error has stopped decreasing.

        Parameters
        ----------
        errors : float array (network, sequence)
            Errors of recent sequences, the latest last; infinite before the first.
        """
        late = errors[:, -self._window :].mean(1)
        early = errors[:, -2 * self._window : -self._window].mean(1)
        due = ~self._added & np.isfinite(early) & (late >= early)
        if due.any():
            weights = learner.weights()
            weights[GATE][due] = self._initial[due]
            learner.set_weights(weights)
            self._added |= due
