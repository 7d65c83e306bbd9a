"""The critic of networks that learn from reward alone."""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lstm_baseline.rules import Reward
from lstm_baseline.state import Adam
from lstm_baseline.weights import Group, Groups
from tasks.base.rng import key
from tasks.base.task import TrialBlock
from tasks.engine.lanes import LANES, allocate
from tasks.engine.lanes.references import by_reference

__all__ = ["Critic", "Told", "steps_that_teach"]

Rows = NDArray[Any]


def steps_that_teach(rule: object, block: TrialBlock) -> TrialBlock:
    """The block in which only steps that teach count."""
    rewarded = isinstance(rule, Reward) and not rule.every_step
    return replace(block, counts=block.rewarded) if rewarded else block


@by_reference
class Told(NamedTuple):
    """Output of the critic by step: expected reward v, and the gradient of its error."""

    v: Rows
    delta: Rows

    @classmethod
    def of(cls, steps: int, dtype: DTypeLike) -> "Told":
        """Room for `steps` steps."""
        return cls(**allocate({"v": steps, "delta": steps}, dtype)[1])


@by_reference
class Critic(NamedTuple):
    """A linear unit that sees all cells, and the address of random responses.

    Attributes
    ----------
    weights, gradient
        A row per cell, and one for the bias.
    adam
        Memory of its optimizer.
    norm
        Squared norm of the gradient; one row.
    part, openness
        κ, weight of the critic's error, and β, weight of the entropy; a row each.
    given
        Random responses so far; one row of float64.
    key : uint32 array (2, 16)
        Key of each network for random numbers by counter.
    """

    weights: Rows
    gradient: Rows
    adam: Adam
    norm: Rows
    part: Rows
    openness: Rows
    given: NDArray[np.float64]
    key: NDArray[np.uint32]

    @classmethod
    def of(cls, cells: int, rule: Reward, seed: int, networks: range, dtype: DTypeLike) -> "Critic":
        """A new critic, which expects no reward."""
        each = cells + 1
        rows = {"weights": each, "gradient": each, "m": each, "v": each, "clock": 1, "norm": 1}
        rows |= {"part": 1, "openness": 1}
        view = allocate(rows, dtype)[1]
        view["part"][:], view["openness"][:] = rule.critic_part, rule.entropy
        keys = np.zeros((2, LANES), np.uint32)
        keys[:, : len(networks)] = np.array([key(seed, network) for network in networks], np.uint32).T
        return cls(
            weights=view["weights"],
            gradient=view["gradient"],
            adam=Adam(m=view["m"], v=view["v"], clock=view["clock"]),
            norm=view["norm"],
            part=view["part"],
            openness=view["openness"],
            given=np.zeros((1, LANES)),
            key=keys,
        )

    @property
    def groups(self) -> Groups:
        """Its weights by name."""
        cells = len(self.weights) - 1
        return {"critic": Group(0, 1, cells), "critic_bias": Group(cells, 1, 1)}

    def lasting(self) -> dict[str, Rows]:
        """Persistent state by name: rows of 16."""
        rows: dict[str, Rows] = {"critic": self.weights, "responses given": self.given}
        return rows | {f"critic's adam {name}": of for name, of in self.adam._asdict().items()}
