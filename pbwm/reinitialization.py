"""Re-initialization of networks that are rewarded too rarely (`pbwm.restart`)."""

from abc import ABC, abstractmethod
from itertools import count
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from pbwm.circuit import Circuit
from pbwm.errors import PBWMNumberError
from pbwm.kernels.tables import Net
from pbwm.layout import Layout, Places
from pbwm.params import PBWMParams
from pbwm.state import BlockState, every_value, initial_weights, new_state, set_every_value, set_path
from tasks.base.learner import Outcome, Stopped
from tasks.base.task import TrialBlock
from tasks.base.training import Lesson, Training, train_by_epochs

__all__ = ["Reinitializing"]


def reinitialize(block: BlockState, net: Net, places: Places, network: int, fresh: BlockState) -> None:
    """Replace a network of a block by the first of a `fresh` block.

    Its number of trials continues, because it addresses random numbers.
    """
    values = {name: of_all[0] for name, of_all in every_value(fresh, net, places, 1)}
    lane = network if places.layout is Layout.NETWORKS else 0
    values["trials"] = block.arrays.trials[:, lane]
    values["network restarts"] = block.arrays.network["restarts"][:, lane] + 1
    set_every_value(block, net, places, network, values)


class Reinitializing(ABC):
    """Networks that can be re-initialized after a training epoch."""

    circuit: Circuit
    params: PBWMParams
    layout: Layout
    places: Places
    net: Net
    blocks: list[BlockState]
    seed: int
    networks: int
    dtype: np.dtype[Any]
    _numbers: range

    @abstractmethod
    def run(self, block: TrialBlock, *, learn: bool = True, record: bool = False) -> Outcome:
        """Run every network through its trials."""

    def _train_by_epochs(self, lesson: Lesson) -> tuple[Training, tuple[Stopped, ...]]:
        """Train, and check every network after each epoch."""
        stopped: list[Stopped] = []
        epochs, everyone = count(1), np.arange(self.networks)

        def gone() -> NDArray[np.bool_]:
            return np.isin(everyone, [self._numbers.index(which.network) for which in stopped])

        def epoch(block: TrialBlock) -> NDArray[np.bool_]:
            number = lesson.number(next(epochs))
            try:
                outcome = self.run(block)
            except PBWMNumberError as error:
                stopped.extend(which._replace(epoch=number) for which in error.stopped)
                outcome = cast(Outcome, error.outcome)
            return outcome.correct

        def ended(ran: NDArray[np.bool_], streak: NDArray[np.intp]) -> None:
            self._reinitialize(ran, faultless=streak > 0)

        return train_by_epochs(epoch, lesson, ended, gone), tuple(stopped)

    def _reinitialize(self, ran: NDArray[np.bool_], faultless: NDArray[np.bool_]) -> None:
        """Count the epoch of networks that `ran` it; re-initialize those that are rewarded too rarely."""
        restart = self.params.restart
        if restart is None:
            return
        for number in np.flatnonzero(ran):
            block, network = divmod(int(number), self.layout.networks)
            lane = slice(network, network + 1) if self.layout is Layout.NETWORKS else slice(None)
            one = self.blocks[block].arrays.network
            one["age"][0, lane] += 1
            first = one[0]
            old = first["age"][lane][0] >= restart.patience
            if old and not faultless[number] and first["mean_reward"][lane][0] < restart.reward:
                fresh = self._newborn(int(number), int(first["restarts"][lane][0]) + 1)
                reinitialize(self.blocks[block], self.net, self.places, network, fresh)

    def _newborn(self, number: int, life: int) -> BlockState:
        """A network, alone in a block, at the start of life `life` (0: the first)."""
        fresh = new_state(self.net, self.dtype)
        weights = initial_weights(self.circuit, self.seed, self._numbers[number], life)
        for p, path in enumerate(self.circuit.paths):
            set_path(fresh, self.net, self.params, self.places, p, 0, weights[path.name])
        return fresh
