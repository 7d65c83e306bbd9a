"""Checks that trials fit a task, in every call of a learner.

Compiled code checks nothing, so types, shapes, and every index are checked here. Arrays of another byte order or
precision are converted.
"""

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from tasks.base.answers import Several
from tasks.base.errors import BrokenTaskError, ParameterError, require
from tasks.base.spec import GateAction, TaskSpec

if TYPE_CHECKING:
    from tasks.base.trials import TrialBlock

__all__ = [
    "ARRAYS",
    "MOST_STEPS",
    "REAL",
    "TRUTH",
    "WHOLE",
    "check_array",
    "check_length",
    "fitted",
    "narrowed",
    "require_block",
    "whole_numbers",
]

MOST_STEPS = 2**24
"""Longest stream: float32 counts exactly up to it."""


class Kind(NamedTuple):
    """Kinds of elements by NumPy's letters, and their name in messages."""

    letters: str
    named: str


WHOLE, TRUTH, REAL = Kind("iu", "whole numbers"), Kind("b", "truth values"), Kind("fiu", "real numbers")


class Array(NamedTuple):
    """An array of trials: elements, precision for kernels, and name of any last axis."""

    kind: Kind
    dtype: DTypeLike
    column: str | None = None


ARRAYS = {
    "symbols": Array(WHOLE, np.int16, "channel"),
    "target": Array(WHOLE, np.int16),
    "counts": Array(TRUTH, np.bool_),
    "rewarded": Array(TRUTH, np.bool_),
    "event": Array(WHOLE, np.int16),
    "starts": Array(TRUTH, np.bool_),
    "ideal_gate": Array(WHOLE, np.int8, "item"),
    "values": Array(REAL, np.float32, "analog channel"),
    "allowed": Array(TRUTH, np.bool_, "response"),
    "quantity": Array(REAL, np.float32),
    "noise": Array(REAL, np.float32),
}
"""The arrays of a `tasks.base.trials.TrialBlock`: axes network, step, and the named one."""

Errors = type[Exception]
Values = NDArray[Any]


def check_array(where: str, values: object, kind: Kind, axes: tuple[str, ...], error: Errors = ParameterError) -> None:
    """Raise `error` unless `values` is an array of a `kind` with these `axes`."""
    if type(values) is np.ndarray and values.dtype.kind in kind.letters and values.ndim == len(axes):
        return  # as nearly always: messages take longer to write than arrays to check
    plain = isinstance(values, np.ndarray) and not isinstance(values, np.ma.MaskedArray)
    remedy = "make one with np.asarray"
    require(plain, where, type(values).__name__, "must be a NumPy array without a mask", remedy, error=error)
    assert isinstance(values, np.ndarray)
    fits, rule = values.dtype.kind in kind.letters, f"must hold {kind.named}"
    require(fits, f"{where}: dtype", str(values.dtype), rule, "convert the array", error=error)
    rule, remedy = f"must have the axes ({', '.join(axes)})", "give every axis"
    require(values.ndim == len(axes), f"{where}: shape", values.shape, rule, remedy, error=error)


def whole_numbers(
    where: str, values: object, axes: tuple[str, ...], error: Errors = ParameterError
) -> NDArray[np.intp]:
    """An array of whole numbers for kernels; raise `error` otherwise."""
    check_array(where, values, WHOLE, axes, error)
    assert isinstance(values, np.ndarray)
    if values.dtype.kind == "u":
        top, largest = np.iinfo(np.intp).max, int(values.max(initial=0))
        require(largest <= top, where, largest, f"must be at most {top}", "give a smaller number", error=error)
    return values.astype(np.intp, copy=False)


def narrowed(where: str, values: Values, array: Array, columns: tuple[int, ...]) -> Values:
    """The `values` (step, …) in the precision of an `array`.

    Raises
    ------
    BrokenTaskError
        If it has other `columns`, or numbers beyond that precision.
    """
    found, rule = values.shape[1:], f"must be {columns}, as its spec says"
    require(found == columns, f"{where}: columns", found, rule, "correct `trials` of the task", error=BrokenTaskError)
    if array.kind is WHOLE and values.dtype != array.dtype and values.size:
        limits = np.iinfo(array.dtype)
        for worst in (int(values.min()), int(values.max())):
            rule = f"must be from {limits.min} to {limits.max}"
            fits = limits.min <= worst <= limits.max
            require(fits, where, worst, rule, "correct `trials` of the task", error=BrokenTaskError)
    return values.astype(array.dtype, copy=False)


def check_length(length: NDArray[np.intp], steps: int, error: Errors = ParameterError) -> None:
    """Raise `error` unless every `length` is from 0 to `steps`, and `steps` is at most `MOST_STEPS`."""
    rule, remedy = f"must be at most {MOST_STEPS} steps", "give fewer epochs at once"
    require(steps <= MOST_STEPS, "TrialBlock.target: shape", steps, rule, remedy, error=error)
    remedy = "give the steps of every network's stream"
    _check_range("length", length, 0, steps + 1, remedy, error)


