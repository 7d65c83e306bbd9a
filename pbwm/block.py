"""A block of networks, for both forms of PBWM."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pbwm.errors import PBWMNumberError, PBWMParameterError, PBWMTaskError, PBWMWeightsError
from pbwm.manipulations import Manipulable
from tasks.base.anatomy import Anatomy
from tasks.base.errors import nearest, require
from tasks.base.handling import with_progress
from tasks.base.learner import Outcome, Stopped
from tasks.base.saving import Snapshot, require_in_state
from tasks.base.task import TrialBlock
from tasks.base.training import FittedLesson, Lesson, Training
from tasks.engine.block import Block
from tasks.engine.kernels.counter import LARGEST_COUNT
from tasks.engine.size_limits import require_units

__all__ = ["PBWMBlock"]

Weights = Mapping[str, NDArray[np.floating]]

COUNTS = {"trials", "events", "network restarts"}
"""Arrays of the state that count trials, or re-initializations."""
WEIGHTS = {"weight", "linear"}
"""Arrays of the state with effective and linear weights."""


class PBWMBlock(Manipulable, Block):
    """Up to 16 networks with weights in [0, 1]; parameters as in `tasks.engine.block.Block`."""

    parameter_error = PBWMParameterError
    trials_error = PBWMTaskError

    circuit: Any

    def _require_room(self) -> None:
        for layer in self.circuit.layers:
            require_units(f"{type(self).__name__}.params: {layer.name}", layer.units, PBWMParameterError)

    @abstractmethod
    def _run(
        self, lesson: FittedLesson, learn: bool, record: bool, cycles: bool = False
    ) -> tuple[Any, Training, tuple[Stopped, ...]]:
        """Run a lesson: notes for `_outcome`, results by epoch, and stopped networks."""

    @abstractmethod
    def _outcome(self, block: TrialBlock, notes: Any) -> Outcome:
        """The outcome of a block of trials."""

    def run(self, block: TrialBlock, *, learn: bool = True, record: bool = False) -> Outcome:
        """Run every network through its trials, and learn if `learn`.

        Raises
        ------
        PBWMTaskError
            If the block does not fit the task of the network.
        PBWMParameterError
            If a manipulation cannot act in so few steps; no network runs then.
        PBWMNumberError
            If a number was not finite. That network keeps its state before the block; the others finish.
        """
        lesson = self._fitted_block(block)
        self._require_steps(lesson.trials.steps)
        notes, _, stopped = self._run(lesson, bool(learn), bool(record))
        block = lesson.trials
        if stopped:
            ended = [self._numbers.index(which.network) for which in stopped]
            block = replace(block, length=np.where(np.isin(np.arange(self.networks), ended), 0, block.length))
            raise PBWMNumberError(stopped, self._outcome(block, notes))
        return self._outcome(block, notes)

    def train(self, lesson: Lesson, *, progress: bool = False) -> Training:
        """Train every network through its epochs, or to criterion.

        With `progress`, training consists of several calls, and standard error shows it.

        Raises
        ------
        PBWMTaskError
            If the trials do not fit the task of the network.
        PBWMParameterError
            If a manipulation is by step (`Manipulation.by_step`) and training is not one run, or if a manipulation
            cannot act in so few steps. No network is then trained.
        PBWMNumberError
            If a number was not finite. That network keeps its state after the previous epoch; the others finish.
        """
        several = progress or getattr(self.params, "restart", None) is not None
        self._require_one_run(several)
        lesson = self._fitted(lesson)
        epochs = np.diff(lesson.ends, axis=1, prepend=0)
        self._require_steps(min(epochs[epochs > 0], default=0) if several else lesson.trials.steps)
        if progress:
            return with_progress(self, lesson)
        training, stopped = self._trained(lesson)
        if stopped:
            raise PBWMNumberError(stopped, training)
        return self.noted(training)

    def _require_steps(self, steps: int) -> None:
        for manipulation in self.manipulations if steps else ():
            manipulation.check_run(steps)

    def _require_one_run(self, several: bool) -> None:
        for manipulation in self.manipulations:
            rule = "sets gates step by step for one run, but training with progress or restarts has several runs"
            remedy = "train without progress, and with restart=None"
            name = type(manipulation).__name__
            held = several and manipulation.by_step
            require(not held, "manipulation", name, rule, remedy, error=PBWMParameterError)

    def _trained(self, lesson: FittedLesson) -> tuple[Training, tuple[Stopped, ...]]:
        _, training, stopped = self._run(lesson, True, False)
        return training, stopped

    def _one_step(self, what: str, block: TrialBlock, learn: bool) -> tuple[TrialBlock, Any, Outcome]:
        """Run a block of one step: the fitted block, notes by cycle, and outcome."""
        lesson = self._fitted_block(block)
        block, rule, remedy = lesson.trials, "must be 1", "cut the block into steps"
        require(block.steps == 1, f"{what}: steps", block.steps, rule, remedy, error=self.trials_error)
        self._require_steps(block.steps)
        notes, _, stopped = self._run(lesson, bool(learn), True, cycles=True)
        outcome = self._outcome(block, notes)
        if stopped:
            raise PBWMNumberError(stopped, outcome)
        return block, notes, outcome

    @abstractmethod
    def anatomy(self) -> Anatomy:
        """Layers, projections, phases of a step, and possible manipulations."""

    @abstractmethod
    def trace_step(self, block: TrialBlock, *, learn: bool = True) -> tuple[Outcome, NDArray[np.floating]]:
        """Run a block of one step; return also activity by cycle, (cycle, unit, network)."""

    def path_weights(self) -> dict[str, NDArray[np.floating]]:
        """The same as `weights`."""
        return self.weights()

    def snapshot(self) -> Snapshot:
        """Copies of the complete state of the networks.

        Raises
        ------
        PBWMParameterError
            If manipulations are active.
        """
        require(
            not self.manipulations,
            f"{type(self).__name__}.manipulations",
            self.manipulations,
            "are not part of the state of a network",
            "revert them before, and apply them again afterwards",
            error=PBWMParameterError,
        )
        return super().snapshot()

    @abstractmethod
    def weights(self) -> dict[str, NDArray[np.floating]]:
        """Effective weights by path, each (network, receiver, contact)."""

    @abstractmethod
    def _write(self, network: int, weights: Weights) -> None:
        """Set effective weights of one network, each (receiver, contact)."""

    def set_weights(self, weights: Weights) -> None:
        """Set effective weights of some paths, each (network, receiver, contact).

        Raises
        ------
        UnknownNameError
            If a name is not a path.
        PBWMWeightsError
            If an array has the wrong shape, or a value is not in [0, 1].
        """
        now = self.weights()
        for name, values in weights.items():
            if name not in now:
                raise nearest("path", name, now)
            _check(name, values, now[name].shape)
        # In double precision, so that the precision of the given weights does not matter.
        wide = {name: np.asarray(values, np.float64) for name, values in weights.items()}
        for network in range(self.networks):
            self._write(network, {name: values[network] for name, values in wide.items()})

    def _check_state(self, state: Weights) -> None:
        """Require weights in [0, 1], and whole counts, which address random numbers."""
        for name in WEIGHTS & state.keys():
            values = state[name]
            require_in_state(name, values, (values >= 0) & (values <= 1), "must be a weight in [0, 1]")
        for name in COUNTS & state.keys():
            values = state[name]
            right = (values >= 0) & (values <= LARGEST_COUNT) & (values == np.floor(values))
            require_in_state(name, values, right, f"must be a whole number from 0 to {LARGEST_COUNT:,}")

    def _stopped(self, lesson: Lesson, faults: ArrayLike) -> tuple[Stopped, ...]:
        if not np.any(faults):
            return ()
        state, found = self.state(), []
        for network, fault in enumerate(np.asarray(faults).tolist()):
            if fault:
                infinite = (name for name, values in state.items() if not np.isfinite(values[network]).all())
                bad = next(infinite, "a value that is finite again")
                found.append(Stopped(network=self._numbers[network], quantity=bad, epoch=lesson.number(fault)))
        return tuple(found)


def _check(name: str, given: ArrayLike, shape: tuple[int, ...]) -> None:
    rule, remedy = f"must be {shape} (network, receiver, contact)", "give the weights of every network"
    what = f"weights of path {name!r}"
    try:
        values = np.asarray(given)
    except ValueError as why:
        raise PBWMWeightsError(f"{what}: must be an array of numbers ({why}); {remedy}") from None
    kind = str(values.dtype)
    require(
        values.dtype.kind in "fiu", f"{what}: dtype", kind, "must hold real numbers", remedy, error=PBWMWeightsError
    )
    require(values.shape == shape, f"{what}: shape", values.shape, rule, remedy, error=PBWMWeightsError)
    bad = np.argwhere(~((values >= 0) & (values <= 1)))
    if len(bad):
        network, receiver, contact = (int(i) for i in bad[0])
        raise PBWMWeightsError(
            f"{what}: {values[tuple(bad[0])]} (network {network}, receiver {receiver}, contact {contact}) is not a "
            f"weight in [0, 1]; {len(bad)} values are not; correct or omit them"
        )
