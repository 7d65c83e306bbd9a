"""Construction and snapshots of blocks of up to 16 networks, for all models."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

from tasks.base.addresses import require_networks, require_seed
from tasks.base.errors import require
from tasks.base.handling import Handling
from tasks.base.saving import Saveable, Snapshot, check_state, require_precision
from tasks.base.spec import require_spec
from tasks.base.task import TaskSpec, TrialBlock
from tasks.base.training import FittedLesson, Lesson, require_lesson
from tasks.engine.lanes import LANES

__all__ = ["Block"]

PRECISIONS = (np.float32, np.float64)


def _precise(dtype: object) -> bool:
    try:
        return np.dtype(dtype) in PRECISIONS  # type: ignore[call-overload]
    except TypeError:
        return False


class Block(Handling, Saveable):
    """Up to 16 networks of one model, built for one task.

    `networks` are their numbers, which address random numbers; `dtype` is float32 or float64.

    Raises
    ------
    ValueError
        The model's own (`parameter_error`), if an argument is invalid.
    """

    parameter_error: ClassVar[type[ValueError]]
    """Error of the model for invalid parameters."""
    trials_error: ClassVar[type[ValueError]]
    """The model's error for trials that do not fit."""

    def __init__(self, spec: TaskSpec, *, networks: range, seed: int, params: Any, dtype: DTypeLike) -> None:
        name, error = type(self).__name__, self.parameter_error
        networks = require_networks(f"{name}.networks", networks, LANES, error=error)
        seed = require_seed(f"{name}.seed", seed, error=error)
        rule, remedy = f"is not of type {self.params_kind.__name__}", "build one with its keywords"
        require(isinstance(params, self.params_kind), f"{name}.params", params, rule, remedy, error=error)
        require_spec(f"{name}.spec", spec, error=error)
        rule, remedy = "must be float32 or float64", "use float32, as in the reported results"
        require(_precise(dtype), f"{name}.dtype", dtype, rule, remedy, error=error)
        self.spec, self.seed, self.params, self.dtype = spec, seed, params, np.dtype(dtype)
        self.networks, self._numbers = len(networks), networks

    def _part(self, places: range) -> Self:
        return type(self).from_snapshot(self.snapshot().part(places))

    def _fitted(self, lesson: Lesson) -> FittedLesson:
        """The lesson for kernels; raises `trials_error`."""
        require_lesson(lesson, self.trials_error)
        return lesson.fitted(self.spec, self.networks, self.trials_error)

    def _fitted_block(self, block: TrialBlock) -> FittedLesson:
        return FittedLesson.of_block(block, self.spec, self.networks, self.trials_error)

    @abstractmethod
    def state(self) -> dict[str, NDArray[Any]]:
        """The complete state by name, each array (network, …)."""

    @abstractmethod
    def _put(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Set the networks to a `state` that fits."""

    def set_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Restore a `state` of networks of the same kind.

        Raises
        ------
        SavedFileError
            If it is not the state of such networks, or not finite; nothing is set then.
        """
        check_state(self.name, state, self.state())
        self._check_state(state)
        self._put(state)

    def _check_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Raise `SavedFileError` if a finite number of a state is invalid."""

    def snapshot(self) -> Snapshot:
        """A copy of the complete state."""
        return Snapshot(
            model=self.name,
            spec=self.spec,
            params=self.params,
            seed=self.seed,
            networks=self._numbers,
            dtype=self.dtype.name,
            state=self.state(),
        )

    @classmethod
    def from_snapshot(cls, snapshot: Snapshot, **options: Any) -> Self:
        """The networks of a snapshot, which continue bit for bit.

        Options are arguments of the constructor on which results do not depend.

        Raises
        ------
        SavedFileError
            If the state is not that of such networks.
        """
        given = {"seed": snapshot.seed, "params": snapshot.params, **cls._given(snapshot), **options}
        learner = cls(snapshot.spec, networks=snapshot.networks, **given)
        require_precision(snapshot, learner.dtype.name)
        learner.set_state(snapshot.state)
        return learner

    @classmethod
    def _given(cls, snapshot: Snapshot) -> dict[str, Any]:
        return {"dtype": snapshot.dtype}
