"""The contract of a task: specification (`TaskSpec`), trials (`Trials`, `TrialBlock`), and methods.

A *step* is one input and the response to it. A *sequence* is what the task repeats (an outer loop of 1-2-AX); an
*epoch* is a fixed number of sequences.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tasks.base.answers import Answer, Choice, Quantity, Several
from tasks.base.rng import Purpose
from tasks.base.spec import AnalogChannel, Channel, Criterion, GateAction, Role, TaskSpec
from tasks.base.trials import SILENCE, TrialBlock, Trials

if TYPE_CHECKING:
    import networkx as nx

__all__ = [
    "SILENCE",
    "AnalogChannel",
    "Answer",
    "Channel",
    "Choice",
    "Criterion",
    "EpochTask",
    "FiniteStateTask",
    "GateAction",
    "Quantity",
    "Role",
    "Several",
    "SplitTask",
    "Task",
    "TaskSpec",
    "TrialBlock",
    "Trials",
]


@runtime_checkable
class Task(Protocol):
    """Interface of a task."""

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        ...

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` sequences from `rng`; in the catalog, a shorter stream is the beginning of a longer one.

        Raises
        ------
        ParameterError
            If `n` is not a whole number of at least 1, or `rng` is no generator.
        """
        ...


@runtime_checkable
class EpochTask(Task, Protocol):
    """A task that draws whole epochs of many networks in one call."""

    def draw_epochs(
        self, seed: int, networks: Sequence[int], epochs: range, purpose: Purpose
    ) -> tuple[TrialBlock, NDArray[np.intp]]:
        """Epochs at their addresses, and their ends (`tasks.base.drawing.draw_epochs`)."""
        ...


@runtime_checkable
class SplitTask(Task, Protocol):
    """A task that withholds sequences to test generalization."""

    def novel(self) -> Task:
        """The task with the withheld sequences, all in one epoch."""
        ...


@runtime_checkable
class FiniteStateTask(Task, Protocol):
    """A task whose streams are walks on a finite automaton."""

    def automaton(self) -> "nx.MultiDiGraph":
        """The automaton: a stream is a walk from an initial state, one edge per step.

        Nodes are states; ``initial`` ones start a stream with equal probability. Attributes of an edge:

        ``symbol``
            The input: the symbols of all channels that are not silent, joined by a space.
        ``probability``
            Probability of the step in this state, in (0, 1].
        ``target``
            Name of the correct response, a tuple of names, or None.

        Raises
        ------
        ParameterError
            If there are more states than `tasks.base.automata.MOST_STATES`.
        """
        ...
