"""The contract of a task: what it is (`TaskSpec`) and what it gives (`Trials`, `TrialBlock`).

A *step* is one event of a task: one symbol on every input channel, one response. A *sequence* is what the task repeats
(an outer loop of 1-2-AX, a trial of SIR); an *epoch* is a fixed number of sequences. One *replica* is one network, the
subject of a study; each replica has its own stream of trials.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import IntEnum, StrEnum
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tasks.base.errors import ParameterError, require

__all__ = ["Channel", "Criterion", "GateAction", "Role", "SplitTask", "Task", "TaskSpec", "TrialBlock", "Trials"]

SILENCE = -1
"""The symbol of a channel that shows nothing, and the target of a step that has none."""


class GateAction(IntEnum):
    """What a perfect memory does with one item at one step: the task's *ideal gate*."""

    NONE = 0
    STORE = 1
    HOLD = 2
    READ = 3
    CLEAR = 4


class Role(StrEnum):
    """What a channel is for: content to be remembered, instruction what to do, or both."""

    STIMULUS = "stimulus"
    CONTROL = "control"
    BOTH = "stimulus and control"


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One input channel: its symbols (one unit each) and its role."""

    name: str
    symbols: tuple[str, ...]
    role: Role

    def __post_init__(self) -> None:
        require(len(self.symbols) > 0, f"Channel {self.name!r}.symbols", self.symbols, "is empty", "name its symbols")


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """When a network has learned: `zero_error_epochs` successive epochs without an error."""

    zero_error_epochs: int

    def __post_init__(self) -> None:
        require(
            self.zero_error_epochs >= 1,
            "Criterion.zero_error_epochs",
            self.zero_error_epochs,
            "must be at least 1",
            "give the number of successive epochs without an error",
        )

    def __str__(self) -> str:
        count = self.zero_error_epochs
        return f"{count} successive epochs without an error" if count > 1 else "one epoch without an error"


@dataclass(frozen=True, kw_only=True)
class TaskSpec:
    """What a learner must know to be built for a task.

    Attributes
    ----------
    name
        Name in the catalogue.
    source
        The paper that defines the task.
    channels
        Input channels; one unit per symbol.
    responses
        Names of the responses; `Trials.target` indexes them.
    events
        Names of the kinds of step; `Trials.event` indexes them.
    items
        Names of the things that must be remembered; columns of `Trials.ideal_gate`.
    sequence
        What one sequence is called ("outer loop", "trial").
    sequences_per_epoch
        Sequences in an epoch.
    criterion
        When a network has learned.
    """

    name: str
    source: str
    channels: tuple[Channel, ...]
    responses: tuple[str, ...]
    events: tuple[str, ...]
    items: tuple[str, ...]
    sequence: str
    sequences_per_epoch: int
    criterion: Criterion

    def __post_init__(self) -> None:
        require(len(self.channels) > 0, "TaskSpec.channels", self.channels, "is empty", "give at least one channel")
        require(len(self.responses) > 1, "TaskSpec.responses", self.responses, "has no choice", "give at least two")
        require(
            self.sequences_per_epoch >= 1,
            "TaskSpec.sequences_per_epoch",
            self.sequences_per_epoch,
            "must be at least 1",
            "give the number of sequences in an epoch",
        )

    def channels_with(self, *roles: Role) -> tuple[int, ...]:
        """Indices of the channels that have one of the `roles`."""
        return tuple(i for i, channel in enumerate(self.channels) if channel.role in roles)


@dataclass(frozen=True, kw_only=True)
class Trials:
    """A stream of steps for one replica.

    Attributes
    ----------
    symbols : int16 array (step, channel)
        Symbol shown on each channel; -1 where it is silent.
    target : int16 array (step,)
        The right response; -1 where there is none.
    counts : bool array (step,)
        Whether the response counts as right or wrong.
    rewarded : bool array (step,)
        Whether the environment answers the response with a reward (1 if right, 0 if wrong).
    event : int16 array (step,)
        Kind of step, an index into `TaskSpec.events`.
    starts : bool array (step,)
        Whether a stretch starts here whose targets owe nothing to the steps before it: an outer loop of 1-2-AX, the
        stream of SIR.
    ideal_gate : int8 array (step, item)
        What a perfect memory does with each item: `GateAction`.
    """

    symbols: NDArray[np.int16]
    target: NDArray[np.int16]
    counts: NDArray[np.bool_]
    rewarded: NDArray[np.bool_]
    event: NDArray[np.int16]
    starts: NDArray[np.bool_]
    ideal_gate: NDArray[np.int8]

    def __post_init__(self) -> None:
        steps = len(self.target)
        for field in fields(self):
            length = len(getattr(self, field.name))
            require(
                length == steps,
                f"Trials.{field.name}",
                length,
                f"steps do not match the {steps} targets",
                "give one row per step in every array",
            )

    def __len__(self) -> int:
        return len(self.target)


@dataclass(frozen=True, kw_only=True)
class TrialBlock:
    """The streams of several replicas, side by side: the arrays of `Trials` with a leading replica axis.

    Streams may differ in length; replica r has `length[r]` steps, the rest is padding (symbols and target -1, nothing
    counted). A length of 0 leaves a replica as it is: that is how a finished network is frozen.
    """

    length: NDArray[np.intp]
    symbols: NDArray[np.int16]
    target: NDArray[np.int16]
    counts: NDArray[np.bool_]
    rewarded: NDArray[np.bool_]
    event: NDArray[np.int16]
    starts: NDArray[np.bool_]
    ideal_gate: NDArray[np.int8]

    @property
    def replicas(self) -> int:
        """Number of replicas."""
        return len(self.length)

    @property
    def steps(self) -> int:
        """Steps of the longest stream."""
        return int(self.target.shape[1])

    @property
    def live(self) -> NDArray[np.bool_]:
        """Bool array (replica, step): whether the step belongs to the replica's stream."""
        return np.arange(self.steps)[None, :] < self.length[:, None]

    @classmethod
    def stack(cls, streams: Sequence[Trials | None], like: Trials | None = None) -> "TrialBlock":
        """Put the streams of several replicas side by side; None stands for a replica that has nothing to do.

        Raises
        ------
        ParameterError
            If every stream is None and no stream is given as `like`, for its shapes.
        """
        model = next((s for s in streams if s is not None), like)
        if model is None:
            raise ParameterError("TrialBlock.stack got no stream; give at least one, or `like`")
        length = np.array([0 if s is None else len(s) for s in streams], np.intp)
        steps = int(length.max(initial=0))
        arrays = {}
        for field in fields(Trials):
            first = getattr(model, field.name)
            padding = SILENCE if field.name in ("symbols", "target") else 0
            out = np.full((len(streams), steps, *first.shape[1:]), padding, first.dtype)
            for r, s in enumerate(streams):
                if s is not None:
                    out[r, : len(s)] = getattr(s, field.name)
            arrays[field.name] = out
        return cls(length=length, **arrays)

    def check_fits(self, spec: TaskSpec, replicas: int, error: type[Exception] = ParameterError) -> None:
        """Raise `error` unless the block holds trials of the task `spec`, one stream for each of the `replicas`."""

        def check(condition: bool, field: str, value: object, rule: str, remedy: str) -> None:
            require(condition, f"TrialBlock.{field}", value, rule, remedy, error=error)

        numbers = f"do not match the {replicas} replicas of this learner"
        check(self.replicas == replicas, "replicas", self.replicas, numbers, "give one stream per replica")
        width, known = self.symbols.shape[2], len(spec.channels)
        rule = f"channels do not match the {known} of task {spec.name!r}"
        check(width == known, "symbols", width, rule, "run trials of the task the learner was built for")
        bounds = [(c.name, self.symbols[:, :, i], len(c.symbols)) for i, c in enumerate(spec.channels)]
        bounds.append(("target", self.target, len(spec.responses)))
        for name, values, count in bounds:
            top = int(values.max(initial=SILENCE))
            check(top < count, name, top, f"must be below {count}", "use the symbols and responses of the task")

    def replica_slice(self, start: int, stop: int) -> "TrialBlock":
        """The replicas `start` … `stop - 1`, trimmed to their longest stream."""
        length = self.length[start:stop]
        steps = int(length.max(initial=0))
        arrays = {f.name: getattr(self, f.name)[start:stop, :steps] for f in fields(Trials)}
        return TrialBlock(length=length, **arrays)


@runtime_checkable
class Task(Protocol):
    """What every task answers to."""

    @property
    def spec(self) -> TaskSpec:
        """What a learner must know to be built for this task."""
        ...

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` sequences, drawn from `rng`."""
        ...


@runtime_checkable
class SplitTask(Task, Protocol):
    """A task that keeps sequences back, to test whether what was learned holds for others than those trained."""

    def novel(self) -> Task:
        """The task with the sequences that `trials` never gives; an epoch of them is the test."""
        ...
