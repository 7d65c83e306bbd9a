"""Gates forced to the ideal of a task, so that only cortex must learn."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from pbwm.circuit import Circuit
from pbwm.errors import PBWMParameterError
from pbwm.layout import Layout, Places
from pbwm.manipulations import Manipulation
from tasks.base.errors import require
from tasks.base.task import GateAction

__all__ = ["IdealGates"]


def _require(condition: bool, value: str, rule: str, remedy: str) -> None:
    require(condition, "IdealGates.actions", value, rule, remedy, error=PBWMParameterError)


@dataclass(frozen=True, kw_only=True, eq=False)
class IdealGates(Manipulation):
    """At each step, every gate does what a perfect memory would do.

    Stripe k serves item k modulo the number of items. Its maintenance gate is open where the item must be stored, and
    its output gate where it must be read.

    Attributes
    ----------
    actions : int array (network, step, item)
        `TrialBlock.ideal_gate` of the trials of the run.
    """

    by_step: ClassVar[bool] = True

    actions: NDArray[np.integer]

    def __post_init__(self) -> None:
        shape = np.shape(self.actions)
        known = len(shape) == 3 and shape[2] > 0 and bool(np.isin(self.actions, tuple(GateAction)).all())
        rule = "must be an array (network, step, item) of gate actions, with one item or more"
        _require(known, f"array {shape}", rule, "give TrialBlock.ideal_gate")

    def of_networks(self, places: range, count: int) -> "IdealGates":
        """The rows of the networks at some places among `count`."""
        rule, remedy = f"must have a row for each of the {count} networks", "give the ideal gate of their own trials"
        _require(len(self.actions) == count, f"{len(self.actions)} networks", rule, remedy)
        return self if len(places) == count else IdealGates(actions=self.actions[places.start : places.stop])

    def check(self, circuit: Circuit) -> None:
        """Require a stripe for every item."""
        items, rule = self.actions.shape[2], f"are more than the {circuit.stripes} stripes of the network"
        _require(items <= circuit.stripes, f"{items} items", rule, "give the network as many stripes")

    def force(self, forced: NDArray[np.floating], places: Places, part: range) -> None:
        """Write the ideal gates of the networks of `part`.

        Raises
        ------
        PBWMParameterError
            If the run has more steps than `actions`.
        """
        own, steps = self.actions[part.start : part.stop], len(forced)
        rule, remedy = f"are fewer than the {steps} of the run", "give the ideal gate of the trials of this run"
        _require(steps <= own.shape[1], f"{own.shape[1]} steps", rule, remedy)
        items, stripes = own.shape[2], places.circuit.stripes
        for stripe, address in enumerate(places.stripes):
            does = GateAction.READ if stripe >= stripes else GateAction.STORE
            opened = (own[:, :steps, stripe % stripes % items] == does).T
            row, lane = divmod(int(address), places.layout.stride)
            if places.layout is Layout.NETWORKS:
                forced[:steps, row, : len(part)] = opened
            else:
                forced[:steps, row, lane] = opened[:, 0]
