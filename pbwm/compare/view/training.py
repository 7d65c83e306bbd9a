"""Training the population in the background, and the learning curves of all its networks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from time import perf_counter
from typing import Any

import numpy as np

from pbwm.compare.view.stage import Manipulated
from tasks.base.learner import Population
from tasks.base.task import Task
from tasks.base.training import draw_lesson

__all__ = ["Curve", "Training"]

SECONDS = 0.15
"""Target duration of a call, after which pages are informed and training can stop."""
MOST_EPOCHS = 16
"""Largest number of epochs in one call."""


@dataclass
class Curve:
    """Learning of the networks of one model so far.

    Attributes
    ----------
    error
        By epoch, the proportion wrong of every network; None where it did not run.
    reached
        By network, the epoch in which it reached the criterion, or None.
    streak
        By network, the current number of successive epochs without an error.
    """

    error: list[list[float | None]] = field(default_factory=list)
    reached: list[int | None] = field(default_factory=list)
    streak: list[int] = field(default_factory=list)

    @classmethod
    def blank(cls, networks: int) -> "Curve":
        """The curve of untrained networks."""
        return cls(reached=[None] * networks, streak=[0] * networks)

    @property
    def epochs(self) -> int:
        """Epochs so far."""
        return len(self.error)


class Training:
    """Populations in training, in a separate thread.

    Parameters
    ----------
    task, populations
        The task, and the networks by model.
    seed
        Address of the trials (`tasks.base.training.draw_lesson`).
    curves
        Learning curves so far, by model.
    """

    def __init__(
        self, task: Task, populations: Mapping[str, Population], seed: int, curves: Mapping[str, Curve]
    ) -> None:
        self.task, self.populations, self.seed = task, populations, seed
        self.curves = {name: curves.get(name) or Curve.blank(p.networks) for name, p in populations.items()}
        self._networks = {name: list(p.snapshot().networks) for name, p in populations.items()}
        self.error: str | None = None
        self._stop, self._thread = Event(), Thread()

    @property
    def running(self) -> bool:
        """Whether networks are in training."""
        return self._thread.is_alive()

    def start(
        self,
        epochs: int,
        manipulations: Mapping[str, Sequence[Any]],
        told: Callable[[str, int], None],
        done: Callable[[], None],
    ) -> None:
        """Train all models for `epochs` more epochs; a network that has reached the criterion is frozen.

        Parameters
        ----------
        manipulations
            Model → active manipulations.
        told
            Called after every call, with a model and its first new epoch.
        done
            Called at the end, in the thread that trained.
        """
        self._stop, self.error = Event(), None

        def run() -> None:
            try:
                self.train(dict.fromkeys(self.populations, epochs), manipulations, told)
            except Exception as error:  # whatever it is, the pages are told, and the session goes on
                self.error = str(error)
            finally:
                self._thread = Thread()
                done()

        self._thread = Thread(target=run, name="training", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop at the end of the current call, and wait for it."""
        self._stop.set()
        self.wait()

    def wait(self) -> None:
        """Wait until the training is over."""
        thread = self._thread
        if thread.is_alive():
            thread.join()

    def train(
        self,
        epochs: Mapping[str, int],
        manipulations: Mapping[str, Sequence[Any]],
        told: Callable[[str, int], None] = lambda _model, _first: None,
    ) -> None:
        """Train in this thread for `epochs` more epochs of each model; see `start`."""
        with ExitStack() as stack:
            for name, population in self.populations.items():
                stack.enter_context(manipulated(population, manipulations.get(name, ())))
            self._train({name: self.curves[name].epochs + count for name, count in epochs.items()}, told)

    def _train(self, ends: Mapping[str, int], told: Callable[[str, int], None]) -> None:
        needed = self.task.spec.criterion.zero_error_epochs
        calls = dict.fromkeys(ends, 1)
        waiting = list(ends)
        while waiting and not self._stop.is_set():
            for name in list(waiting):
                curve, first = self.curves[name], self.curves[name].epochs
                if first >= ends[name] or min(curve.streak) >= needed:
                    waiting.remove(name)
                    continue
                epochs = range(first, min(first + calls[name], ends[name]))
                began = perf_counter()
                self._learn(name, epochs)
                took = perf_counter() - began
                if took < SECONDS:
                    calls[name] = min(MOST_EPOCHS, 2 * calls[name])
                told(name, first)

    def _learn(self, name: str, epochs: range) -> None:
        population, curve = self.populations[name], self.curves[name]
        streak = np.array(curve.streak, np.intp)
        lesson = draw_lesson(self.task, self.seed, self._networks[name], epochs, streak)
        training = population.train(lesson)
        errors, counted = training.errors.sum(2), training.counted.sum(2)
        needed = self.task.spec.criterion.zero_error_epochs
        for epoch in range(int(training.done.max(initial=0))):
            ran = (training.done > epoch) & (counted[:, epoch] > 0)
            curve.error.append([float(e / c) if r else None for e, c, r in
                                zip(errors[:, epoch], counted[:, epoch], ran, strict=True)])  # fmt: skip
        for network, streak in enumerate(training.streak.tolist()):
            if curve.reached[network] is None and streak >= needed:
                curve.reached[network] = epochs.start + int(training.done[network])
        curve.streak = training.streak.tolist()


@contextmanager
def manipulated(population: Population, manipulations: Sequence[Any]) -> Iterator[None]:
    """Apply manipulations to all blocks of a population during the context."""
    blocks = [block for block in population.blocks if manipulations and isinstance(block, Manipulated)]
    for block in blocks:
        block.apply(*manipulations)
    try:
        yield
    finally:
        for block in blocks:
            block.revert(*manipulations)
