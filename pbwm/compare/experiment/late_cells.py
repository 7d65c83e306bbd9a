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
    """Shuts the input gates of networks, and opens those of a network when its error has stopped decreasing.

    With weights of `SHUT` an input gate is exactly 0 at every input of 1. Cells then hold 0, contribute nothing to the
    output, and do not learn. To add them, the input gates get their initial weights.

    Parameters
    ----------
    learner
        The networks, at the start of their training. They have an input gate that sees inputs only.
    window
        Cells are added when the mean error of this many sequences is not lower than that of as many before.

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
        learner
            The networks.
        errors : float array (network, sequence)
            Errors of recent sequences, the last one last; infinite where there was none.
        """
        late = errors[:, -self._window :].mean(1)
        early = errors[:, -2 * self._window : -self._window].mean(1)
        due = ~self._added & np.isfinite(early) & (late >= early)
        if due.any():
            weights = learner.weights()
            weights[GATE][due] = self._initial[due]
            learner.set_weights(weights)
            self._added |= due
