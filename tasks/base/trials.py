"""What a task gives: a stream of steps for one replica (`Trials`), and those of several side by side (`TrialBlock`)."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tasks.base.answers import Several
from tasks.base.errors import ParameterError, require
from tasks.base.spec import TaskSpec

__all__ = ["SILENCE", "TrialBlock", "Trials"]

SILENCE = -1
"""The symbol of a channel that shows nothing, and the target of a step that has none."""


def _fill_in(trials: "Trials | TrialBlock") -> None:
    """Give the arrays of analog inputs and other answers than a choice, where they were left out: nothing, or 0."""
    shape = trials.target.shape
    kinds = {"values": np.float32, "allowed": np.bool_, "quantity": np.float32, "noise": np.float32}
    for name, kind in kinds.items():
        if getattr(trials, name) is None:
            columns = () if name in ("quantity", "noise") else (0,)
            object.__setattr__(trials, name, np.zeros((*shape, *columns), kind))


@dataclass(frozen=True, kw_only=True)
class Trials:
    """A stream of steps for one replica.

    The last four arrays can be left out by a task without analog inputs that is answered by a choice.

    Attributes
    ----------
    symbols : int16 array (step, channel)
        Symbol shown on each channel; -1 where it is silent.
    target : int16 array (step,)
        The right response; -1 where there is none. See `tasks.base.answers` for other answers than a choice.
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
    values : float32 array (step, analog)
        Value that each analog channel shows; without a column if the task has none.
    allowed : bool array (step, response)
        Where several responses can be right: which are. Nothing is where there is no target. Without a column for
        tasks that are answered otherwise.
    quantity : float32 array (step,)
        The right value, where a quantity is wanted; 0 elsewhere.
    noise : float32 array (step,)
        What is added to the right value when a network is taught it: it learns from ``quantity + noise``, and is
        judged by ``quantity``. 0 but for tasks whose teacher is noisy.
    """

    symbols: NDArray[np.int16]
    target: NDArray[np.int16]
    counts: NDArray[np.bool_]
    rewarded: NDArray[np.bool_]
    event: NDArray[np.int16]
    starts: NDArray[np.bool_]
    ideal_gate: NDArray[np.int8]
    values: NDArray[np.float32] = None  # type: ignore[assignment]  # filled in, as the three after it
    allowed: NDArray[np.bool_] = None  # type: ignore[assignment]
    quantity: NDArray[np.float32] = None  # type: ignore[assignment]
    noise: NDArray[np.float32] = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        _fill_in(self)
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
    values: NDArray[np.float32] = None  # type: ignore[assignment]  # filled in, as the three after it
    allowed: NDArray[np.bool_] = None  # type: ignore[assignment]
    quantity: NDArray[np.float32] = None  # type: ignore[assignment]
    noise: NDArray[np.float32] = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        _fill_in(self)

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

    @classmethod
    def blank(cls, spec: TaskSpec, replicas: int, steps: int) -> "TrialBlock":
        """Streams of `steps` steps each on which nothing is written: silence, and nothing that counts."""
        shape = (replicas, steps)
        several = len(spec.responses) if isinstance(spec.answer, Several) else 0
        return cls(
            length=np.full(replicas, steps, np.intp),
            symbols=np.full((*shape, len(spec.channels)), SILENCE, np.int16),
            target=np.full(shape, SILENCE, np.int16),
            counts=np.zeros(shape, np.bool_),
            rewarded=np.zeros(shape, np.bool_),
            event=np.zeros(shape, np.int16),
            starts=np.zeros(shape, np.bool_),
            ideal_gate=np.zeros((*shape, len(spec.items)), np.int8),
            values=np.zeros((*shape, len(spec.analog)), np.float32),
            allowed=np.zeros((*shape, several), np.bool_),
        )

    def cut(self, length: NDArray[np.intp]) -> "TrialBlock":
        """The first `length` steps of each stream, and room for no more than the longest of them."""
        steps = int(length.max(initial=0))
        return TrialBlock(length=length, **{f.name: getattr(self, f.name)[:, :steps] for f in fields(Trials)})

    def check_fits(self, spec: TaskSpec, replicas: int, error: type[Exception] = ParameterError) -> None:
        """Raise `error` unless the block holds trials of the task `spec`, one stream for each of the `replicas`."""

        def check(condition: bool, field: str, value: object, rule: str, remedy: str) -> None:
            require(condition, f"TrialBlock.{field}", value, rule, remedy, error=error)

        numbers = f"do not match the {replicas} replicas of this learner"
        check(self.replicas == replicas, "replicas", self.replicas, numbers, "give one stream per replica")
        several = len(spec.responses) if isinstance(spec.answer, Several) else 0
        for field, columns, known in (
            ("symbols", "channels", len(spec.channels)),
            ("values", "analog channels", len(spec.analog)),
            ("allowed", "responses that may be right", several),
        ):
            width = getattr(self, field).shape[2]
            rule = f"{columns} do not match the {known} of task {spec.name!r}"
            check(width == known, field, width, rule, "run trials of the task the learner was built for")
        bounds = [(c.name, self.symbols[:, :, i], len(c.symbols)) for i, c in enumerate(spec.channels)]
        bounds.append(("target", self.target, len(spec.responses)))
        for name, values, count in bounds:
            top = int(values.max(initial=SILENCE))
            check(top < count, name, top, f"must be below {count}", "use the symbols and responses of the task")
        for i, channel in enumerate(spec.analog):
            shown = self.values[:, :, i][self.live]
            bad = shown[~(np.isfinite(shown) & (shown >= channel.low) & (shown <= channel.high))]
            rule = f"must be a number from {channel.low!r} to {channel.high!r}"
            check(len(bad) == 0, channel.name, float(bad[0]) if len(bad) else None, rule, "use values of the task")

    def replica_slice(self, start: int, stop: int) -> "TrialBlock":
        """The replicas `start` … `stop - 1`, trimmed to their longest stream."""
        length = self.length[start:stop]
        arrays = {f.name: getattr(self, f.name)[start:stop] for f in fields(Trials)}
        return TrialBlock(length=length, **arrays).cut(length)
