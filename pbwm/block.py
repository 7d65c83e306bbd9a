"""What both forms of PBWM have in common as blocks of networks: weights that can be set, and who was stopped."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pbwm.errors import PBWMParameterError, PBWMTaskError, PBWMWeightsError, Stopped
from tasks.base.errors import nearest, require
from tasks.base.saving import require_in_state
from tasks.base.training import Lesson
from tasks.engine.block import Block
from tasks.engine.kernels.counter import LARGEST_COUNT
from tasks.engine.room import require_units

__all__ = ["PBWMBlock"]

Weights = Mapping[str, NDArray[np.floating]]

COUNTS = {"trials", "events"}
"""Arrays of the state that count the trials of a network."""


class PBWMBlock(Block):
    """Up to 16 networks, whose weights lie in [0, 1]; parameters are those of `tasks.engine.block.Block`."""

    parameter_error = PBWMParameterError
    trials_error = PBWMTaskError

    circuit: Any

    def _require_room(self) -> None:
        """Raise `PBWMParameterError` if a layer of the circuit is larger than memory allows."""
        for layer in self.circuit.layers:
            require_units(f"{type(self).__name__}.params: {layer.name}", layer.units, PBWMParameterError)

    @abstractmethod
    def weights(self) -> dict[str, NDArray[np.floating]]:
        """Effective weights by path, each an array (replica, receiver, contact)."""

    @abstractmethod
    def _write(self, replica: int, weights: Weights) -> None:
        """Set effective weights of one network, each (receiver, contact), and the linear ones that belong to them."""

    def set_weights(self, weights: Weights) -> None:
        """Set effective weights by path, each an array (replica, receiver, contact); paths not named stay as they are.

        Raises
        ------
        UnknownNameError
            If there is no path of a name.
        PBWMWeightsError
            If an array has the wrong shape, or a value is not a weight in [0, 1].
        """
        now = self.weights()
        for name, values in weights.items():
            if name not in now:
                raise nearest("path", name, now)
            _check(name, np.asarray(values), now[name].shape)
        # Linear weights are found from them in double precision: the same, in whatever precision they are given.
        wide = {name: np.asarray(values, np.float64) for name, values in weights.items()}
        for replica in range(self.replicas):
            self._write(replica, {name: values[replica] for name, values in wide.items()})

    def _check_state(self, state: Weights) -> None:
        """Counts of trials are addresses of random numbers: whole ones that kernels can count on from."""
        for name in COUNTS & state.keys():
            values = state[name]
            right = (values >= 0) & (values <= LARGEST_COUNT) & (values == np.floor(values))
            require_in_state(name, values, right, f"must be a whole number from 0 to {LARGEST_COUNT:,}")

    def _stopped(self, lesson: Lesson, faults: ArrayLike) -> tuple[Stopped, ...]:
        """The replicas with a fault, which is the epoch (from 1) in which a number was not finite; and which number."""
        if not np.any(faults):
            return ()
        state, found = self.state(), []
        for replica, fault in enumerate(np.asarray(faults).tolist()):
            if fault:
                infinite = (name for name, values in state.items() if not np.isfinite(values[replica]).all())
                bad = next(infinite, "a value that is finite again")
                found.append(Stopped(self._numbers[replica], bad, lesson.number(fault)))
        return tuple(found)


def _check(name: str, values: NDArray[np.floating], shape: tuple[int, ...]) -> None:
    """Raise `PBWMWeightsError` unless `values` are weights of the path `name`."""
    rule, remedy = f"must be {shape} (replica, receiver, contact)", "give the weights of every replica"
    what = f"weights of path {name!r}"
    kind = str(values.dtype)
    require(
        values.dtype.kind in "fiu", f"{what}: dtype", kind, "must hold real numbers", remedy, error=PBWMWeightsError
    )
    require(values.shape == shape, f"{what}: shape", values.shape, rule, remedy, error=PBWMWeightsError)
    bad = np.argwhere(~((values >= 0) & (values <= 1)))
    if len(bad):
        replica, receiver, contact = (int(i) for i in bad[0])
        raise PBWMWeightsError(
            f"{what}: {values[tuple(bad[0])]} (replica {replica}, receiver {receiver}, contact {contact}) is no weight "
            f"in [0, 1]; {len(bad)} such; mend or drop them"
        )
