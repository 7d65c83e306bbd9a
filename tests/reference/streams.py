"""A stream of trials in words, for readers and for the oracles."""

import pytest

from tasks.base.task import GateAction, Quantity, Several


def shown(spec, stream):
    """One dict {channel: name of the symbol, or None if it is silent; analog channel: value} per step."""
    of_channels = [(*channel.symbols, None) for channel in spec.channels]  # silence is -1
    columns = [
        *([of[s] for s in column] for of, column in zip(of_channels, stream.symbols.T.tolist(), strict=True)),
        *stream.values.T.tolist(),
    ]
    names = [channel.name for channel in (*spec.channels, *spec.analog)]
    assert len(names) == len(columns)
    return [dict(zip(names, step, strict=True)) for step in zip(*columns, strict=True)]


def gates(spec, stream):
    """One dict {item: name of the gate's action} per step."""
    names = {int(action): action.name for action in GateAction}
    return [{item: names[a] for item, a in zip(spec.items, row, strict=True)} for row in stream.ideal_gate.tolist()]


def answers(spec, stream):
    """The right answer of each step, or None: the response by name, the set of them, or the value."""
    if isinstance(spec.answer, Several):
        right = [frozenset(r for r, a in zip(spec.responses, row, strict=True) if a) for row in stream.allowed.tolist()]
    elif isinstance(spec.answer, Quantity):
        right = [pytest.approx(q, abs=1e-6) for q in stream.quantity.tolist()]
    else:
        right = [spec.responses[t] for t in stream.target.tolist()]
    return [None if t < 0 else answer for t, answer in zip(stream.target.tolist(), right, strict=True)]


def events(spec, stream):
    return [spec.events[e] for e in stream.event.tolist()]
