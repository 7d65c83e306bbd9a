"""Gates by intervention: replace the input of one step, and determine which later answers change.

docs/analysis.md, "Gates by intervention", defines the gates. Below, s is the replaced step, u the answered step, and t
the step of the gate.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.ideal_answers import IdealAnswers
from pbwm.compare.analysis.recording import GATE_NAMES, NOTHING, Recording
from pbwm.compare.errors import FigureError
from tasks.base.errors import require, require_integer
from tasks.base.fitting import fitted, require_block
from tasks.base.learner import Learner
from tasks.base.record import GateRecord
from tasks.base.task import GateAction, Quantity, Role, TaskSpec, TrialBlock

__all__ = ["REACH", "STEPS", "Intervention", "gates_by_intervention", "require_replaceable"]

STEPS = 200
"""Default number of replaced steps of each network."""
REACH = 200
"""Steps over which a replacement can act."""

Places = NDArray[np.intp]


def require_replaceable(spec: TaskSpec) -> None:
    """Raise `FigureError` unless items are symbols, and answers have names."""
    rule = None
    if not spec.items:
        rule = "has no items"
    elif spec.analog or not spec.channels:
        rule = "shows real values, but only symbols can be replaced"
    elif isinstance(spec.answer, Quantity):
        rule = "requires a real-valued response, but only responses by name can be compared"
    if rule:
        raise FigureError(f"gates by intervention: task {spec.name!r} {rule}; choose a task of symbols with items")


@dataclass(frozen=True, kw_only=True)
class Intervention(Recording):
    """Gates by intervention as a recording, and their replaced and answered steps.

    Attributes
    ----------
    replaced_at, answered_at : gate → int array (network, step, item)
        The replaced step, and the later step whose answer is compared; -1 where the gate is NaN.
    shown_instead : int array (network, step, channel)
        The symbols that replace those of a step.
    """

    replaced_at: Mapping[str, Places]
    answered_at: Mapping[str, Places]
    shown_instead: NDArray[np.int16]


@dataclass(frozen=True)
class _Plan:
    """Replacements, and the steps whose answers reveal them.

    Attributes
    ----------
    symbols, replaced : array (network, step, channel), bool array (network, step)
        The replacing symbols, and where a replacement is possible.
    pairs
        Gate → int array (pair, 5): network, step and item of the gate, s, and u.
    """

    symbols: NDArray[np.int16]
    replaced: NDArray[np.bool_]
    pairs: dict[str, Places]


class _Planner:
    def __init__(self, spec: TaskSpec, trials: TrialBlock, steps: int) -> None:
        self.spec, self.trials, self.steps = spec, trials, steps
        self.ideal = IdealAnswers(trials, spec)
        self.symbols = trials.symbols.copy()
        self.replaced = np.zeros(trials.target.shape, np.bool_)
        self.donated = np.full(trials.target.shape, NOTHING, np.intp)
        self._donors = self._found_donors()

    def _kind(self, network: int, step: int) -> tuple[int, ...]:
        """Event, ideal gate and control of a step; with equal ones, steps can exchange content."""
        block = self.trials
        control = [block.symbols[network, step, i] for i in self.spec.channels_with(Role.CONTROL)]
        return (int(block.event[network, step]), *block.ideal_gate[network, step].tolist(), *map(int, control))

    def _found_donors(self) -> dict[tuple[int, ...], dict[int, NDArray[np.int16]]]:
        found: dict[tuple[int, ...], dict[int, NDArray[np.int16]]] = {}
        for network, step in np.argwhere(self.trials.live & (self.ideal.content != NOTHING)).tolist():
            of_kind = found.setdefault(self._kind(network, step), {})
            of_kind.setdefault(int(self.ideal.content[network, step]), self.trials.symbols[network, step])
        return {kind: dict(sorted(of_kind.items())) for kind, of_kind in found.items()}

    def planned(self) -> _Plan:
        pairs: dict[str, list[tuple[int, ...]]] = {gate: [] for gate in GATE_NAMES}
        for network, length in enumerate(self.trials.length.tolist()):
            for step in range(min(length, self.steps)):
                self._replace(network, step)
            for item in range(len(self.spec.items)):
                self._pair(network, item, pairs)
        arrays = {gate: np.array(of, np.intp).reshape(-1, 5) for gate, of in pairs.items()}
        return _Plan(self.symbols, self.replaced, arrays)

    def _readings(self, network: int, item: int, after: int) -> Places:
        return after + 1 + np.flatnonzero(self.ideal.reads[network, after + 1 : after + 1 + REACH, item])

    def _replace(self, network: int, step: int) -> None:
        own = int(self.ideal.content[network, step])
        others = [c for c in self._donors.get(self._kind(network, step), {}) if c != own]
        if own == NOTHING or not others:
            return
        others = others[step % len(others) :] + others[: step % len(others)]
        chosen = others[0]
        for item in np.flatnonzero(self.trials.ideal_gate[network, step] == GateAction.STORE).tolist():
            readings = self._readings(network, item, step)
            own_readings = readings[self.ideal.stored[network, readings, item] == step].tolist()
            telling = (c for u in own_readings for c in others if self.ideal.differs(network, u, item, c))
            chosen = next(telling, chosen)
        self.symbols[network, step] = self._donors[self._kind(network, step)][chosen]
        self.replaced[network, step], self.donated[network, step] = True, chosen

    def _tells(self, network: int, item: int, source: int, reading: int) -> bool:
        content = int(self.donated[network, source])
        return bool(self.replaced[network, source]) and self.ideal.differs(network, reading, item, content)

    def _pair(self, network: int, item: int, pairs: dict[str, list[tuple[int, ...]]]) -> None:
        block, ideal = self.trials, self.ideal
        for step in range(min(int(block.length[network]), self.steps)):
            action, before = int(block.ideal_gate[network, step, item]), int(ideal.before[network, step, item])
            held = int(ideal.stored[network, step, item])
            readings = self._readings(network, item, step).tolist()
            if self.replaced[network, step]:
                tells = self._taken_in(network, item, step, readings, stores=action == GateAction.STORE)
                pairs["input_gate"] += [(network, step, item, step, u) for u in tells]
            if before >= 0 and self.replaced[network, before]:
                ends = action in (GateAction.STORE, GateAction.CLEAR)
                tells = self._kept(network, item, before, readings, ends=ends)
                pairs["forget_gate"] += [(network, step, item, before, u) for u in tells]
            if held >= 0 and held < step and self.replaced[network, held] and block.target[network, step] >= 0:
                used = bool(ideal.reads[network, step, item])
                if not used or self._tells(network, item, held, step):
                    pairs["output_gate"].append((network, step, item, held, step))

    def _taken_in(self, network: int, item: int, step: int, readings: list[int], *, stores: bool) -> list[int]:
        """The step u that reveals whether content was stored, if any."""
        ideal = self.ideal
        if stores:
            own = (u for u in readings if ideal.stored[network, u, item] == step)
            return _first(u for u in own if self._tells(network, item, step, u))
        free = (u for u in readings if not self._read_from(network, u, step))
        return _first(u for u in free if ideal.sensitive(network, u, item))

    def _kept(self, network: int, item: int, source: int, readings: list[int], *, ends: bool) -> list[int]:
        """The step u that reveals whether the content from s is still in memory, if any."""
        if ends:
            free = (u for u in readings if not self._read_from(network, u, source))
            return _first(u for u in free if self.ideal.sensitive(network, u, item))
        own = (u for u in readings if self.ideal.stored[network, u, item] == source)
        return _first(u for u in own if self._tells(network, item, source, u))

    def _read_from(self, network: int, reading: int, source: int) -> bool:
        ideal = self.ideal
        return bool((ideal.reads[network, reading] & (ideal.stored[network, reading] == source)).any())


def _first(steps: Iterable[int]) -> list[int]:
    return list(islice(steps, 1))


def _answers(learner: Learner, trials: TrialBlock, plan: _Plan) -> dict[int, NDArray[np.int16]]:
    """Replaced step → later responses (network, step)."""
    found = {}
    pairs = np.concatenate(list(plan.pairs.values()))
    networks = len(trials.length)
    last = np.full((networks, trials.steps), -1, np.intp)
    np.maximum.at(last, (pairs[:, 0], pairs[:, 3]), pairs[:, 4])
    for step in range(int(pairs[:, 3].max(initial=-1)) + 1):
        now, ends = learner.state(), last[:, step] + 1
        if (ends > 0).any():
            part = trials.between(step, ends)
            symbols = part.symbols.copy()
            symbols[:, 0] = plan.symbols[:, step]
            found[step] = learner.run(replace(part, symbols=symbols), learn=False).response
            learner.set_state(now)
        learner.run(trials.between(step, np.full(networks, step + 1)), learn=False)
    return found


def gates_by_intervention(learner: Learner, trials: TrialBlock, *, steps: int = STEPS) -> Intervention:
    """Find the gates of networks by intervention; their state is restored.

    Parameters
    ----------
    learner, trials
        Networks of any model, and a stream for each.
    steps
        Steps of each stream at which gates are found, from the first on. Answers up to `REACH` steps later count.

    Returns
    -------
    Intervention
        Its record has a slot for each item: gates in {0, 1}, NaN without a comparable answer; no memory units.

    Raises
    ------
    FigureError
        If the task has no items, or has real values as inputs or answers.
    ParameterError
        If `steps` is below 1, or the trials do not fit.
    """
    remedy = "give networks of a model"
    require(hasattr(learner, "run"), "gates_by_intervention: learner", learner, "must be a learner", remedy)
    require_block(trials)
    spec = learner.spec
    require_replaceable(spec)
    require_integer("gates_by_intervention: steps", steps, least=1)
    trials = fitted(trials, spec, trials.networks)
    plan = _Planner(spec, trials, steps).planned()
    before = learner.state()
    try:
        outcome = learner.run(trials, learn=False)
        learner.set_state(before)
        answers = _answers(learner, trials, plan)
    finally:
        learner.set_state(before)
    shape = (*trials.target.shape, len(spec.items))
    gates: dict[str, Any] = {gate: np.full(shape, np.nan) for gate in GATE_NAMES}
    replaced_at, answered_at = ({gate: np.full(shape, -1, np.intp) for gate in GATE_NAMES} for _ in range(2))
    for gate, pairs in plan.pairs.items():
        for network, step, item, source, reading in pairs.tolist():
            changed = answers[source][network, reading - source] != outcome.response[network, reading]
            at = network, step, item
            gates[gate][at], replaced_at[gate][at], answered_at[gate][at] = float(changed), source, reading
    record = GateRecord(
        model=learner.name,
        slots=spec.items,
        memory=np.zeros((*shape, 0)),
        resets=trials.starts & trials.live if spec.resets_memory else None,
        **gates,
    )
    return Intervention(
        spec=spec,
        trials=trials,
        outcome=replace(outcome, record=record),
        record=record,
        replaced_at=replaced_at,
        answered_at=answered_at,
        shown_instead=plan.symbols,
    )
