"""The information that declared gates carry, by intervention on one part of the difference in memory.

docs/analysis.md, "Declared gates or recurrent weights", defines the two parts.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.intervention import Intervention
from pbwm.compare.analysis.recording import GATE_NAMES, Recording
from tasks.base.arguments import checked
from tasks.base.learner import Learner, Population
from tasks.base.record import GateRecord
from tasks.base.task import TrialBlock

__all__ = ["Carried", "can_carry", "carried"]

Values = NDArray[np.float64]
Pair = tuple[int, int, int]
"""A network, the replaced step, and the answered step."""


@dataclass(frozen=True, kw_only=True)
class Carried:
    """Answers that change with only a part of the difference in memory.

    Attributes
    ----------
    by_gates, by_rest : gate → float array (network, item), in [0, 1]
        Of the answers that a replacement changes, the proportion that also change by what gates carried, or by the
        rest. NaN without such answers.
    agreement : gate → float array (network, item), in [0, 1]
        Area under the ROC curve of changes by what gates carried against changes by the replacement.
    """

    by_gates: dict[str, Values]
    by_rest: dict[str, Values]
    agreement: dict[str, Values]


class _Parts(NamedTuple):
    """Differences in memory before an answered step, and output gates, each (slot,)."""

    by_gates: NDArray[Any]
    by_rest: NDArray[Any]
    outlet: NDArray[Any]


def can_carry(learner: Learner) -> bool:
    """Whether contents of memory can be replaced."""
    return hasattr(_block(learner), "with_memory")


def _block(learner: Learner) -> Any:
    return learner.blocks[0] if isinstance(learner, Population) else learner


@checked()
def carried(learner: Learner, declared: Recording, found: Intervention) -> Carried | None:
    """Answers that change by the content that gates carry alone; None if memory cannot be set.

    Parameters
    ----------
    learner
        The networks, with `with_memory` (`lstm_baseline.learner.LSTM.with_memory`); restored at the end.
    declared, found
        Their recording, and their gates by intervention on the same trials.
    """
    if not can_carry(learner):
        return None
    block, before = _block(learner), learner.state()
    try:
        parts = dict(_differences(learner, declared, found))
        learner.set_state(before)
        changed = _changed(learner, block, declared, parts)
    finally:
        learner.set_state(before)
    return _summary(found, changed)


def _pairs(found: Intervention) -> dict[int, set[tuple[int, int]]]:
    pairs = defaultdict(set)
    for gate in GATE_NAMES:
        for network, step, item in np.argwhere(found.answered_at[gate] >= 0).tolist():
            at = network, step, item
            pairs[int(found.replaced_at[gate][at])].add((network, int(found.answered_at[gate][at])))
    return pairs


def _outlet(record: GateRecord) -> NDArray[Any]:
    """Factor, or subtrahend, of output gates: array (network, step, slot)."""
    return record.signals.get("output_inhibition", record.output_gate)


def _differences(learner: Learner, declared: Recording, found: Intervention) -> Iterator[tuple[Pair, _Parts]]:
    trials, pairs = declared.trials, _pairs(found)
    kept = np.where(declared.resets[..., None], 0.0, np.asarray(declared.record.forget_gate, np.float64))
    memory, outlet = declared.record.memory[..., 0], _outlet(declared.record)
    for source in range(max(pairs, default=-1) + 1):
        if source in pairs:
            now, ends = learner.state(), np.zeros(trials.networks, np.intp)
            for network, reading in pairs[source]:
                ends[network] = max(ends[network], reading)
            record = _replaced(learner, trials.between(source, ends), found.shown_instead[:, source])
            learner.set_state(now)
            for network, reading in pairs[source]:
                last = reading - 1
                here = np.s_[network, last - source]
                difference = record.memory[here][:, 0] - memory[network, last]
                first = record.memory[network, 0, :, 0] - memory[network, source]
                by_gates = first * kept[network, source + 1 : reading].prod(0)
                released = _outlet(record)[here] if last == source else outlet[network, last]
                yield (network, source, reading), _Parts(by_gates, difference - by_gates, released)
        learner.run(trials.between(source, np.full(trials.networks, source + 1)), learn=False)


def _replaced(learner: Learner, part: TrialBlock, symbols: NDArray[np.int16]) -> GateRecord:
    shown = part.symbols.copy()
    shown[:, 0] = symbols
    record = learner.run(replace(part, symbols=shown), learn=False, record=True).record
    assert record is not None
    return record


def _changed(
    learner: Learner, block: Any, declared: Recording, parts: Mapping[Pair, _Parts]
) -> dict[Pair, tuple[bool, bool]]:
    trials, memory, outlet = declared.trials, declared.record.memory[..., 0], _outlet(declared.record)
    waiting: dict[int, dict[int, list[Pair]]] = defaultdict(lambda: defaultdict(list))
    for pair in parts:
        waiting[pair[2]][pair[0]].append(pair)
    found = {}
    for step in range(max(waiting, default=-1) + 1):
        one = trials.between(step, np.full(trials.networks, step + 1))
        of_networks = waiting.get(step, {})
        now = learner.state() if of_networks else {}
        for turn in range(max(map(len, of_networks.values()), default=0)):
            asked = [pairs[turn] for pairs in of_networks.values() if turn < len(pairs)]
            held, released = (np.nan_to_num(values[:, step - 1]) for values in (memory, outlet))
            for pair in asked:
                released[pair[0]] = parts[pair].outlet
            responses = []
            for which in ("by_gates", "by_rest"):
                differs = held.copy()
                for pair in asked:
                    differs[pair[0]] += getattr(parts[pair], which)
                learner.set_state(block.with_memory(now, differs, released))
                responses.append(learner.run(one, learn=False).response[:, 0])
            own = declared.outcome.response[:, step]
            for pair in asked:
                network = pair[0]
                found[pair] = bool(responses[0][network] != own[network]), bool(responses[1][network] != own[network])
        if of_networks:
            learner.set_state(now)
        learner.run(one, learn=False)
    return found


def _summary(found: Intervention, changed: Mapping[Pair, tuple[bool, bool]]) -> Carried:
    shape = found.trials.networks, len(found.spec.items)
    by_gates, by_rest, agreement = ({gate: np.full(shape, np.nan) for gate in GATE_NAMES} for _ in range(3))
    for gate in GATE_NAMES:
        sources, readings = found.replaced_at[gate], found.answered_at[gate]
        for network, item in np.ndindex(shape):
            steps = np.flatnonzero(readings[network, :, item] >= 0)
            whole = getattr(found.record, gate)[network, steps, item] > 0.5
            pairs = zip(sources[network, steps, item].tolist(), readings[network, steps, item].tolist(), strict=True)
            parts = np.array([changed[network, source, reading] for source, reading in pairs], bool).reshape(-1, 2)
            if whole.any():
                by_gates[gate][network, item], by_rest[gate][network, item] = parts[whole].mean(0)
                if not whole.all():
                    both = parts[whole, 0].mean() + 1 - parts[~whole, 0].mean()
                    agreement[gate][network, item] = both / 2
    return Carried(by_gates=by_gates, by_rest=by_rest, agreement=agreement)
