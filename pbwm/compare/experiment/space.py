"""The space of a parameter search: the ranges of its parameters, and the design of its points."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import floor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from pbwm.compare.errors import PlanError
from tasks.base.errors import require
from tasks.base.rng import Purpose, stream

__all__ = ["Design", "Range", "Search"]


MOST = 1e300
"""The largest limit of a range."""
MOST_POINTS = 2**16
"""The most points of a search."""


class Design(StrEnum):
    """Choice of points in the space."""

    SOBOL = "sobol"
    """Scrambled Sobol' sequence."""
    HALTON = "halton"
    """Scrambled Halton sequence."""
    LATIN = "latin hypercube"
    """Latin hypercube."""
    TPE = "tpe"
    """Tree-structured Parzen estimator: points depend on earlier results (optuna)."""


@dataclass(frozen=True, kw_only=True)
class Range:
    """Range of a parameter: from `low` to `high`, or one of `choices`.

    Attributes
    ----------
    low, high
        Limits, both included. If both are whole numbers, so are the values.
    log
        Whether the scale is logarithmic.
    choices
        Values instead of limits.

    Examples
    --------
    >>> [Range(low=0.1, high=10.0, log=True).at(u) for u in (0.0, 0.5)], [Range(low=1, high=3).at(u) for u in (0, 0.99)]
    ([0.1, 1.0], [1, 3])
    """

    low: float | None = None
    high: float | None = None
    log: bool = False
    choices: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        limits = (self.low, self.high)
        remedy = "give a list of values"
        require(
            isinstance(self.choices, tuple), "range.choices", self.choices, "is not a list", remedy, error=PlanError
        )
        numbers = all(type(of) in (int, float) and -MOST <= of <= MOST for of in limits if of is not None)
        fits = limits == (None, None) and not self.log if self.choices else None not in limits and numbers
        rule, remedy = "must be two numbers, or choices alone", "give low and high, or choices"
        require(fits and isinstance(self.log, bool), "range", limits, rule, remedy, error=PlanError)
        if self.low is not None and self.high is not None:
            rule = "must increase, and be above 0 if log = true"
            require(
                self.low < self.high and (self.low > 0 or not self.log), "range", limits, rule, remedy, error=PlanError
            )

    @property
    def whole(self) -> bool:
        """Whether values are whole numbers."""
        return type(self.low) is int and type(self.high) is int

    def at(self, u: float) -> Any:
        """The value at a place `u` of the range, in [0, 1)."""
        if self.low is None or self.high is None:
            return self.choices[min(floor(u * len(self.choices)), len(self.choices) - 1)]
        low, high = (float(self.low), float(self.high) + 1.0) if self.whole else (float(self.low), float(self.high))
        value = low * (high / low) ** u if self.log else low + (high - low) * u
        return min(floor(value), int(self.high)) if self.whole else float(f"{value:.6g}")


@dataclass(frozen=True, kw_only=True)
class Search:
    """A parameter search, whose points are conditions.

    Attributes
    ----------
    space
        Parameter of the model, by dotted name → its range.
    design
        Choice of points.
    points
        Number of points; of a Sobol' sequence a power of 2.
    batch
        Points of a round (`tpe` only), chosen together.
    """

    space: Mapping[str, Range] = field(default_factory=dict)
    design: Design = Design.SOBOL
    points: int = 16
    batch: int = 8

    def __post_init__(self) -> None:
        ranges = isinstance(self.space, Mapping) and all(isinstance(r, Range) for r in self.space.values())
        require(ranges, "search.space", self.space, "is not a table of ranges", "give low and high", error=PlanError)
        require(len(self.space) > 0, "search.space", dict(self.space), "is empty", "give parameters", error=PlanError)
        known = [str(design) for design in Design]
        rule = f"must be one of {', '.join(map(repr, known))}"
        require(self.design in known, "search.design", self.design, rule, "give one of these", error=PlanError)
        object.__setattr__(self, "design", Design(self.design))
        for name in ("points", "batch"):
            value = getattr(self, name)
            rule = f"must be a whole number from 1 to {MOST_POINTS:,}"
            fits = type(value) is int and 1 <= value <= MOST_POINTS
            require(fits, f"search.{name}", value, rule, "give such a number", error=PlanError)
        power = self.points & (self.points - 1) == 0
        rule = "must be a power of 2, because other Sobol sequences are not balanced"
        remedy = "give 2, 4, 8, …, or another design"
        require(power or self.design is not Design.SOBOL, "search.points", self.points, rule, remedy, error=PlanError)

    def designed(self, seed: int) -> list[dict[str, Any]]:
        """The points of a design that needs no results, each by parameter."""
        places = self._places(stream(seed, Purpose.DESIGN, network=0))
        return [{name: r.at(float(u)) for (name, r), u in zip(self.space.items(), p, strict=True)} for p in places]

    def _places(self, rng: np.random.Generator) -> NDArray[np.float64]:
        d = len(self.space)
        engine = {
            Design.SOBOL: qmc.Sobol,
            Design.HALTON: qmc.Halton,
            Design.LATIN: qmc.LatinHypercube,
        }[self.design](d, rng=rng)
        places: NDArray[np.float64] = engine.random(self.points)
        return places
