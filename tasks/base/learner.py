"""The learner, which every model implements, and a population of any size in blocks of 16."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, fields, replace
from os import PathLike
from typing import Any, NamedTuple, Protocol, Self, TypeVar, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tasks.base.addresses import require_count
from tasks.base.errors import SavedFileError, require, require_integer
from tasks.base.files import path_of
from tasks.base.fitting import fitted, require_block
from tasks.base.handling import HandlingOfBlocks, with_progress
from tasks.base.record import GateRecord
from tasks.base.saving import Saveable, Snapshot, read_snapshot, require_state, write_snapshot
from tasks.base.task import TaskSpec, TrialBlock
from tasks.base.training import Lesson, Training, require_lesson

__all__ = ["BLOCK", "Learner", "NumberError", "Outcome", "Population", "Stopped"]

Done = TypeVar("Done")

BLOCK = 16
"""Networks (lanes) in one kernel call."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Responses of a population to a block of trials; -1 and False beyond a stream.

    Attributes
    ----------
    response : int16 array (network, step)
        Index of the response (`tasks.base.answers`).
    correct : bool array (network, step)
        Whether it was the target.
    errors, counted : int array (network,)
        Wrong responses that count, and all that count.
    measures
        Further measures by name, each (network, step).
    record : GateRecord or None
        Gates and memory, if requested.
    manipulations
        Active manipulations, in the order of application.
    """

    response: NDArray[np.int16]
    correct: NDArray[np.bool_]
    errors: NDArray[np.intp]
    counted: NDArray[np.intp]
    measures: Mapping[str, NDArray[np.generic]] = field(default_factory=dict)
    record: GateRecord | None = None
    manipulations: tuple[Any, ...] = ()

    @classmethod
    def of(
        cls,
        block: TrialBlock,
        response: NDArray[np.int16],
        *,
        measures: Mapping[str, NDArray[np.generic]] | None = None,
        record: GateRecord | None = None,
        manipulations: tuple[Any, ...] = (),
    ) -> "Outcome":
        """Score the `response` (network, step) to a block of trials."""
        live = block.live
        response = np.where(live, response, -1).astype(np.int16)
        correct = live & (response == block.target)
        counts = live & block.counts
        return cls(
            response=response,
            correct=correct,
            errors=(counts & ~correct).sum(1),
            counted=counts.sum(1),
            measures=measures or {},
            record=record,
            manipulations=manipulations,
        )


@runtime_checkable
class Learner(Protocol):
    """A population of networks of one model, built for one task.

    The result of a network depends only on its own stream and address. State carries over from call to call.

    Errors do not cross calls. The division of a stream into calls therefore affects learning, except in models that
    learn step by step (PBWM, the SRN, online rules of the LSTM). Models that learn by windows count them from the start
    of a call. Rules that learn after every sequence also learn at the end of a call. With sliding windows (RBP), every
    cut changes learning. Credit over time requires whole episodes (`tasks.bridges.policies.LearnAt`).
    """

    @property
    def name(self) -> str:
        """Name of the model in the catalog."""
        ...

    @property
    def spec(self) -> TaskSpec:
        """The task it was built for."""
        ...

    @property
    def networks(self) -> int:
        """Number of networks."""
        ...

    def run(self, block: TrialBlock, *, learn: bool = True, record: bool = False) -> Outcome:
        """Run every network through its stream, and learn if `learn`."""
        ...

    def train(self, lesson: Lesson) -> Training:
        """Train every network through a lesson, or to its criterion.

        Results are those of `run` on successive epochs, bit for bit.
        """
        ...

    def snapshot(self) -> Snapshot:
        """Copies of the complete state of the networks."""
        ...

    def state(self) -> dict[str, NDArray[Any]]:
        """Persistent state by name, each array (network, …)."""
        ...

    def set_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Restore a `state` of `state()`, bit for bit."""
        ...


