"""Conveniences of all learners: length, indexing, text, single steps, and training with progress."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from tasks.base.addresses import range_of
from tasks.base.errors import ParameterError, complaint, is_number, nearest, require
from tasks.base.training import Lesson, Training
from tasks.base.trials import TrialBlock

if TYPE_CHECKING:
    from tasks.base.learner import Outcome

__all__ = ["Handling", "HandlingOfBlocks", "places_of", "with_progress"]

Shown = str | float | Sequence[str | float | None] | None


def places_of(which: int | slice, count: int) -> range:
    """The consecutive places among `count` networks that an index or a slice selects.

    Raises
    ------
    IndexError
        If the place does not exist, or the places are not consecutive.

    Examples
    --------
    >>> places_of(-1, 20), places_of(slice(10, 30), 20)
    (range(19, 20), range(10, 20))
    """
    places = range_of(which, count)
    if not len(places):
        raise IndexError(f"{which} selects none of the {count} networks; count from 0")
    if places.step != 1:
        raise IndexError(f"{which} skips networks; select consecutive networks")
    return places


class Handling(ABC):
    """Conveniences of a learner. A subclass calls `noted` after each training."""

    spec: Any
    epochs_trained: NDArray[np.intp] | None = None
    """Epochs that each network was trained in this object, or None."""
    reached: NDArray[np.bool_] | None = None
    """Networks that reached the criterion in this object, or None."""

    def noted(self, training: Training) -> Training:
        """Add a training to `epochs_trained` and `reached`, and return it."""
        before = np.zeros_like(training.done) if self.epochs_trained is None else self.epochs_trained
        self.epochs_trained, self.reached = before + training.done, training.reached
        return training

    def __len__(self) -> int:
        learner: Any = self
        return int(learner.networks)

    def manipulated(self, *manipulations: Any) -> AbstractContextManager[Self]:  # noqa: ARG002
        """A context with manipulated networks (`anatomy` lists the manipulations).

        Raises
        ------
        ParameterError
            If the model has no manipulations.
        """
        rule, remedy = "has no manipulations", "use a model whose anatomy lists manipulations, such as PBWM"
        raise ParameterError(complaint("model", type(self).__name__, rule, remedy))

    @abstractmethod
    def _part(self, places: range) -> Any:
        """Copies of some networks."""

    def __getitem__(self, which: int | slice) -> Self:
        """Independent copies of some networks: ``networks[3]``, ``networks[10:20]``."""
        places = places_of(which, len(self))
        part: Self = self._part(places)
        if self.epochs_trained is not None and self.reached is not None:
            part.epochs_trained, part.reached = self.epochs_trained[list(places)], self.reached[list(places)]
        return part

    def __repr__(self) -> str:
        count = len(self)
        networks = f"{count} network{'s' if count > 1 else ''}"
        return f"<{self._kind()} on {self.spec.name}: {networks}, {self._history()}>"

    def _kind(self) -> str:
        return type(self).__name__

    def _history(self) -> str:
        if self.epochs_trained is None or self.reached is None:
            return "not trained here"
        least, most = int(self.epochs_trained.min()), int(self.epochs_trained.max())
        epochs = f"{most} epochs" if least == most else f"{least} to {most} epochs"
        return f"trained {epochs}, {int(self.reached.sum())} reached the criterion"

    def step(
        self,
        shown: Shown | Mapping[str, Shown],
        target: str | Sequence[str | None] | None = None,
        *,
        start: bool = False,
        learn: bool = False,
    ) -> NDArray[np.int16]:
        """Run every network through one step, from its current activity.

        Parameters
        ----------
        shown
            Channel → symbol or real value, or the value alone if there is one channel. One for all networks, or a list;
            None: silence.
        target
            Name of the correct response, which counts and is rewarded: one for all networks, or a list.
        start
            Whether the step is a start (`Trials.starts`).
        learn
            Whether networks learn from the step.

        Returns
        -------
        response : int16 array (network,)
            Indices into `TaskSpec.responses`.

        Raises
        ------
        UnknownNameError
            If a channel, symbol or response is unknown.
        ParameterError
            If a list does not have one entry per network, or a value is not finite.
        """
        learner: Any = self
        outcome: Outcome = learner.run(self._shown_step(shown, target, start), learn=learn)
        return outcome.response[:, 0]

    def _shown_step(self, shown: Any, target: Any, start: bool) -> TrialBlock:
        spec, block = self.spec, TrialBlock.blank(self.spec, len(self), 1)
        names = [channel.name for channel in (*spec.channels, *spec.analog)]
        if not isinstance(shown, Mapping):
            rule, remedy = f"must name some of the {len(names)} channels", f"give a mapping from {names}"
            require(len(names) == 1, "step: shown", shown, rule, remedy)
            shown = {names[0]: shown}
        for name, value in shown.items():
            if name not in names:
                raise nearest("channel", str(name), names)
            i, each = names.index(name), self._for_each("shown", value)
            if i < len(spec.channels):
                block.symbols[:, 0, i] = [_index("symbol", v, spec.channels[i].symbols) for v in each]
            else:
                for v in each:
                    rule, remedy = "must be a finite number", "give a value of the task, or None for 0"
                    require(v is None or is_number(v), f"step: shown[{name!r}]", v, rule, remedy)
                block.values[:, 0, i - len(spec.channels)] = [0.0 if v is None else v for v in each]
        block.starts[:] = start
        right = np.array([_index("response", v, spec.responses) for v in self._for_each("target", target)], np.int16)
        block.target[:, 0] = right
        block.counts[:, 0] = block.rewarded[:, 0] = right >= 0
        return block

    def _for_each(self, field: str, value: Any) -> list[Any]:
        if isinstance(value, np.ndarray):
            value = value.tolist()
        if not isinstance(value, list | tuple):
            return [value] * len(self)
        rule, remedy = f"must have an entry for each of the {len(self)} networks", "give a list of these, or one entry"
        require(len(value) == len(self), f"step: {field}", value, rule, remedy)
        return list(value)


class HandlingOfBlocks(Handling):
    """Conveniences of a population of blocks."""

    def _part(self, places: range) -> Any:
        population: Any = self
        return population.of(population.snapshot().part(places), type(population.blocks[0]))

    def _kind(self) -> str:
        population: Any = self
        return f"Population of {type(population.blocks[0]).__name__}"

    @contextmanager
    def manipulated(self, *manipulations: Any) -> Iterator[Self]:
        """As `Handling.manipulated`."""
        population: Any = self
        with ExitStack() as stack:
            first, count = 0, len(self)
            for block in population.blocks:
                own = range(first, first + len(block))
                parts = [_of_networks(m, own, count) for m in manipulations]
                stack.enter_context(block.manipulated(*parts))
                first = own.stop
            yield self

    def to_torch(self) -> list[dict[str, NDArray[Any]]]:
        """The weights of every network, in the naming of PyTorch.

        Raises
        ------
        ParameterError
            If the model has no such weights, or PyTorch lacks its form.
        """
        population: Any = self
        kind = type(population.blocks[0])
        rule, remedy = "has no weights in the naming of PyTorch", "use a model that has `to_torch`: LSTM or GRU"
        require(hasattr(kind, "to_torch"), "model", kind.__name__, rule, remedy)
        return [weights for block in population.blocks for weights in block.to_torch()]


def _of_networks(manipulation: Any, places: range, count: int) -> Any:
    """The part of a manipulation for a block."""
    own = hasattr(manipulation, "of_networks") and not isinstance(manipulation, type)
    return manipulation.of_networks(places, count) if own else manipulation


def _index(kind: str, value: Any, names: Sequence[str]) -> int:
    if value is None:
        return -1
    if value not in names:
        raise nearest(kind, str(value), names)
    return list(names).index(value)


def with_progress(learner: Any, lesson: Lesson) -> Training:
    """Train on a lesson in parts, with progress on standard error."""
    parts: list[Training] = []
    streak, first, several = lesson.streak, 0, 1
    while first < lesson.epochs:
        stop = min(first + several, lesson.epochs)
        part = learner.train(lesson.part(first, stop, streak))
        parts.append(part)
        streak, first, several = part.streak, stop, min(2 * several, 8)
        ended = bool((part.reached | (lesson.trials.length == 0)).all())
        reached = f"{int(part.reached.sum())} of {len(part.reached)} networks reached the criterion"
        print(f"\r{first} of {lesson.epochs} epochs, {reached}", end="", file=sys.stderr, flush=True)
        if ended:
            break
    print(file=sys.stderr)
    return Training.in_succession(parts, lesson.epochs)
