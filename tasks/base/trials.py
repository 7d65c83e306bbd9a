"""Trials: a stream of steps for one network (`Trials`) or several (`TrialBlock`)."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tasks.base.addresses import range_of
from tasks.base.answers import Several
from tasks.base.errors import ParameterError, require
from tasks.base.fitting import ARRAYS, WHOLE, check_array, check_length, whole_numbers
from tasks.base.spec import TaskSpec

__all__ = ["SILENCE", "TrialBlock", "Trials"]

SILENCE = -1
"""The symbol of a silent channel, and the target without a correct response."""


def _fill_in(trials: "Trials | TrialBlock", axes: tuple[str, ...]) -> None:
    check_array(f"{type(trials).__name__}.target", trials.target, WHOLE, axes)
    for name in ("values", "allowed", "quantity", "noise"):
        if getattr(trials, name) is None:
            columns = (0,) if ARRAYS[name].column else ()
            object.__setattr__(trials, name, np.zeros((*trials.target.shape, *columns), ARRAYS[name].dtype))


def _check_kinds(trials: "Trials | TrialBlock", axes: tuple[str, ...], error: type[Exception] = ParameterError) -> None:
    kind = type(trials).__name__
    for name, array in ARRAYS.items():
        own = axes if array.column is None else (*axes, array.column)
        check_array(f"{kind}.{name}", getattr(trials, name), array.kind, own, error)


@dataclass(frozen=True, kw_only=True)
class Trials:
    """A stream of steps for one network.

    A task with symbols and a choice can omit the last four arrays.

    Attributes
    ----------
    symbols : int16 array (step, channel)
        Symbol on each channel; -1: silent.
    target : int16 array (step,)
        The correct response (`tasks.base.answers`); -1: none.
    counts : bool array (step,)
        Whether the response counts as correct or wrong.
    rewarded : bool array (step,)
        Whether the response is rewarded (1 if correct, 0 if wrong).
    event : int16 array (step,)
        Kind of step, an index into `TaskSpec.events`.
    starts : bool array (step,)
        Whether targets from here on do not depend on earlier steps.
    ideal_gate : int8 array (step, item)
        Action of a perfect memory on each item (`GateAction`).
    values : float32 array (step, analog)
        Value of each analog channel.
    allowed : bool array (step, response)
        Correct responses (`Several`); without columns for other answers.
    quantity : float32 array (step,)
        The correct value of a quantity, else 0.
    noise : float32 array (step,)
        Noise of the teacher: networks learn from ``quantity + noise``, and are scored by ``quantity``.
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
        _fill_in(self, ("step",))
        _check_kinds(self, ("step",))
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

    def sequences(self) -> list[tuple[int, int]]:
        """First step and end of each sequence. Sequences begin at step 0 and at every start.

        Examples
        --------
        >>> from tasks.catalog import TASKS
        >>> TASKS["12ax-reset"].build().trials(3, np.random.default_rng(0)).sequences()
        [(0, 7), (7, 16), (16, 25)]
        """
        begins = sorted({0, *np.flatnonzero(self.starts).tolist()})
        return list(pairwise([*begins, len(self)]))


@dataclass(frozen=True, kw_only=True, repr=False)
class TrialBlock:
    """The streams of several networks: the arrays of `Trials`, with a network axis first.

    Network r has `length[r]` steps; the rest is padding (symbols and target -1). A network with length 0 does
    not change.
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
        _fill_in(self, ("network", "step"))
        object.__setattr__(self, "length", whole_numbers("TrialBlock.length", self.length, ("network",)))
        self.check_shapes()
        check_length(self.length, self.steps)

    def __len__(self) -> int:
        return len(self.length)

    def __getitem__(self, which: int | slice) -> "TrialBlock":
        """The streams of some networks: ``block[3]``, ``block[10:20]``."""
        own = list(range_of(which, len(self)))
        length = self.length[own]
        return TrialBlock(length=length, **{f.name: getattr(self, f.name)[own] for f in fields(Trials)}).cut(length)

    def __repr__(self) -> str:
        return f"<TrialBlock: streams of {len(self)} networks, at most {self.steps} steps>"

    @property
    def networks(self) -> int:
        """Number of networks."""
        return len(self.length)

    @property
    def steps(self) -> int:
        """Steps of the longest stream."""
        return int(self.target.shape[1])

    @property
    def live(self) -> NDArray[np.bool_]:
        """Whether a step belongs to the stream: bool array (network, step)."""
        return np.arange(self.steps)[None, :] < self.length[:, None]

    @classmethod
    def stack(cls, streams: Sequence[Trials | None], like: Trials | None = None) -> "TrialBlock":
        """Streams of several networks as a block; None: no trials.

        Raises
        ------
        ParameterError
            If every stream is None and there is no `like`.
        """
        model = next((s for s in streams if s is not None), like)
        if model is None:
            raise ParameterError("TrialBlock.stack received no stream; give at least one, or `like`")
        length = np.array([0 if s is None else len(s) for s in streams], np.intp)
        steps = int(length.max(initial=0))
        arrays = {}
        for name in ARRAYS:
            columns = getattr(model, name).shape[1:]
            own = [None if s is None else getattr(s, name) for s in streams]
            given = [getattr(model, name), *(values for values in own if values is not None)]
            for values in given:
                rule, remedy = f"differ from {columns}", "stack streams of one task"
                require(
                    values.shape[1:] == columns, f"TrialBlock.stack: {name}: columns", values.shape[1:], rule, remedy
                )
            padding = SILENCE if name in ("symbols", "target") else 0
            out = np.full((len(streams), steps, *columns), padding, np.result_type(*(v.dtype for v in given)))
            for r, values in enumerate(own):
                if values is not None:
                    out[r, : len(values)] = values
            arrays[name] = out
        return cls(length=length, **arrays)

    def check_shapes(self, error: type[Exception] = ParameterError) -> None:
        """Raise `error` unless every array has its kind and shape."""
        _check_kinds(self, ("network", "step"), error)
        check_array("TrialBlock.length", self.length, WHOLE, ("network",), error)
        shape = (self.networks, self.steps)
        for name in ARRAYS:
            found = getattr(self, name).shape[:2]
            if found != shape:
                rule, remedy = f"must be {shape} (network, step)", "give one row per network and one entry per step"
                require(False, f"TrialBlock.{name}: shape", found, rule, remedy, error=error)

    @classmethod
    def blank(cls, spec: TaskSpec, networks: int, steps: int) -> "TrialBlock":
        """Blank streams of `steps` steps, in which nothing counts."""
        shape = (networks, steps)
        several = len(spec.responses) if isinstance(spec.answer, Several) else 0
        return cls(
            length=np.full(networks, steps, np.intp),
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
        """The first `length` steps, int array (network,), of each stream."""
        steps = int(length.max(initial=0))
        return TrialBlock(length=length, **{f.name: getattr(self, f.name)[:, :steps] for f in fields(Trials)})

    def between(self, first: int, ends: NDArray[np.intp]) -> "TrialBlock":
        """The steps of each stream from `first` to before `ends`, int array (network,)."""
        length = np.clip(np.minimum(ends, self.length) - first, 0, None)
        arrays = {f.name: getattr(self, f.name)[:, first:] for f in fields(Trials)}
        return TrialBlock(length=length, **arrays).cut(length)

    def network_slice(self, start: int, stop: int) -> "TrialBlock":
        """The networks `start` … `stop - 1`, trimmed to the longest stream."""
        length = self.length[start:stop]
        arrays = {f.name: getattr(self, f.name)[start:stop] for f in fields(Trials)}
        return TrialBlock(length=length, **arrays).cut(length)