class Stopped(NamedTuple):
    """A network in which a number was not finite.

    Attributes
    ----------
    network, quantity
        Number of the network, and the first such quantity.
    epoch
        The epoch, from 1, if it has a number.
    first, last
        First and last step of any window, from 1 in the epoch.
    model
        Class of the network.
    """

    network: int
    quantity: str
    epoch: int | None = None
    first: int | None = None
    last: int | None = None
    model: str = ""

    def __str__(self) -> str:
        epoch = "" if self.epoch is None else f", epoch {self.epoch}"
        steps = "" if self.first is None else f", steps {self.first} to {self.last}"
        return f"network {self.network}{epoch}{steps}: {self.quantity}"


class NumberError(ArithmeticError):
    """NaN or infinity arose in some networks, which were stopped; the others finished.

    Attributes
    ----------
    stopped : tuple of Stopped
    outcome : Outcome or Training
        Result of all networks.
    """

    def __init__(self, stopped: tuple[Stopped, ...], outcome: Any) -> None:
        super().__init__(stopped, outcome)
        self.stopped, self.outcome = stopped, outcome


def _joined(arrays: Sequence[NDArray[np.generic]], steps: int) -> NDArray[np.generic]:
    """Arrays (network, step, …) of several blocks, padded to `steps`."""
    out = []
    for a in arrays:
        padding = np.nan if a.dtype.kind == "f" else False if a.dtype.kind == "b" else -1
        widths = [(0, 0), (0, steps - a.shape[1])] + [(0, 0)] * (a.ndim - 2)
        out.append(np.pad(a, widths, constant_values=padding))
    return np.concatenate(out)


