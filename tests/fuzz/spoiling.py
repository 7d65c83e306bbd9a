"""Ways to spoil the array arguments of learners: type, place in memory, shape, and numbers."""

from dataclasses import fields, replace

import numpy as np

from tasks.base.fitting import ARRAYS
from tasks.base.task import Criterion, TrialBlock
from tests.contract.misfits import forced

DTYPES = (
    *("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "g", "?", "c8", "O", "U3", "S2", "M8[s]", "V4"),
    *(">i2", ">i8", ">u4", ">f4", ">f8", "<i2", "<f4"),
)
EXTREMES = (
    -1,
    -2,
    -3,
    0,
    1,
    2,
    3,
    4,
    5,
    7,
    26,
    127,
    128,
    255,
    256,
    30_000,
    32_767,
    32_768,
    65_535,
    65_536,
    2**31,
    2**62,
)
REALS = (np.nan, np.inf, -np.inf, 1e39, -1e300, 1e-45, -0.0, 1.0, -1.0, 0.5, 3.5)


def other_dtype(array, rng):
    return array.astype(rng.choice(DTYPES))


def other_order(array, rng):
    way = rng.integers(7)
    if way == 0:
        return np.asfortranarray(array)
    if way == 1:
        return array[tuple(slice(None, None, -1) for _ in array.shape)].copy()[(slice(None, None, -1),) * array.ndim]
    if way == 2:
        wide = np.repeat(array, 2, axis=-1) if array.ndim else array
        return wide[..., ::2]
    if way == 3:
        return array.byteswap().view(array.dtype.newbyteorder())
    if way == 4:
        room = np.zeros(array.nbytes + 1, np.uint8)
        shifted = room[1:].view(array.dtype).reshape(array.shape)
        shifted[...] = array
        return shifted
    if way == 5:
        frozen = array.copy()
        frozen.flags.writeable = False
        return frozen
    return np.broadcast_to(array[:1], array.shape)


def other_shape(array, rng):
    way = rng.integers(8)
    axis = int(rng.integers(max(1, array.ndim)))
    if way == 0:
        return array.T
    if way == 1:
        return array[..., None]
    if way == 2:
        return array.reshape(-1)
    if way == 3:
        return np.zeros((), array.dtype)
    if way == 4:
        return array.take([], axis)
    if way == 5:
        return np.concatenate([array, array], axis)
    if way == 6:
        return array.take(range(max(0, array.shape[axis] - 1)), axis)
    return array[::-1] if array.ndim else array


def other_numbers(array, rng):
    """Change one, some, or all numbers of network 1; sometimes those of every network."""
    kind = array.dtype.kind
    wide = array.astype(np.float64 if kind == "f" else np.int64) if rng.random() < 0.5 and kind != "b" else array.copy()
    mine = wide if rng.random() < 0.1 else wide[1:2]
    chosen = rng.random(mine.shape) < rng.choice([0.1, 0.5, 1.0])
    if kind == "b":
        mine[chosen] ^= True
        return wide
    value = (
        rng.choice(REALS) if kind == "f" else int(EXTREMES[rng.integers(len(EXTREMES))]) * int(rng.choice([1, 1, -1]))
    )
    with np.errstate(all="ignore"):
        mine[chosen] = np.array(value).astype(wide.dtype)
    return wide


def no_array(array, rng):
    way = rng.integers(6)
    if way == 0:
        return array.tolist()
    if way == 1:
        return None
    if way == 2:
        return np.ma.array(array, mask=rng.random(array.shape) < 0.3)
    if way == 3:
        return str(array)
    if way == 4:
        return array.reshape(-1)[:1].item() if array.size else 0
    return array.view(np.recarray) if array.ndim == 1 else array.tobytes()


WAYS = (other_dtype, other_order, other_shape, other_numbers, no_array)
SHARES = (0.2, 0.2, 0.15, 0.4, 0.05)


def spoiled(array, rng):
    way = WAYS[rng.choice(len(WAYS), p=SHARES)]
    return way(array, rng), way.__name__


def spoiled_block(block, rng):
    """A block of trials with one to three spoiled arrays; made with or without the checks of its class."""
    names = rng.choice([f.name for f in fields(TrialBlock)], size=rng.integers(1, 4), replace=False)
    changed = {str(name): spoiled(getattr(block, name), rng)[0] for name in names}
    return forced(block, **changed) if rng.random() < 0.5 else replace(block, **changed)


def spoiled_lesson(lesson, rng):
    if rng.random() < 0.6:
        trials = spoiled_block(lesson.trials, rng)
        return forced(lesson, trials=trials) if rng.random() < 0.5 else replace(lesson, trials=trials)
    name = str(rng.choice(["ends", "streak", "events", "criterion", "first"]))
    if name in ("ends", "streak"):
        value = spoiled(getattr(lesson, name), rng)[0]
    elif name == "criterion":
        value = [None, Criterion(zero_error_epochs=1), 2, "often"][rng.integers(4)]
    else:
        value = [0, 1, 2, 10**6, -1, 2.5, "3", None][rng.integers(8)]
    return forced(lesson, **{name: value}) if rng.random() < 0.5 else replace(lesson, **{name: value})


def plain(lesson):
    with np.errstate(over="ignore"):  # beyond the end of a stream, padding may be anything
        arrays = {
            name: np.array(getattr(lesson.trials, name), array.dtype, order="C") for name, array in ARRAYS.items()
        }
    trials = TrialBlock(length=np.array(lesson.trials.length, np.intp), **arrays)
    return replace(lesson, trials=trials, **{n: np.array(getattr(lesson, n), np.intp) for n in ("ends", "streak")})


def without(lesson, network):
    others = np.arange(lesson.trials.networks) != network
    trials = replace(lesson.trials, length=np.where(others, lesson.trials.length, 0))
    return replace(lesson, trials=trials, ends=np.where(others[:, None], lesson.ends, 0))
