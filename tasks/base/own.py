"""Base class for a model of your own, which needs only the answers and the state of a block of networks.

A subclass defines `begin`, `answer`, `kept`, and `keep`.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from tasks.base.abilities import TaskRefusedError, require_abilities
from tasks.base.addresses import require_networks, require_seed
from tasks.base.answers import Answer, Choice
from tasks.base.errors import TaskError, require
from tasks.base.fitting import fitted
from tasks.base.handling import Handling, with_progress
from tasks.base.learner import BLOCK, Outcome
from tasks.base.record import GateRecord
from tasks.base.saving import Saveable, Snapshot, check_state, require_precision
from tasks.base.spec import require_spec
from tasks.base.task import TaskSpec, TrialBlock
from tasks.base.training import Lesson, Training, require_lesson, train_by_epochs

__all__ = ["NoParams", "OwnLearner", "OwnModelError"]

PRECISION = "float32"
"""Precision of own models in files, which do not choose one."""


class OwnModelError(TaskError, ValueError):
    """Your own model cannot be built, or violates the contract of a learner."""


@dataclass(frozen=True, kw_only=True)
class NoParams:
    """Parameters of a model without parameters."""


class OwnLearner(Handling, Saveable):
    """Up to 16 networks of your own model, built for one task; a `tasks.base.learner.Learner`.

    The result of a network must depend only on its own stream, number and seed.

    Parameters
    ----------
    spec
        The task.
    networks
        Numbers of at most 16 networks, which address random numbers (`tasks.base.rng.stream`).
    seed
        Root seed of the study.
    params
        An object of class `params_kind`; None: its defaults.

    Attributes
    ----------
    name : str
        Name in files; by default that of the class.
    params_kind : type
        A frozen dataclass with defaults for all fields; by default `NoParams`.
    analog, answers, resets
        Abilities: real values, kinds of answer, reset of memory.

    Raises
    ------
    OwnModelError
        If an argument is invalid.
    TaskRefusedError
        If the task exceeds the abilities.
    """

    name: ClassVar[str] = "own"
    params_kind: ClassVar[type[Any]] = NoParams
    analog: ClassVar[bool] = False
    answers: ClassVar[tuple[type[Answer], ...]] = (Choice,)
    resets: ClassVar[bool] = False

    params: Any

    def __init_subclass__(cls, **given: Any) -> None:
        super().__init_subclass__(**given)
        if "name" not in vars(cls):
            cls.name = cls.__name__

    def __init__(
        self, spec: TaskSpec, *, networks: range = range(BLOCK), seed: int = 0, params: Any | None = None
    ) -> None:
        name = type(self).__name__
        networks = require_networks(f"{name}.networks", networks, BLOCK, error=OwnModelError)
        require_spec(f"{name}.spec", spec, error=OwnModelError)
        params = self.params_kind() if params is None else params
        rule, remedy = f"is not of type {self.params_kind.__name__}", "build one with its keywords"
        require(isinstance(params, self.params_kind), f"{name}.params", params, rule, remedy, error=OwnModelError)
        require_abilities(
            spec, name, analog=self.analog, answers=self.answers, resets=self.resets, error=TaskRefusedError
        )
        self.spec, self.params = spec, params
        self.seed = require_seed(f"{name}.seed", seed, error=OwnModelError)
        self.networks, self.numbers = len(networks), networks
        self.begin()

    @abstractmethod
    def begin(self) -> None:
        """Make the networks `self.numbers` for the task `self.spec`."""

    @abstractmethod
    def answer(self, block: TrialBlock, learn: bool) -> NDArray[np.integer]:
        """Run every network through its stream, and learn if `learn`; return responses (network, step).

        Activity continues from the previous call. A stream of length 0 must not change its network.
        """

    @abstractmethod
    def kept(self) -> dict[str, NDArray[Any]]:
        """Persistent state by name, each array (network, …)."""

    @abstractmethod
    def keep(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Restore what `kept` returned."""

    def memory(self) -> NDArray[np.floating]:
        """Content of the networks after a step, (network, unit); by default one unit of 0."""
        return np.zeros((self.networks, 1))

    def run(self, block: TrialBlock, *, learn: bool = True, record: bool = False) -> Outcome:
        """Run every network through its stream, and learn if `learn`.

        A record has one slot with the `memory` after each step (NaN while networks learn); all gates are 1.

        Raises
        ------
        ParameterError
            If the block does not fit the task.
        OwnModelError
            If `answer` does not return responses (network, step).
        """
        block = fitted(block, self.spec, self.networks)
        learn, empty = bool(learn), self._remembered()
        if not record or learn:
            response = self._answered(block, learn)
            held = [np.full_like(empty, np.nan)] * block.steps
        else:
            response, held = np.full(block.target.shape, -1, np.int16), []
            for step in range(block.steps):
                response[:, step] = self._answered(self._step(block, step), learn)[:, 0]
                held.append(self._remembered())
        return Outcome.of(block, response, record=self._record(block, held) if record else None)

    @staticmethod
    def _step(block: TrialBlock, step: int) -> TrialBlock:
        arrays = {name: values[:, step : step + 1] for name, values in vars(block).items() if name != "length"}
        return TrialBlock(length=np.clip(block.length - step, 0, 1), **arrays)

    def _answered(self, block: TrialBlock, learn: bool) -> NDArray[np.int16]:
        own = TrialBlock(**{name: values.copy() for name, values in vars(block).items()})  # a model may change it
        response = _array(self.answer(own, learn))
        fits = response.shape == block.target.shape and response.dtype.kind in "iu"
        found, rule = (response.shape, response.dtype.name), f"must be whole numbers of shape {block.target.shape}"
        where, remedy = f"{type(self).__name__}.answer", "give a response for every step"
        require(fits, where, found, rule, remedy, error=OwnModelError)
        beyond = response[block.live & ((response < -1) | (response >= len(self.spec.responses)))]
        rule = f"must be −1 or one of the {len(self.spec.responses)} responses of the task, from 0 on"
        require(not beyond.size, where, beyond[:1].tolist(), rule, "give their indices", error=OwnModelError)
        return np.where(block.live, response, -1).astype(np.int16)

    def _remembered(self) -> NDArray[np.floating]:
        memory = _array(self.memory())
        fits = memory.ndim == 2 and len(memory) == self.networks and memory.dtype.kind in "fiu"
        where, found = f"{type(self).__name__}.memory", (memory.shape, memory.dtype.name)
        rule = f"must be numbers of shape ({self.networks}, units)"
        require(fits, where, found, rule, "give a row for every network", error=OwnModelError)
        return memory.astype(np.float64)

    def _record(self, block: TrialBlock, memory: list[NDArray[np.floating]]) -> GateRecord:
        held = np.stack(memory, axis=1)[:, :, None, :] if memory else np.zeros((self.networks, 0, 1, 1))
        held = np.where(block.live[..., None, None], held, np.nan)
        none = np.where(block.live[..., None], 1.0, np.nan)
        return GateRecord(
            model=self.name,
            slots=("state",),
            input_gate=none,
            forget_gate=none,
            output_gate=none,
            memory=held,
            resets=block.starts & block.live if self.spec.resets_memory else None,
        )

    def _part(self, places: range) -> Self:
        return type(self).from_snapshot(self.snapshot().part(places))

    def train(self, lesson: Lesson, *, progress: bool = False) -> Training:
        """Train every network through its epochs, or to criterion."""
        require_lesson(lesson)
        if progress:
            return with_progress(self, lesson)
        lesson = lesson.fitted(self.spec, self.networks)
        return self.noted(train_by_epochs(lambda block: self.run(block).correct, lesson))

    def state(self) -> dict[str, NDArray[Any]]:
        """The complete state by name, each array (network, …)."""
        kept, where = self.kept(), f"{type(self).__name__}.kept"
        rule, remedy = "must be a dictionary of arrays", "give each a name"
        named = isinstance(kept, Mapping) and all(isinstance(name, str) for name in kept)
        require(named, where, kept, rule, remedy, error=OwnModelError)
        state = {name: _array(values).copy() for name, values in kept.items()}
        rule = f"must be numbers of shape ({self.networks}, …)"
        for name, values in state.items():
            fits = values.shape[:1] == (self.networks,) and values.dtype.kind in "fiub"
            found = (values.shape, values.dtype.name)
            require(fits, f"{where}[{name!r}]", found, rule, "give a row for every network", error=OwnModelError)
        return state

    def set_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Restore a `state` of networks of the same kind.

        Raises
        ------
        SavedFileError
            If it is not the state of such networks.
        """
        check_state(self.name, state, self.state())
        self.keep({name: np.array(values) for name, values in state.items()})

    def snapshot(self) -> Snapshot:
        """A copy of the complete state."""
        return Snapshot(
            model=self.name,
            spec=self.spec,
            params=self.params,
            seed=self.seed,
            networks=self.numbers,
            dtype=PRECISION,
            state=self.state(),
        )

    @classmethod
    def from_snapshot(cls, snapshot: Snapshot, **options: Any) -> Self:
        """The networks of a snapshot, which continue like the originals."""
        require_precision(snapshot, PRECISION)
        given = {"seed": snapshot.seed, "params": snapshot.params, **options}
        learner = cls(snapshot.spec, networks=snapshot.networks, **given)
        learner.set_state(snapshot.state)
        return learner


def _array(values: Any) -> NDArray[Any]:
    try:
        return np.asarray(values)
    except (TypeError, ValueError):  # rows of several lengths
        return np.empty(0, object)