class Population(HandlingOfBlocks):
    """Many networks of one model, in blocks of 16 on threads; a `Learner`.

    Parameters
    ----------
    build
        Builds the learner of a block from network numbers.
    networks
        Number of networks.
    threads
        Blocks that run at the same time; results do not depend on it.

    Raises
    ------
    ParameterError
        If `networks` is not from 1 to `tasks.base.addresses.MOST_NETWORKS`, or `threads` is below 1.
    """

    def __init__(self, build: Callable[[range], Learner], networks: int, threads: int = 1) -> None:
        networks = require_count("networks", networks)
        require_integer("threads", threads, least=1)
        self._ranges = [range(s, min(s + BLOCK, networks)) for s in range(0, networks, BLOCK)]
        self.blocks = [build(r) for r in self._ranges]
        self._pool = ThreadPoolExecutor(min(threads, len(self.blocks)))

    @property
    def name(self) -> str:
        """Name of the model in the catalog."""
        return self.blocks[0].name

    @property
    def spec(self) -> TaskSpec:
        """The task the population was built for."""
        return self.blocks[0].spec

    @property
    def networks(self) -> int:
        """Number of networks."""
        return sum(len(r) for r in self._ranges)

    def run(self, block: TrialBlock, *, learn: bool = True, record: bool = False) -> Outcome:
        """Run every block, and join the outcomes.

        Raises
        ------
        ParameterError
            If the block does not fit; no network runs then.
        NumberError
            If a number was not finite; it names all stopped networks, and has the `outcome`.
        """
        self._check_size(block)
        block = fitted(block, self.spec, self.networks)
        parts = [block.network_slice(r.start, r.stop) for r in self._ranges]
        jobs = [
            self._pool.submit(learner.run, part, learn=learn, record=record)
            for learner, part in zip(self.blocks, parts, strict=True)
        ]
        return _gathered(jobs, lambda outcomes: _joined_outcome(outcomes, block.steps))

    def train(self, lesson: Lesson, *, progress: bool = False) -> Training:
        """Train every block on its part of the lesson, and join the results; errors as in `run`.

        With `progress`, standard error shows the progress.
        """
        require_lesson(lesson)
        if progress:
            return with_progress(self, lesson)
        self._check_size(lesson.trials)
        lesson = lesson.fitted(self.spec, self.networks)
        parts = [lesson.network_slice(r.start, r.stop) for r in self._ranges]
        jobs = [self._pool.submit(learner.train, part) for learner, part in zip(self.blocks, parts, strict=True)]
        return self.noted(_gathered(jobs, Training.joined))

    def _check_size(self, block: TrialBlock) -> None:
        require_block(block)
        block.check_shapes()
        rule = f"differs from the population's {self.networks}"
        remedy = "give a stream, or None, for every network"
        require(block.networks == self.networks, "TrialBlock.networks", block.networks, rule, remedy)

    def snapshot(self) -> Snapshot:
        """Copies of the complete state of all networks."""
        return Snapshot.joined([block.snapshot() for block in self.blocks])

    def state(self) -> dict[str, NDArray[Any]]:
        """Persistent state by name, each array (network, …)."""
        states = [block.state() for block in self.blocks]
        return {name: np.concatenate([state[name] for state in states]) for name in states[0]}

    def set_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Restore a `state` of `state()`, bit for bit.

        Raises
        ------
        SavedFileError
            If it is not the state of such networks.
        """
        require_state(state)
        rule, remedy = f"must be an array of {self.networks} networks", "give the state of such a population"
        for name, values in state.items():
            found = values.shape if isinstance(values, np.ndarray) else type(values).__name__
            fits = isinstance(values, np.ndarray) and values.shape[:1] == (self.networks,)
            require(fits, f"state {name!r}", found, rule, remedy, error=SavedFileError)
        for block, part in zip(self.blocks, self._ranges, strict=True):
            block.set_state({name: values[part.start : part.stop] for name, values in state.items()})

    def save(self, path: str | PathLike[str]) -> None:
        """Write all networks to one file (``.safetensors``), atomically.

        Raises
        ------
        SavedFileError
            If it cannot be written.
        """
        write_snapshot(path_of("save: path", path, "give the path of a file"), self.snapshot())

    @classmethod
    def load(cls, path: str | PathLike[str], model: type[Saveable], *, threads: int = 1, **options: Any) -> Self:
        """The networks in a file that `save` of a population or a block has written.

        `model` is the class of the blocks. `options` are arguments of its constructor on which results do not depend.

        Raises
        ------
        SavedFileError
            If the file is missing, damaged, of another model, or does not fit this version.
        """
        file = path_of("load: path", path, "give a file that `save` has written")
        return cls.of(read_snapshot(file, model.name, model.params_kind), model, threads=threads, **options)

    @classmethod
    def of(cls, whole: Snapshot, model: type[Saveable], *, threads: int = 1, **options: Any) -> Self:
        """The networks of a snapshot (see `load`)."""

        def build(places: range) -> Learner:
            return model.from_snapshot(whole.part(places), **options)  # type: ignore[return-value]

        return cls(build, len(whole.networks), threads)


def _gathered(jobs: Sequence[Future[Done]], join: Callable[[Sequence[Done]], Done]) -> Done:
    """Results of all blocks, joined after the last."""
    wait(jobs)
    done, errors = [], []
    for job in jobs:
        try:
            done.append(job.result())
        except NumberError as error:
            done.append(error.outcome)
            errors.append(error)
    if errors:
        raise type(errors[0])(tuple(s for error in errors for s in error.stopped), join(done)) from errors[0]
    return join(done)


def _joined_outcome(outcomes: Sequence[Outcome], steps: int) -> Outcome:
    def join(name: str) -> NDArray[np.generic]:
        return _joined([getattr(o, name) for o in outcomes], steps)

    return Outcome(
        response=join("response").astype(np.int16),
        correct=join("correct").astype(np.bool_),
        errors=np.concatenate([o.errors for o in outcomes]),
        counted=np.concatenate([o.counted for o in outcomes]),
        measures={k: _joined([o.measures[k] for o in outcomes], steps) for k in outcomes[0].measures},
        record=_joined_record([o.record for o in outcomes], steps),
        manipulations=outcomes[0].manipulations,
    )


def _joined_record(records: Sequence[GateRecord | None], steps: int) -> GateRecord | None:
    whole = [r for r in records if r is not None]
    if not whole:
        return None
    first = whole[0]
    arrays: dict[str, Any] = {
        f.name: _joined([getattr(r, f.name) for r in whole], steps)
        for f in fields(GateRecord)
        if f.name not in ("model", "slots", "signals", "manipulations", "open_above")
        and getattr(first, f.name) is not None
    }
    signals: dict[str, Any] = {k: _joined([r.signals[k] for r in whole], steps) for k in first.signals}
    return replace(first, signals=signals, **arrays)
