"""The search for the recommended LSTM and GRU, over all tasks of the battery at once."""

from collections.abc import Mapping
from typing import Any

from pbwm.compare.experiment import Condition, Purpose, Study
from pbwm.compare.studies.battery import BATTERY_TASKS
from pbwm.compare.studies.searches import SEARCH_SEED

__all__ = ["SEARCH_RECURRENT"]

RATE, WINDOW = "learning.optimiser.learning_rate", "learning.rule.window"

OF_LSTM: Mapping[str, Mapping[str, Any]] = {
    "recommended": {},
    **{
        f"{cells} cells, rate {rate}, window {window}": {"blocks": cells, RATE: rate, WINDOW: window}
        for cells in (32, 64)
        for window in (10, 20, 40)
        for rate in (0.005, 0.01, 0.02)
    },
    "window 15": {WINDOW: 15},
    "first weights .125": {"initial_weight": 0.125},
    "first weights .35": {"initial_weight": 0.35},
    "forget bias 1": {"forget_gate_bias.first": 1.0},
    "forget bias 2": {"forget_gate_bias.first": 2.0},
    "input bias -1": {"input_gate_bias.first": -1.0},
    "beta2 .999": {"learning.optimiser.beta2": 0.999},
    "gradient norm .3": {"learning.clip_norm": 0.3},
}
"""Name of each condition of the LSTM and its changes of the recommended configuration."""
RATES = (0.005, 0.01, 0.015, 0.03)

SEARCH_RECURRENT = Study(
    name="search-recurrent",
    question="Which size, rate, window, and first weights let most LSTM and GRU networks learn the battery?",
    conditions=(
        *(Condition(name=name, models=("lstm",), parameters=changes) for name, changes in OF_LSTM.items()),
        *(Condition(name=f"rate {rate}", models=("gru", "sublstm"), parameters={RATE: rate}) for rate in RATES),
    ),
    tasks=BATTERY_TASKS,
    epochs=300,
    networks=16,
    seed=SEARCH_SEED,
    purpose=Purpose.SEARCH,
)
