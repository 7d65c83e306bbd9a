"""Causal effect of a gate: errors with the gate held open, held shut, and free."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeGuard, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.errors_by_epoch import error_by_epoch
from pbwm.compare.errors import FigureError
from pbwm.manipulations import ClampGate, Gate
from tasks.base.arguments import checked
from tasks.base.learner import Learner, Population
from tasks.base.task import TaskSpec, TrialBlock
from tasks.base.training import count_by_event

__all__ = ["Forced", "Manipulated", "forced_gates", "manipulable"]


@runtime_checkable
class Manipulated(Learner, Protocol):
    """A learner that can be manipulated and restored."""

    def apply(self, *manipulations: Any) -> None:
        """Apply manipulations until they are reverted."""
        ...

    @contextmanager
    def manipulated(self, *manipulations: Any) -> Iterator[Any]:
        """The networks with manipulations."""
        ...

    def state(self) -> dict[str, NDArray[Any]]:
        """Complete state of the networks, by name."""
        ...

    def set_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Restore a state that `state()` has returned."""
        ...


def manipulable(learner: Learner) -> TypeGuard[Any]:
    """Whether networks, or all blocks of a population, can be manipulated and restored."""
    blocks = learner.blocks if isinstance(learner, Population) else [learner]
    return all(isinstance(block, Manipulated) for block in blocks)


@dataclass(frozen=True, kw_only=True)
class Forced:
    """Errors by kind of step with one gate forced.

    Attributes
    ----------
    model, events
        Names.
    conditions
        "free", and the slot, gate and position of each clamp.
    error : float array (condition, network, event), in [0, 1]
        Proportion wrong of the responses that count; NaN where none does.
    """

    model: str
    conditions: tuple[str, ...]
    events: tuple[str, ...]
    error: NDArray[np.float64]

    @property
    def effect(self) -> NDArray[np.float64]:
        """Float array (condition, network, event): error beyond that with free gates."""
        return self.error - self.error[:1]


def _errors(learner: Learner, spec: TaskSpec, block: TrialBlock) -> NDArray[np.float64]:
    outcome = learner.run(block, learn=False)
    return error_by_epoch(*count_by_event(block, outcome.correct, len(spec.events)))


@checked(slots=1)
def forced_gates(learner: Learner, block: TrialBlock, *, slots: int, gate: Gate = Gate.INPUT) -> Forced:
    """Run trials with free gates, and with the gate of each slot held open and shut.

    Each condition starts from the current state, which is restored at the end.

    Raises
    ------
    FigureError
        If gates of this learner cannot be forced.
    """
    if not manipulable(learner):
        raise FigureError(f"{learner.name}: its gates cannot be forced; give networks with manipulations, such as PBWM")
    now = learner.state()
    names = ["free"]
    errors: list[NDArray[np.float64]] = []
    try:
        errors.append(_errors(learner, learner.spec, block))
        for slot in range(slots):
            for held in (True, False):
                learner.set_state(now)
                with learner.manipulated(ClampGate(stripe=slot, open=held, gate=gate)):
                    errors.append(_errors(learner, learner.spec, block))
                names.append(f"slot {slot + 1} {gate} gate {'open' if held else 'shut'}")
    finally:
        learner.set_state(now)
    return Forced(model=learner.name, conditions=tuple(names), events=learner.spec.events, error=np.stack(errors))
