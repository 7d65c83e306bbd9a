"""1-2-AX: a task within a task. The last digit determines which pair of letters is the target.

An *outer loop* is a digit, 1 or 2, followed by a few pairs of a cue (A, B, C) and a probe (X, Y, Z). The response is R
to the X of A-X while the task is 1, and to the Y of B-Y while it is 2; otherwise, it is L.

Source: Frank, Loughry & O'Reilly (2001), Cognitive, Affective & Behavioral Neuroscience 1:137-160, with the sizes of
O'Reilly & Frank (2006), Neural Computation 18:283-328.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from tasks.base.automata import Move, build_automaton, ending_now
from tasks.base.errors import require, require_choice, require_integer, require_probability, require_truth
from tasks.base.serialization import LATER
from tasks.base.task import Channel, Criterion, GateAction, Role, TaskSpec
from tasks.engine.compiled import CompiledTask, Pages
from tasks.engine.kernels.counter import below, uniform
from tasks.engine.lanes.options import kernel

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Event", "Reading", "TwelveAX"]

RESPONSES = ("L", "R")
EVENTS = ("task", "cue", "target probe", "lure probe", "other probe")


class Event(IntEnum):
    """Kinds of step (`TaskSpec.events`)."""

    TASK = 0
    CUE = 1
    TARGET_PROBE = 2
    LURE_PROBE = 3
    OTHER_PROBE = 4


class Reading(StrEnum):
    """The two readings of the generator of O'Reilly & Frank (2006)."""

    INDEPENDENT = "independent"
    CURRENT_TASK = "current task"


IDEAL_GATE = np.array(
    [
        (GateAction.STORE, GateAction.CLEAR),
        (GateAction.HOLD, GateAction.STORE),
        (GateAction.READ, GateAction.READ),
        (GateAction.READ, GateAction.READ),
        (GateAction.READ, GateAction.READ),
    ],
    np.int8,
)
"""Ideal gates of (task, cue) at each `Event`."""
TASK, CUE, TARGET_PROBE = int(Event.TASK), int(Event.CUE), int(Event.TARGET_PROBE)
"""Events in the kernel."""


class Loops(NamedTuple):
    """Parameters of the outer loops for the kernel.

    Pairs are numbered row by row of the table of cues and probes. The first ``choices`` (task,) columns of ``possible``
    (task, place) are the possible targets of each task. ``event`` (task, pair) is the kind of the probe.
    """

    min_pairs: int
    max_pairs: int
    target_probability: float
    probes: int
    possible: NDArray[np.int64]
    choices: NDArray[np.int64]
    event: NDArray[np.int16]


@kernel
def write_loops(loops: Loops, words: Any, ends: Any, pages: Pages) -> None:
    """Write outer loops of 2 + 2 · max_pairs words each, used or not.

    Word 0 is the task, word 1 the number of pairs. For pair i, word 2 + 2i decides whether it is drawn from the
    possible targets or from all pairs, and word 3 + 2i decides which one it is.
    """
    tasks, pairs = loops.event.shape
    probes = loops.probes
    first_cue, first_probe = tasks, tasks + pairs // probes
    for r in range(words.shape[0]):
        step = 0
        for e in range(words.shape[1]):
            for s in range(words.shape[2]):
                task = below(words[r, e, s, 0], tasks)
                length = loops.min_pairs + below(words[r, e, s, 1], loops.max_pairs - loops.min_pairs + 1)
                for i in range(1 + 2 * length):
                    event = TASK
                    symbol = task
                    if i % 2 == 1:
                        which = words[r, e, s, 2 + i]
                        pair = below(which, pairs)
                        if uniform(words[r, e, s, 1 + i]) < loops.target_probability:
                            pair = loops.possible[task, below(which, loops.choices[task])]
                        event = CUE
                        symbol = first_cue + pair // probes
                    elif i > 0:
                        event = loops.event[task, pair]
                        symbol = first_probe + pair % probes
                    pages.symbols[r, step, 0] = symbol
                    pages.target[r, step] = event == TARGET_PROBE
                    pages.counts[r, step] = True
                    pages.rewarded[r, step] = event >= TARGET_PROBE
                    pages.event[r, step] = event
                    pages.starts[r, step] = i == 0
                    for item in range(IDEAL_GATE.shape[1]):
                        pages.ideal_gate[r, step, item] = IDEAL_GATE[event, item]
                    step += 1
            ends[r, e] = step


