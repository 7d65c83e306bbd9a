"""Codings: observations of any environment as inputs of a task.

A *leaf* is one number of an observation. A discrete one becomes a channel with a symbol for each value. A continuous
one becomes its value (`Values`), a symbol for its bin (`Bins`), or activities of tuned units (`Population`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import exp, isfinite, isnan, prod
from typing import Any

import numpy as np

from tasks.base.errors import ParameterError, complaint, nearest, require, require_integer, require_real, require_truth
from tasks.base.outside import one_line
from tasks.base.spec import AnalogChannel, Channel, Role
from tasks.base.trials import SILENCE
from tasks.bridges.extra import spaces

__all__ = ["Bins", "Coding", "Population", "Values", "coding_of", "numbers_by_name"]

MOST_SYMBOLS = 4096
"""Largest number of symbols of a joint channel."""


def _require_limits(kind: str, low: float | None, high: float | None) -> None:
    for name, value in (("low", low), ("high", high)):
        if value is not None:
            require_real(f"{kind}.{name}", value)
    ordered = low is None or high is None or low < high
    require(ordered, f"{kind}.low", low, f"must be below high = {high!r}", "give the least and the greatest value")


@dataclass(frozen=True, kw_only=True)
class Values:
    """Each continuous number is an analog channel."""


@dataclass(frozen=True, kw_only=True)
class Bins:
    """Each continuous number is a symbol for one of `count` bins from `low` to `high`.

    Attributes
    ----------
    count
        Bins of each number, at least 2; the outermost include values beyond the limits.
    low, high
        Limits of all numbers; None: those of the space.
    joint
        Whether all numbers share one channel, with symbols for combinations of bins.

    Raises
    ------
    ParameterError
        If a number is invalid.
    """

    count: int = 5
    low: float | None = None
    high: float | None = None
    joint: bool = False

    def __post_init__(self) -> None:
        require_integer("Bins.count", self.count, least=2)
        require_truth("Bins.joint", self.joint)
        _require_limits("Bins", self.low, self.high)


@dataclass(frozen=True, kw_only=True)
class Population:
    """Each continuous number is the activity of `units` units with Gaussian tuning.

    The unit with center c has activity exp(−(x − c)² / 2w²). Centers are evenly spaced from `low` to `high`; w is
    `width` times their distance.

    Attributes
    ----------
    units
        Units for each number, at least 2.
    low, high
        First and last center; None: the limits of the space.
    width
        Above 0.

    Raises
    ------
    ParameterError
        If a number is invalid.
    """

    units: int = 5
    low: float | None = None
    high: float | None = None
    width: float = 1.0

    def __post_init__(self) -> None:
        require_integer("Population.units", self.units, least=2)
        _require_limits("Population", self.low, self.high)
        require_real("Population.width", self.width)
        require(self.width > 0, "Population.width", self.width, "must be above 0", "give the width of tuning")


@dataclass(frozen=True)
class Leaf:
    """One number of an observation: name, access, number of values (0 if continuous), and limits."""

    name: str
    read: Callable[[Any], float]
    count: int = 0
    low: float = 0.0
    high: float = 0.0

    def limits(self, coding: Bins | Population) -> tuple[float, float]:
        """Limits of a coding."""
        low = self.low if coding.low is None else coding.low
        high = self.high if coding.high is None else coding.high
        known = isfinite(low) and isfinite(high) and low < high
        kind = type(coding).__name__
        rule = f"leaves {self.name!r} with invalid limits {low:g} and {high:g}"
        require(known, f"{kind}.low, {kind}.high", (coding.low, coding.high), rule, "give finite limits")
        return low, high


def _leaves(space: spaces.Space[Any], name: str, read: Callable[[Any], Any]) -> Iterator[Leaf]:
    if isinstance(space, spaces.Discrete):
        start = float(space.start)
        yield Leaf(name, lambda observation: float(read(observation)) - start, count=int(space.n))
    elif isinstance(space, spaces.MultiDiscrete | spaces.MultiBinary):
        counts = np.full(space.shape, 2) if isinstance(space, spaces.MultiBinary) else space.nvec
        starts = getattr(space, "start", np.zeros(space.shape, np.int64))
        for i, count in enumerate(np.ravel(counts)):
            yield Leaf(f"{name} {i + 1}", _element(read, i, float(np.ravel(starts)[i])), count=int(count))
    elif isinstance(space, spaces.Box):
        labels = numbers_by_name(space, int(prod(space.shape)), name)
        limits = zip(space.low.ravel(), space.high.ravel(), strict=True)
        for i, (label, (low, high)) in enumerate(zip(labels, limits, strict=True)):
            yield Leaf(label, _element(read, i), low=float(low), high=float(high))
    elif isinstance(space, spaces.Dict):
        for key, part in space.spaces.items():
            yield from _leaves(part, str(key), _part(read, key))
    elif isinstance(space, spaces.Tuple):
        for i, part in enumerate(space.spaces):
            yield from _leaves(part, f"{name} {i + 1}", _part(read, i))
    else:
        raise ParameterError(
            f"observation space {space} is not discrete, a box, or a combination of these; "
            "wrap the environment to make it so"
        )


def numbers_by_name(space: Any, count: int, otherwise: str) -> list[str]:
    """Names of the numbers of a space: its own, or one name with numbers.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> numbers_by_name(SimpleNamespace(name={"fixation": 0, "stimulus": [1, 2]}), 4, "observation")
    ['fixation', 'stimulus 1', 'stimulus 2', 'observation 4']
    """
    found = [otherwise if count == 1 else f"{otherwise} {i + 1}" for i in range(count)]
    own = getattr(space, "name", None)
    for name, places in (own if isinstance(own, dict) else {}).items():
        several = isinstance(places, Iterable)
        for number, place in enumerate(places if several else [places]):
            found[place] = f"{name} {number + 1}" if several else str(name)
    return found


def _element(read: Callable[[Any], Any], i: int, start: float = 0.0) -> Callable[[Any], float]:
    return lambda observation: float(np.ravel(read(observation))[i]) - start


def _part(read: Callable[[Any], Any], key: Any) -> Callable[[Any], Any]:
    return lambda observation: read(observation)[key]


@dataclass(frozen=True)
class Coding:
    """Channels for an observation space, and their content.

    Attributes
    ----------
    channels, analog
        Channels of symbols, and of real values.
    symbols, values
        For each channel, the function from an observation to its content.
    """

    channels: tuple[Channel, ...]
    analog: tuple[AnalogChannel, ...]
    symbols: tuple[Callable[[Any], int], ...]
    values: tuple[Callable[[Any], float], ...]

    def shown(self, observation: Any) -> tuple[list[int], list[float]]:
        """Symbols (−1: silent) and values.

        Raises
        ------
        ParameterError
            If the observation is not of the space.
        """
        try:
            return [symbol(observation) for symbol in self.symbols], [value(observation) for value in self.values]
        except ParameterError:
            raise
        except (TypeError, ValueError, LookupError, OverflowError) as error:
            rule = f"does not fit the space of the coding ({one_line(error)})"
            raise ParameterError(complaint("observation", observation, rule, OF_THE_SPACE)) from None


def coding_of(
    space: spaces.Space[Any],
    *,
    boxes: Values | Bins | Population | None = None,
    silent: int | None = None,
    control: Sequence[str] = (),
) -> Coding:
    """The channels of an observation space: discrete, box, dictionary or tuple.

    Parameters
    ----------
    space
        The space.
    boxes
        Coding of continuous numbers; by default `Values`.
    silent
        Value of discrete numbers that means silence (0 in our environments).
    control
        Names of the numbers that instruct (`Role.CONTROL`); all others are `Role.STIMULUS`. If empty, all channels are
        both.

    Raises
    ------
    ParameterError
        If a part of the space is of another kind, limits are missing, or symbols too many.
    UnknownNameError
        If no number of the space has a name in `control`.

    Examples
    --------
    >>> coding = coding_of(spaces.Box(-1, 1, (2,)), boxes=Bins(count=3, joint=True))
    >>> coding.channels[0].symbols
    ('1 1', '1 2', '1 3', '2 1', '2 2', '2 3', '3 1', '3 2', '3 3')
    >>> coding.shown([0.9, 0.0])
    ([7], [])
    >>> coding_of(spaces.Discrete(4), silent=0).shown(0)
    ([-1], [])
    """
    boxes = boxes or Values()
    leaves = list(_leaves(space, "observation", lambda observation: observation))
    names = [leaf.name for leaf in leaves]
    for name in control:
        if name not in names:
            raise nearest("part of the observation", name, names)

    def role(name: str) -> Role:
        return (Role.CONTROL if name in control else Role.STIMULUS) if control else Role.BOTH

    made = [_of_number(leaf, silent, role(leaf.name)) for leaf in leaves if leaf.count]
    numbers = [leaf for leaf in leaves if not leaf.count]
    if isinstance(boxes, Bins):
        made += _joint(numbers, boxes, role) if boxes.joint and numbers else [_bins(n, boxes, role) for n in numbers]
    shown = [pair for leaf in numbers for pair in _analog(leaf, boxes, role(leaf.name))]
    return Coding(
        channels=tuple(channel for channel, _ in made),
        analog=tuple(channel for channel, _ in shown),
        symbols=tuple(symbol for _, symbol in made),
        values=tuple(value for _, value in shown),
    )


OF_THE_SPACE = "give an observation from the space of the coding"
"""Remedy for any other observation."""
Symbol = tuple[Channel, Callable[[Any], int]]


def _of_number(leaf: Leaf, silent: int | None, role: Role) -> Symbol:
    values = [value for value in range(leaf.count) if value != silent]
    places = {value: place for place, value in enumerate(values)}
    channel = Channel(name=leaf.name, symbols=tuple(map(str, values)), role=role)

    def symbol(observation: Any) -> int:
        value = leaf.read(observation)
        value = int(value) if value.is_integer() else value
        rule = f"must be below {leaf.count}, and at least 0, counted from the start of its space"
        known = value in range(leaf.count) or value == silent
        require(known, leaf.name, value, rule, OF_THE_SPACE)
        return places.get(int(value), SILENCE)

    return channel, symbol


def _bin_of(leaf: Leaf, bins: Bins) -> Callable[[Any], int]:
    low, high = leaf.limits(bins)

    def bin_of(observation: Any) -> int:
        value = leaf.read(observation)
        require(not isnan(value), leaf.name, value, "lies in no bin", "give a number")
        return int(np.clip((value - low) / (high - low), 0, 1 - 1e-9) * bins.count)

    return bin_of


def _bins(leaf: Leaf, bins: Bins, role: Callable[[str], Role]) -> Symbol:
    symbols = tuple(str(i + 1) for i in range(bins.count))
    return Channel(name=leaf.name, symbols=symbols, role=role(leaf.name)), _bin_of(leaf, bins)


def _joint(leaves: Sequence[Leaf], bins: Bins, role: Callable[[str], Role]) -> list[Symbol]:
    together = bins.count ** len(leaves)
    rule = f"of {len(leaves)} numbers make {together} symbols, more than {MOST_SYMBOLS}"
    require(together <= MOST_SYMBOLS, "Bins.count", bins.count, rule, "give fewer bins, or joint = False")
    shape = (bins.count,) * len(leaves)
    symbols = tuple(" ".join(str(i + 1) for i in place) for place in np.ndindex(shape))
    which = [_bin_of(leaf, bins) for leaf in leaves]

    def symbol(observation: Any) -> int:
        return int(np.ravel_multi_index([of(observation) for of in which], shape))

    return [(Channel(name="bins", symbols=symbols, role=role("bins")), symbol)]


def _analog(
    leaf: Leaf, boxes: Values | Bins | Population, role: Role
) -> Iterator[tuple[AnalogChannel, Callable[[Any], float]]]:
    if isinstance(boxes, Values):
        yield AnalogChannel(name=leaf.name, low=leaf.low, high=leaf.high, role=role), leaf.read
    elif isinstance(boxes, Population):
        low, high = leaf.limits(boxes)
        centers = np.linspace(low, high, boxes.units).tolist()
        width = boxes.width * (centers[1] - centers[0])
        for i, center in enumerate(centers):
            channel = AnalogChannel(name=f"{leaf.name}: {i + 1}", low=0.0, high=1.0, role=role)
            yield channel, _tuned(leaf.read, center, width)


def _tuned(read: Callable[[Any], float], center: float, width: float) -> Callable[[Any], float]:
    def activity(observation: Any) -> float:
        distance = read(observation) - center
        return exp(-distance * distance / (2 * width**2))  # not distance ** 2, which raises for numbers beyond 1e154

    return activity
