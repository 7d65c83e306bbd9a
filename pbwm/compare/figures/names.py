"""Names in figures instead of identifiers."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from pbwm.compare.models import MODELS
from tasks.catalog import TASKS

__all__ = ["GATE_TITLES", "and_list", "gate_name", "model_name", "named", "signal_name", "task_name"]

GATE_TITLES: Mapping[str, str] = {
    "input_gate": "input gate (1 = lets all in)",
    "forget_gate": "forget gate (1 = keeps all)",
    "output_gate": "output gate (1 = lets all out)",
}
"""Field of `GateRecord` → title of a panel."""

SIGNAL_NAMES: Mapping[str, str] = {
    "matrix_go": "striatal Go",
    "matrix_nogo": "striatal NoGo",
    "gpe": "GPe",
    "stn": "STN",
    "gpi": "GPi",
    "gpi_thalamus": "GPi/thalamus",
    "snr_thalamus": "SNr/thalamus",
    "pfc": "PFC",
    "pfc_maintenance_deep": "deep PFC",
    "pfc_match": "match of content and stimulus",
    "stripe_dopamine_go": "dopamine of each stripe, Go",
    "stripe_dopamine_nogo": "dopamine of each stripe, NoGo",
    "held_worth": "value of the held content",
    "displaced_worth": "value of the displaced content",
    "rejected_worth": "value of the rejected content",
    "go_tag": "eligibility tag, Go",
    "nogo_tag": "eligibility tag, NoGo",
    "random_go": "random Go",
    "slow_learned_value": "learned value, slow",
    "net_cell": "net input of the cell",
    "net_input": "net input of the input gate",
    "net_forget": "net input of the forget gate",
    "net_output": "net input of the output gate",
    "net_hidden": "net input of the hidden unit",
    "squashed": "squashed cell state",
    "output": "cell output",
    "error_flow": "error flow through the cell",
}
"""Nucleus or signal → its name, if not the identifier with spaces."""


def model_name(model: str) -> str:
    """The name of a model in figures."""
    return MODELS.title(model)


def task_name(task: str) -> str:
    """The name of a task in figures."""
    return TASKS.title(task)


def signal_name(signal: str) -> str:
    """The name of a nucleus or a recorded signal in figures."""
    return SIGNAL_NAMES.get(signal, signal.replace("_", " "))


def gate_name(gate: str) -> str:
    """The name of a gate in figures."""
    return gate.replace("_", " ")


def and_list(names: Sequence[str]) -> str:
    """Names in a sentence.

    Examples
    --------
    >>> and_list(["PBWM"]), and_list(["PBWM", "LSTM"]), and_list(["PBWM", "LSTM", "GRU"])
    ('PBWM', 'PBWM and LSTM', 'PBWM, LSTM, and GRU')
    """
    if len(names) < 3:
        return " and ".join(names)
    return f"{', '.join(names[:-1])}, and {names[-1]}"


def named(value: Any) -> Any:
    """A value with numbered enumeration members by name.

    Examples
    --------
    >>> from lstm_baseline import Squashing
    >>> named({"blocks": 4, "g": Squashing.LOGISTIC_2, "both": (Squashing.TANH, None)})
    {'blocks': 4, 'g': 'LOGISTIC_2', 'both': ['TANH', None]}
    """
    if isinstance(value, Enum) and isinstance(value.value, int):
        return value.name
    if isinstance(value, Mapping):
        return {key: named(item) for key, item in value.items()}
    return [named(item) for item in value] if isinstance(value, tuple | list) else value
