"""1-2-AX: a task within a task. The last digit says which pair of letters is the target, and pairs come and go.

An *outer loop* is a digit, 1 or 2, and then a few pairs of a cue (A, B, C) and a probe (X, Y, Z). The answer is R to
the X of A-X while the task is 1 and to the Y of B-Y while it is 2, and L to everything else. So two things must be
held, for different times and each updated on its own: the task over the outer loop, the cue over the pair.

The task is from Frank, Loughry & O'Reilly (2001), Cognitive, Affective & Behavioral Neuroscience 1:137-160; its sizes
here are those of O'Reilly & Frank (2006), Neural Computation 18:283-328.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from tasks.base.compiled import Pages, trials_from
from tasks.base.errors import require, require_choice, require_integer, require_probability
from tasks.base.kernels.counter import below, uniform
from tasks.base.lanes.options import kernel
from tasks.base.task import Channel, Criterion, GateAction, Role, TaskSpec, Trials

__all__ = ["Event", "Reading", "TwelveAX"]

TASKS, CUES, PROBES = "12", "ABC", "XYZ"
RESPONSES = ("L", "R")
EVENTS = ("task", "cue", "target probe", "lure probe", "other probe")
FIRST_CUE, FIRST_PROBE = len(TASKS), len(TASKS) + len(CUES)
DIAGONAL = len(PROBES) + 1
"""The pairs are numbered row by row of the table of cues and probes; so far apart are the targets A-X and B-Y."""
PAIRS = len(CUES) * len(PROBES)


class Event(IntEnum):
    """The kinds of step: indices into `TaskSpec.events`."""

    TASK = 0
    CUE = 1
    TARGET_PROBE = 2
    LURE_PROBE = 3
    OTHER_PROBE = 4


class Reading(StrEnum):
    """The two ways in which the generator of O'Reilly & Frank (2006) can be read."""

    INDEPENDENT = "independent"
    CURRENT_TASK = "current task"


def _probe_events() -> NDArray[np.int16]:
    """The event at a probe, by task, cue and probe: A-X is the target of task 1 and a lure in task 2; B-Y reversed."""
    events = np.full((len(TASKS), len(CUES), len(PROBES)), Event.OTHER_PROBE, np.int16)
    for task in range(len(TASKS)):
        for pair in range(len(TASKS)):
            events[task, pair, pair] = Event.TARGET_PROBE if task == pair else Event.LURE_PROBE
    return events


PROBE_EVENT = _probe_events()
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
"""What to do with (task, cue) at each `Event`."""
TASK, CUE, TARGET_PROBE = int(Event.TASK), int(Event.CUE), int(Event.TARGET_PROBE)
"""Events as the kernel names them."""


class Loops(NamedTuple):
    """How outer loops are made, as the kernel takes it."""

    min_pairs: int
    max_pairs: int
    target_probability: float
    current_task: bool


@kernel
def write_loops(loops: Loops, words: Any, ends: Any, pages: Pages) -> None:
    """Outer loops, each made of 2 + 2 · max_pairs words, used or not.

    Word 0 is the task, word 1 the number of pairs; of pair i, word 2 + 2i decides whether it is a possible target, word
    3 + 2i which of the possible targets, or of all pairs, it is.
    """
    for r in range(words.shape[0]):
        step = 0
        for e in range(words.shape[1]):
            for s in range(words.shape[2]):
                task = below(words[r, e, s, 0], len(TASKS))
                pairs = loops.min_pairs + below(words[r, e, s, 1], loops.max_pairs - loops.min_pairs + 1)
                for i in range(1 + 2 * pairs):
                    event = TASK
                    symbol = task
                    if i % 2 == 1:
                        which = words[r, e, s, 2 + i]
                        pair = below(which, PAIRS)
                        if uniform(words[r, e, s, 1 + i]) < loops.target_probability:
                            pair = DIAGONAL * (task if loops.current_task else below(which, len(TASKS)))
                        cue, probe = pair // len(PROBES), pair % len(PROBES)
                        event = CUE
                        symbol = FIRST_CUE + cue
                    elif i > 0:
                        event = PROBE_EVENT[task, cue, probe]
                        symbol = FIRST_PROBE + probe
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
class TwelveAX:
    """The 1-2-AX task.

    One channel shows the eight symbols. Every response counts; the environment rewards those to the probes.

    Attributes
    ----------
    name
        Name in the catalogue.
    min_pairs, max_pairs
        Fewest and most pairs in an outer loop; all numbers between are equally likely. Published: 1 and 4.
    target_probability
        Probability that a pair is a *possible target*, A-X or B-Y. Otherwise it is drawn from all nine pairs,
        these two among them. Published: 0.5.
    reading
        Whether the possible target is drawn ``"independent"`` of the current task, or is the target of the
        ``"current task"``. The paper can be read either way. With the published probability the first asks for R at
        11/36 = .306 of the pairs, near the "about 25 %" of the paper; the second at 5/9 = .556.
    outer_loops_per_epoch
        Published: 25.
    zero_error_epochs
        Successive epochs without an error that the criterion asks for. Published: 2.

    Raises
    ------
    ParameterError
        If a number, a probability or a reading is not possible.

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
    min_pairs: int = 1
    max_pairs: int = 4
    target_probability: float = 0.5
    reading: Reading = Reading.INDEPENDENT
    outer_loops_per_epoch: int = 25
    zero_error_epochs: int = 2

    def __post_init__(self) -> None:
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

    @classmethod
    def oreilly_frank_2006(cls, **changes: Any) -> Self:
        """The task of O'Reilly & Frank (2006), possible targets drawn independent of the task; and any `changes`."""
        return cls(**changes)

    @classmethod
    def current_task(cls, **changes: Any) -> Self:
        """The same, read so that a possible target is the target of the current task; and any `changes`."""
        return cls(**{"name": "12ax-current-task", "reading": Reading.CURRENT_TASK, **changes})

    @property
    def spec(self) -> TaskSpec:
        """What a learner must know to be built for this task."""
        return TaskSpec(
            name=self.name,
            source="O'Reilly & Frank (2006), Neural Computation 18:283-328",
            channels=(Channel(name="symbol", symbols=tuple(TASKS + CUES + PROBES), role=Role.BOTH),),
            responses=RESPONSES,
            events=EVENTS,
            items=("task", "cue"),
            sequence="outer loop",
            sequences_per_epoch=self.outer_loops_per_epoch,
            criterion=Criterion(zero_error_epochs=self.zero_error_epochs),
        )

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` outer loops.

        Each outer loop uses the same number of draws from `rng`, whatever its length, so that a stream of fewer loops
        is the beginning of a stream of more.

        Raises
        ------
        ParameterError
            If `n` is not a whole number of at least 1.
        """
        require_integer("TwelveAX.trials(n)", n, least=1)
        return trials_from(self, n, rng)

    @property
    def words(self) -> int:
        """Random words of an outer loop (`CompiledTask`)."""
        return 2 + 2 * self.max_pairs

    def room(self, words: NDArray[np.uint32]) -> int:
        """Steps that a stream made of `words` has at most (`CompiledTask`)."""
        return int(words.shape[1] * words.shape[2] * (1 + 2 * self.max_pairs))

    def write(self, words: NDArray[np.uint32], ends: NDArray[np.intp], pages: Pages) -> None:
        """Write the outer loops that are made of `words` (`CompiledTask.write`)."""
        in_current_task = self.reading is Reading.CURRENT_TASK
        loops = Loops(self.min_pairs, self.max_pairs, float(self.target_probability), in_current_task)
        write_loops(loops, words, ends, pages)
