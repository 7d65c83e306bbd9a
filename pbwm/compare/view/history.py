"""History of a session: the steps as data, and snapshots of the networks, for going back.

The activity of a step is recomputed from the last stored state.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pbwm.compare.view.stage import Stage, State
from tasks.base.anatomy import Observation
from tasks.base.task import Trials

__all__ = ["History", "Visited"]

EVERY = 8
"""Steps between stored states."""
AT_HAND = 64
"""Number of steps whose activity is stored."""

Observed = Mapping[str, Observation]


@dataclass(frozen=True, kw_only=True)
class Visited:
    """A step as data.

    Attributes
    ----------
    trials
        The input, as trials of one step.
    by_hand
        Whether the input was chosen by hand.
    learned
        Whether the networks learned.
    manipulations
        Model → active manipulations.
    """

    trials: Trials
    by_hand: bool
    learned: bool
    manipulations: Mapping[str, tuple[Any, ...]]


class History:
    """The steps of networks.

    Parameters
    ----------
    stages
        The networks, by model.
    """

    def __init__(self, stages: Mapping[str, Stage]) -> None:
        self.stages = stages
        self.steps: list[Visited] = []
        self._states: dict[int, Mapping[str, State]] = {}
        self._observed: OrderedDict[int, Observed] = OrderedDict()
        self.keep_state()

    def __len__(self) -> int:
        return len(self.steps)

    def keep_state(self) -> None:
        """Store the current state of the networks, before the next step."""
        self._states[len(self.steps)] = {name: stage.state() for name, stage in self.stages.items()}

    def advance(self, step: Visited) -> Observed:
        """Run the networks through a step and store it; if that fails, restore their state."""
        if len(self.steps) % EVERY == 0 and len(self.steps) not in self._states:
            self.keep_state()
        try:
            observed = self._run(step)
        except Exception:  # some networks may have run, and others not
            self._return(len(self.steps))
            raise
        self._remember(len(self.steps), observed)
        self.steps.append(step)
        return observed

    def observed(self, number: int) -> Observed:
        """The activity of an earlier step."""
        if number not in self._observed:
            with self._set_aside():
                self._return(number)
                self._remember(number, self._run(self.steps[number]))
        return self._observed[number]

    def go_back(self, number: int) -> None:
        """Restore the networks to their state before a step, and forget it and later steps."""
        self._return(number)
        self.steps = self.steps[:number]
        self._states = {at: state for at, state in self._states.items() if at <= number}
        for at in [at for at in self._observed if at >= number]:
            del self._observed[at]

    def _run(self, step: Visited) -> Observed:
        for name, stage in self.stages.items():
            stage.manipulate(step.manipulations.get(name, ()))
        return {name: stage.observe(step.trials, step.learned) for name, stage in self.stages.items()}

    def _return(self, number: int) -> None:
        kept = max(at for at in self._states if at <= number)
        self._put(self._states[kept])
        for step in self.steps[kept:number]:
            self._run(step)

    def _put(self, states: Mapping[str, State]) -> None:
        for name, stage in self.stages.items():
            stage.set_state(states[name])

    @contextmanager
    def _set_aside(self) -> Iterator[None]:
        """Restore the networks, with their manipulations, when the context ends."""
        states = {name: stage.state() for name, stage in self.stages.items()}
        manipulations: dict[str, Sequence[Any]] = {name: stage.manipulations for name, stage in self.stages.items()}
        try:
            yield
        finally:
            self._put(states)
            for name, stage in self.stages.items():
                stage.manipulate(manipulations[name])

    def _remember(self, number: int, observed: Observed) -> None:
        self._observed[number] = observed
        self._observed.move_to_end(number)
        while len(self._observed) > AT_HAND:
            self._observed.popitem(last=False)