@dataclass(frozen=True, kw_only=True)
class TwelveAX(CompiledTask):
    """The 1-2-AX task.

    Every response counts; responses to probes are rewarded. `Trials.starts` marks the outer loops.

    Attributes
    ----------
    name
        Name in the catalog.
    tasks, cues, probes
        Different symbols of each kind, one character each. Published: ``"12"``, ``"ABC"``, ``"XYZ"``.
    targets
        Task, cue and probe of every target. A task without a target is a distractor. Published: ``("1AX", "2BY")``.
    min_pairs, max_pairs
        Range of the uniform number of pairs in an outer loop. Published: 1 and 4.
    target_probability
        Probability of a *possible target*, the target of any task. Otherwise, the pair is drawn from all nine,
        including these. Published: 0.5.
    reading
        Whether possible targets are ``"independent"`` of the task, or those of the ``"current task"`` (of any task, if
        that has none). The paper allows both. With the published probability, the first requires R at 11/36 = .306 of
        the pairs, near the "about 25%" of the paper. The second requires R at 5/9 = .556.
    outer_loops_per_epoch, zero_error_epochs
        Published: 25 and 2.
    resets_memory
        Whether memory is reset at every outer loop (`TaskSpec.resets_memory`). Published: no.

    Raises
    ------
    ParameterError
        If a value is invalid.

    Examples
    --------
    >>> task = TwelveAX()
    >>> stream = task.trials(2, np.random.default_rng(23))
    >>> "".join(task.spec.channels[0].symbols[s] for s in stream.symbols[:, 0])
    '1BYAXAY2AXAXBYBY'
    >>> "".join(task.spec.responses[r] for r in stream.target)
    'LLLLRLLLLLLLLRLR'
    """

    name: str = "12ax"
    tasks: str = "12"
    cues: str = "ABC"
    probes: str = "XYZ"
    targets: tuple[str, ...] = ("1AX", "2BY")
    min_pairs: int = 1
    max_pairs: int = 4
    target_probability: float = 0.5
    reading: Reading = Reading.INDEPENDENT
    outer_loops_per_epoch: int = 25
    zero_error_epochs: int = 2
    resets_memory: bool = field(default=False, metadata=LATER)

    def __post_init__(self) -> None:
        self._check_symbols()
        require_integer("TwelveAX.min_pairs", self.min_pairs, least=1)
        require_integer("TwelveAX.max_pairs", self.max_pairs, least=1)
        require(
            self.max_pairs >= self.min_pairs,
            "TwelveAX.max_pairs",
            self.max_pairs,
            f"is below min_pairs = {self.min_pairs}",
            "give at least as many pairs as min_pairs",
        )
        require_probability("TwelveAX.target_probability", self.target_probability)
        object.__setattr__(self, "reading", require_choice("TwelveAX.reading", self.reading, Reading))
        require_integer("TwelveAX.outer_loops_per_epoch", self.outer_loops_per_epoch, least=1)
        require_integer("TwelveAX.zero_error_epochs", self.zero_error_epochs, least=1)
        require_truth("TwelveAX.resets_memory", self.resets_memory)

    def _check_symbols(self) -> None:
        for kind, least in (("tasks", 1), ("cues", 2), ("probes", 2)):
            symbols = getattr(self, kind)
            fits = isinstance(symbols, str) and len(symbols) >= least
            require(fits, f"TwelveAX.{kind}", symbols, f"must have at least {least} symbols", "give them as a string")
        symbols = self.tasks + self.cues + self.probes
        twice = "".join(sorted({s for s in symbols if symbols.count(s) > 1}))
        require(not twice, "TwelveAX symbols", symbols, f"contain {twice!r} more than once", "give every symbol once")
        several = isinstance(self.targets, tuple) and {*map(self.targets.count, self.targets)} == {1}
        require(several, "TwelveAX.targets", self.targets, "must name targets, each once", 'give some, e.g. ("1AX",)')
        for target in self.targets:
            known = (
                isinstance(target, str)
                and len(target) == 3
                and all(s in kind for s, kind in zip(target, (self.tasks, self.cues, self.probes), strict=True))
            )
            rule = f"must be a task of {self.tasks!r}, a cue of {self.cues!r}, and a probe of {self.probes!r}"
            require(known, "TwelveAX.targets", target, rule, 'give a task, a cue and a probe, e.g. "1AX"')

    @classmethod
    def oreilly_frank_2006(cls, **changes: Any) -> Self:
        """The task of O'Reilly & Frank (2006); possible targets do not depend on the task."""
        return cls(**changes)

    @classmethod
    def current_task(cls, **changes: Any) -> Self:
        """The same, with possible targets of the current task only."""
        return cls(**{"name": "12ax-current-task", "reading": Reading.CURRENT_TASK, **changes})

    @classmethod
    def with_distractor_task(cls, **changes: Any) -> Self:
        """The task with a third digit, 3, without targets."""
        return cls(**{"name": "12ax-distractor", "tasks": "123", **changes})

    @classmethod
    def martinolli_2018(cls, **changes: Any) -> Self:
        """The easier task of Martinolli, Gerstner & Gilra (2018), with resets of memory.

        Front. Comput. Neurosci. 12:50. Half of all pairs are possible targets; the probability is 5/14, because two of
        all nine pairs are possible targets, too. The criterion of the paper is 1000 successive correct responses; 7
        epochs have 1050 on average.

        Examples
        --------
        >>> task = TwelveAX.martinolli_2018()
        >>> round(task.target_probability + (1 - task.target_probability) * 2 / 9, 12)
        0.5
        >>> task.spec.resets_memory
        True
        """
        own = {"name": "12ax-reset", "target_probability": 5 / 14, "zero_error_epochs": 7, "resets_memory": True}
        return cls(**{**own, **changes})

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        return TaskSpec(
            name=self.name,
            source="O'Reilly & Frank (2006), Neural Computation 18:283-328",
            channels=(Channel(name="symbol", symbols=tuple(self.tasks + self.cues + self.probes), role=Role.BOTH),),
            responses=RESPONSES,
            events=EVENTS,
            items=("task", "cue"),
            sequence="outer loop",
            sequences_per_epoch=self.outer_loops_per_epoch,
            criterion=Criterion(zero_error_epochs=self.zero_error_epochs),
            resets_memory=self.resets_memory,
        )

    def automaton(self) -> "nx.MultiDiGraph":
        """States are named by the task, the number of pairs so far, and the cue, as in "1 after 2: A"."""
        possible, choices, event = self._pairs()
        p = self.target_probability
        of_pair = np.full(event.shape, (1 - p) / event.shape[1])
        for task, count in enumerate(choices):
            of_pair[task, possible[task, :count]] += p / count
        chance = of_pair.reshape(len(self.tasks), len(self.cues), len(self.probes))

        def moves(state: tuple[int, ...]) -> Iterator[Move]:
            task, done, *cue = state
            if cue:
                of_pairs = chance[task, cue[0]]
                for i, probe in enumerate(self.probes):
                    hit = int(event[task, len(self.probes) * cue[0] + i] == Event.TARGET_PROBE)
                    yield Move(probe, of_pairs[i] / of_pairs.sum(), RESPONSES[hit], (task, done + 1))
                return
            ends = ending_now(done, self.min_pairs, self.max_pairs) if task >= 0 else 1.0
            for i, digit in enumerate(self.tasks):
                yield Move(digit, ends / len(self.tasks), RESPONSES[0], (i, 0))
            for i, letter in enumerate(self.cues if ends < 1 else ""):
                yield Move(letter, (1 - ends) * chance[task, i].sum(), RESPONSES[0], (task, done, i))

        def name(state: tuple[int, ...]) -> str:
            task, done, *cue = state
            text = f"{self.tasks[task]} after {done}" if done else self.tasks[task]
            return "start" if task < 0 else text + (f": {self.cues[cue[0]]}" if cue else "")

        return build_automaton(self.name, (-1, 0), moves, name)

    @property
    def words(self) -> int:
        """See `CompiledTask`."""
        return 2 + 2 * self.max_pairs

    def room(self, words: NDArray[np.uint32]) -> int:
        """See `CompiledTask.room`."""
        return int(words.shape[1] * words.shape[2] * (1 + 2 * self.max_pairs))

    def write(self, words: NDArray[np.uint32], ends: NDArray[np.intp], pages: Pages) -> None:
        """See `CompiledTask.write`."""
        possible, count, event = self._pairs()
        loops = Loops(
            self.min_pairs, self.max_pairs, float(self.target_probability), len(self.probes), possible, count, event
        )
        write_loops(loops, words, ends, pages)

    def _pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int16]]:
        pairs = [cue + probe for cue in self.cues for probe in self.probes]
        targets = sorted({pairs.index(target[1:]) for target in self.targets})
        own = [sorted(pairs.index(t[1:]) for t in self.targets if t[0] == task) for task in self.tasks]
        event = np.full((len(self.tasks), len(pairs)), Event.OTHER_PROBE, np.int16)
        event[:, targets] = Event.LURE_PROBE
        for task, hits in enumerate(own):
            event[task, hits] = Event.TARGET_PROBE
        chosen = [hits if hits and self.reading is Reading.CURRENT_TASK else targets for hits in own]
        count = np.array([len(choice) for choice in chosen], np.int64)
        possible = np.zeros((len(chosen), count.max()), np.int64)
        for task, choice in enumerate(chosen):
            possible[task, : len(choice)] = choice
        return possible, count, event
