"""A stream of trials in words, for the eye and for the oracles."""

from tasks.base.task import GateAction


def shown(spec, stream):
    """One dict {channel: name of the symbol, or None where it is silent} per step."""
    return [
        {c.name: None if s < 0 else c.symbols[s] for c, s in zip(spec.channels, row, strict=True)}
        for row in stream.symbols.tolist()
    ]


def gates(spec, stream):
    """One dict {item: name of the gate's action} per step."""
    return [
        {item: GateAction(a).name for item, a in zip(spec.items, row, strict=True)}
        for row in stream.ideal_gate.tolist()
    ]


def answers(spec, stream):
    """The name of the right response of each step, None where there is none."""
    return [None if t < 0 else spec.responses[t] for t in stream.target.tolist()]


def events(spec, stream):
    """The name of the kind of each step."""
    return [spec.events[e] for e in stream.event.tolist()]
