"""Lessons of SIR-2 that every learner rejects: changes to a valid one, and the error messages."""

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any, NamedTuple

import numpy as np

from tasks.base.training import Lesson


class Misfit(NamedTuple):
    """A change, the message, and whether a block rejects it when it is made."""

    of: Callable[[Lesson], Lesson]
    message: str
    seen_at_once: bool = False


def forced(whole: Any, **changes: Any) -> Any:
    """A frozen object with other fields, made without the checks of its class."""
    changed = copy(whole)
    for name, value in changes.items():
        object.__setattr__(changed, name, value)
    return changed


def at(name: str, place: tuple[int, ...], value: int, dtype: type = np.int64) -> Callable[[Lesson], Lesson]:

    def change(lesson: Lesson) -> Lesson:
        array = getattr(lesson.trials, name).astype(dtype)
        array[place] = value
        return forced(lesson, trials=forced(lesson.trials, **{name: array}))

    return change


def with_array(name: str, made: Callable[[Any], Any]) -> Callable[[Lesson], Lesson]:
    return lambda lesson: forced(lesson, trials=forced(lesson.trials, **{name: made(getattr(lesson.trials, name))}))


PLACE = (1, 2)
WRONG_VALUE = {
    "event after the last": (at("event", PLACE, 3, np.int16), r"event = 3 must be below 3 \(network 1, step 2\)"),
    "event far off": (at("event", PLACE, 30_000, np.int16), "event = 30000 must be below 3"),
    "event below 0": (at("event", PLACE, -1, np.int16), "event = -1 must be at least 0"),
    "event that wraps": (at("event", PLACE, 65_536), "event = 65536 must be below 3"),
    "symbol too large": (at("symbols", (1, 2, 0), 5, np.int16), "stimulus = 5 must be below 5"),
    "symbol too small": (at("symbols", (1, 2, 1), -2, np.int16), "control = -2 must be at least -1"),
    "target too large": (at("target", PLACE, 5, np.int16), "target = 5 must be below 5"),
    "target too small": (at("target", PLACE, -2, np.int16), "target = -2 must be at least -1"),
    "no such action": (at("ideal_gate", (1, 2, 0), 5, np.int8), "ideal_gate = 5 must be below 5"),
    "action below 0": (at("ideal_gate", (1, 2, 0), -1, np.int8), "ideal_gate = -1 must be at least 0"),
    "quantity": (with_array("quantity", lambda a: np.full_like(a, np.nan)), "quantity = nan must be finite"),
    "noise": (with_array("noise", lambda a: np.full_like(a, np.inf)), "noise = inf must be finite"),
    "channels": (with_array("symbols", lambda a: a[:, :, :1]), "symbols = 1 channels do not match the 2"),
    "analog channels": (with_array("values", lambda a: np.zeros((*a.shape[:2], 1), a.dtype)), "1 analog channels do"),
    "items": (with_array("ideal_gate", lambda a: a[:, :, :1]), "ideal_gate = 1 items do not match the 2"),
    "networks": (
        lambda lesson: lesson.network_slice(0, 2),
        "TrialBlock.networks = 2 (do not match the 3 networks|differs from the population's 3)",
    ),
    "events": (lambda lesson: forced(lesson, events=1), "Lesson.events = 1 must be the 3 of task 'sir2'"),
    "ends": (lambda lesson: forced(lesson, ends=lesson.ends * 1000), "Lesson.ends"),
    "streak": (lambda lesson: forced(lesson, streak=lesson.streak[:2]), "Lesson.streak"),
}
WRONG_SHAPE = {
    "rewarded, no step": (with_array("rewarded", lambda a: a[:, :0]), r"rewarded: shape = \(3, 0\) must be \(3, 10\)"),
    "rewarded, some steps": (with_array("rewarded", lambda a: a[:, :5]), r"rewarded: shape = \(3, 5\) must be"),
    "rewarded, other networks": (with_array("rewarded", lambda a: a[:2]), r"rewarded: shape = \(2, 10\) must be"),
    "symbols, no step": (with_array("symbols", lambda a: a[:, :0]), r"symbols: shape = \(3, 0\) must be \(3, 10\)"),
    "symbols, an axis less": (with_array("symbols", lambda a: a[:, :, 0]), r"symbols: shape = .* must have the axes"),
    "starts, transposed": (with_array("starts", lambda a: a.T), r"starts: shape = \(10, 3\) must be"),
    "target, fewer steps": (
        with_array("target", lambda a: a[:, :9]),
        r"(length = 10 must be below 10|shape = \(3, 10\))",
    ),
    "counts, numbers": (with_array("counts", lambda a: a.astype(np.int8)), "counts: dtype = 'int8' must hold truth"),
    "event, real": (with_array("event", lambda a: a.astype(float)), "event: dtype = 'float64' must hold whole numbers"),
    "quantity, complex": (with_array("quantity", lambda a: a * 1j), "quantity: dtype = 'complex64' must hold real"),
    "target, objects": (with_array("target", lambda a: a.astype(object)), "target: dtype = 'object' must hold whole"),
    "rewarded, a list": (with_array("rewarded", lambda a: a.tolist()), "rewarded = 'list' must be a NumPy array"),
    "event, masked": (with_array("event", np.ma.array), "event = 'MaskedArray' must be a NumPy array without a mask"),
    "length above steps": (with_array("length", lambda a: a + 1), "length = 11 must be below 11 .network 0"),
    "length below 0": (with_array("length", lambda a: -a), "length = -10 must be at least 0"),
    "length, real": (with_array("length", lambda a: a.astype(float)), "length: dtype = 'float64' must hold whole"),
}
MISFITS: Mapping[str, Misfit] = {name: Misfit(*case) for name, case in WRONG_VALUE.items()} | {
    name: Misfit(*case, seen_at_once=True) for name, case in WRONG_SHAPE.items()
}
"""Misfits of a lesson of three networks and two epochs of five trials."""

OF_LESSONS = ("events", "ends", "streak")
"""Misfits of lessons whose trials fit."""
