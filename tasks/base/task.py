"""The contract of a task: its specification (`TaskSpec`), its trials (`Trials`, `TrialBlock`), and its methods.

A *step* is one event of a task: one symbol on every input channel, one response. A *sequence* is what the task repeats
(an outer loop of 1-2-AX, a trial of SIR); an *epoch* is a fixed number of sequences. One *network* is one network, the
subject of a study; each network has its own stream of trials.
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
        """A stream of `n` sequences, drawn from `rng`."""
        ...


@runtime_checkable
class EpochTask(Task, Protocol):
    """A task that draws whole epochs of many networks itself, in one call, faster than `trials` would."""

    def draw_epochs(
        self, seed: int, networks: Sequence[int], epochs: range, purpose: Purpose
    ) -> tuple[TrialBlock, NDArray[np.intp]]:
        """Epochs at their addresses, and their ends (`tasks.base.drawing.draw_epochs`)."""
        ...


@runtime_checkable
class SplitTask(Task, Protocol):
    """A task that withholds sequences from training, to test generalization."""

    def novel(self) -> Task:
        """The task with the sequences that `trials` never draws; one epoch of them is the test."""
        ...


@runtime_checkable
class FiniteStateTask(Task, Protocol):
    """A task whose streams are random walks on a finite automaton."""

    def automaton(self) -> "nx.MultiDiGraph":
        """The automaton: every stream is a walk from an initial state on, one edge per step.

        Nodes are states, named by short texts. Their attribute ``initial`` says whether a stream may start there; if
        there are several, each is equally likely. Attributes of an edge:

        ``symbol``
            The input at the step: the name of the symbol; with several channels, those of all that show something,
            joined by a space.
        ``probability``
            Of the step in this state, in (0, 1]; those of a state's edges sum to 1.
        ``target``
            The correct response, by its name; a tuple of names where several are right; None where there is none.

        From the end of a sequence an edge leads to the state in which the next begins.
        """
        ...