def require_block(block: object, error: Errors = ParameterError) -> None:
    """Raise `error` unless it is a `TrialBlock`."""
    rule, remedy = "is not a TrialBlock", "give one that draw_epochs or TrialBlock.stack makes"
    require(hasattr(block, "check_shapes"), "trials", block, rule, remedy, error=error)


def fitted(block: "TrialBlock", spec: TaskSpec, networks: int, error: Errors = ParameterError) -> "TrialBlock":
    """The block with arrays for kernels.

    Raises
    ------
    ParameterError
        If `block` is not a `TrialBlock`, is not of the task `spec`, or does not have one stream per network (or
        `error`, if another is given).
    """
    require_block(block, error)
    block.check_shapes(error)
    if block.networks != networks:
        rule, remedy = f"do not match the {networks} networks of this learner", "give one stream per network"
        require(False, "TrialBlock.networks", block.networks, rule, remedy, error=error)
    check_length(block.length, block.steps, error)
    _check_columns(block, spec, error)
    _check_indices(block, spec, error)
    changed: dict[str, Values] = {}
    if block.length.dtype != np.intp:
        changed["length"] = whole_numbers("TrialBlock.length", block.length, ("network",), error)
    for name, array in ARRAYS.items():
        values = getattr(block, name)
        if values.dtype != array.dtype:
            with np.errstate(over="ignore"):  # what is not finite then is rejected below
                changed[name] = values.astype(array.dtype)
    block = replace(block, **changed) if changed else block
    _check_reals(block, spec, error)
    return block


def _check_columns(block: "TrialBlock", spec: TaskSpec, error: Errors) -> None:
    several = len(spec.responses) if isinstance(spec.answer, Several) else 0
    for name, columns, known in (
        ("symbols", "channels", len(spec.channels)),
        ("values", "analog channels", len(spec.analog)),
        ("allowed", "responses that may be right", several),
        ("ideal_gate", "items", len(spec.items)),
    ):
        width = getattr(block, name).shape[2]
        if width != known:
            rule = f"{columns} do not match the {known} of task {spec.name!r}"
            remedy = "run trials of the task the learner was built for"
            require(False, f"TrialBlock.{name}", width, rule, remedy, error=error)


def _check_indices(block: "TrialBlock", spec: TaskSpec, error: Errors) -> None:
    sizes = [len(channel.symbols) for channel in spec.channels]
    symbols = block.symbols
    if symbols.size and not (symbols.min() >= -1 and symbols.max() < min(sizes)):  # else those of each channel fit
        for i, channel in enumerate(spec.channels):
            _check_range(channel.name, symbols[:, :, i], -1, sizes[i], "use the symbols of the task", error)
    remedy = "use the responses of the task, and -1 where there is no target"
    _check_range("target", block.target, -1, len(spec.responses), remedy, error)
    _check_range("event", block.event, 0, len(spec.events), f"use the events of the task, {spec.events}", error)
    _check_range("ideal_gate", block.ideal_gate, 0, len(GateAction), "use the values of GateAction", error)


def _check_range(name: str, values: Values, least: int, count: int, remedy: str, error: Errors) -> None:
    if values.size == 0:
        return
    if values.min() >= least and values.max() < count:
        return
    place = tuple(np.argwhere((values < least) | (values >= count))[0])
    bad = int(values[place])
    rule = f"must be below {count}" if bad >= count else f"must be at least {least}"
    where = ", ".join(f"{axis} {i}" for axis, i in zip(("network", "step"), place, strict=False))
    require(False, f"TrialBlock.{name}", bad, f"{rule} ({where})", remedy, error=error)


def _check_reals(block: "TrialBlock", spec: TaskSpec, error: Errors) -> None:
    for i, channel in enumerate(spec.analog):
        rule = f"must be a number from {channel.low!r} to {channel.high!r}"
        limits = Limits(channel.low, channel.high, rule, "use values of the task")
        _check_limits(channel.name, block.values[:, :, i], limits, block, error)
    for name in ("quantity", "noise"):
        limits = Limits(-inf, inf, "must be finite", "correct the teacher of the task")
        _check_limits(name, getattr(block, name), limits, block, error)


class Limits(NamedTuple):
    """Smallest and largest valid value, and the message about others."""

    low: float
    high: float
    rule: str
    remedy: str


def _check_limits(name: str, values: Values, limits: Limits, block: "TrialBlock", error: Errors) -> None:
    least, most = values.min(initial=limits.high), values.max(initial=limits.low)  # NaN where there is one
    if -inf < least and most < inf and limits.low <= least and most <= limits.high:
        return
    inside = np.isfinite(values) & (values >= limits.low) & (values <= limits.high)
    bad = np.argwhere(~inside & block.live)
    if len(bad):
        network, step = (int(i) for i in bad[0])
        rule = f"{limits.rule} (network {network}, step {step})"
        require(False, f"TrialBlock.{name}", float(values[network, step]), rule, limits.remedy, error=error)
