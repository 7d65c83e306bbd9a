"""The answers of an ideal agent with other contents in memory, from the examples in a long stream.

The inputs of a step and the contents that it reads determine the answer (docs/adding_a_task.md). If patterns of equal
contents and inputs determine answers (as in n-back), combinations that do not occur have the answer of their pattern.
"""

from collections.abc import Hashable, Mapping

import numpy as np

from pbwm.compare.analysis.recording import NOTHING, at_steps, ideal_stores, shown
from tasks.base.task import GateAction, Role, Several, TaskSpec, TrialBlock

__all__ = ["IdealAnswers"]

Key = tuple[Hashable, ...]


class IdealAnswers:
    """The answers of an ideal agent on trials, also with other contents in memory.

    Parameters
    ----------
    trials
        The trials; longer streams have more combinations.
    spec
        Their task, which shows symbols and has items.

    Attributes
    ----------
    stored : int array (network, step, item)
        Step at which an ideal memory stored its content; -1: empty.
    before : int array (network, step, item)
        The same at the beginning of the step, after any reset.
    reads : bool array (network, step, item)
        Where the item is read and the step has a correct answer.
    content : int array (network, step)
        Number of the input on channels with content; `NOTHING`: silence.
    """

    def __init__(self, trials: TrialBlock, spec: TaskSpec) -> None:
        resets = trials.starts & spec.resets_memory
        self.content = shown(trials, spec)
        self.stored = ideal_stores(trials, resets)
        earlier = np.full_like(self.stored, -1)
        earlier[:, 1:] = self.stored[:, :-1]
        self.before = np.where(resets[..., None], -1, earlier)
        self.reads = (trials.ideal_gate == GateAction.READ) & (trials.live & (trials.target >= 0))[..., None]
        self._held = at_steps(self.content, self.stored)
        self._symbols = trials.symbols
        self._controls = [i for i, channel in enumerate(spec.channels) if channel.role is Role.CONTROL]
        right = trials.allowed if isinstance(spec.answer, Several) else trials.target[..., None]
        self._answers: dict[Key, Hashable] = {}
        patterns: dict[Key, set[Hashable]] = {}
        for network, step in np.argwhere(self.reads.any(2)).tolist():
            answer = tuple(right[network, step].tolist())
            reading = self._reading(network, step)
            self._answers[self._exact(network, step, reading)] = answer
            patterns.setdefault(self._pattern(network, step, reading), set()).add(answer)
        determined = all(len(answers) == 1 for answers in patterns.values())
        self._patterns = {key: next(iter(answers)) for key, answers in patterns.items()} if determined else {}
        items = range(len(spec.items))
        self.contents = [np.unique(self._held[self.reads[..., i], i]) for i in items]
        """The contents of items that are read, as numbers."""

    def _reading(self, network: int, step: int) -> dict[int, int]:
        items = np.flatnonzero(self.reads[network, step]).tolist()
        return {item: int(self._held[network, step, item]) for item in items}

    def _exact(self, network: int, step: int, reading: Mapping[int, int]) -> Key:
        return (*self._symbols[network, step].tolist(), *reading.items())

    def _pattern(self, network: int, step: int, reading: Mapping[int, int]) -> Key:
        numbers = [int(self.content[network, step]), *reading.values()]
        controls = self._symbols[network, step, self._controls].tolist()
        return (*controls, *reading, *(numbers.index(number) for number in numbers))

    def _answer(self, network: int, step: int, reading: Mapping[int, int]) -> Hashable | None:
        found = self._answers.get(self._exact(network, step, reading))
        return self._patterns.get(self._pattern(network, step, reading)) if found is None else found

    def differs(self, network: int, step: int, item: int, content: int) -> bool:
        """Whether the correct answer at a step is known to differ if the item has another `content`."""
        reading = self._reading(network, step)
        other = self._answer(network, step, {**reading, item: content})
        return content != NOTHING and other is not None and other != self._answer(network, step, reading)

    def sensitive(self, network: int, step: int, item: int) -> bool:
        """Whether the correct answer at a step is known to depend on an item."""
        return any(self.differs(network, step, item, int(content)) for content in self.contents[item])
