"""The LSTM that learns from reward alone: search for its parameters, and results on fresh seeds.

The search can use only the error at rewarded steps, which the stored curves have.
"""

from lstm_baseline.params import LSTMParams
from pbwm.compare.experiment import Condition, Purpose, Record, Study
from pbwm.compare.studies.changes import changes_of
from pbwm.compare.studies.searches import SEARCH_SEED

__all__ = ["REWARD", "SEARCH_REWARD"]

TASKS = ("sir2", "12ax")
RATES, ENTROPIES = (0.003, 0.01, 0.03), (0.03, 0.1, 0.3)
SIXTEEN_CELLS = changes_of("lstm-reward", "sir2", LSTMParams.reward_only())
"""The network of these studies: 16 cells, and the rate that the search found."""


SEARCH_REWARD = Study(
    name="search-reward",
    question="With which learning rate and entropy does an LSTM learn best from reward alone within 1000 epochs?",
    conditions=tuple(
        Condition(
            name=f"rate {rate}, entropy {entropy}",
            parameters=SIXTEEN_CELLS | {"learning.optimiser.learning_rate": rate, "learning.rule.entropy": entropy},
        )
        for rate in RATES
        for entropy in ENTROPIES
    ),
    tasks=TASKS,
    models=("lstm-reward",),
    epochs=1000,
    networks=16,
    seed=SEARCH_SEED,
    record=(Record.CURVES,),
    purpose=Purpose.SEARCH,
)

REWARD = Study(
    name="reward",
    question="How well does an LSTM learn from reward alone, at the rewarded steps or at all steps that count?",
    conditions=(
        Condition(name="reward where PBWM gets it", parameters=SIXTEEN_CELLS),
        Condition(
            name="reward at every step that counts", parameters=SIXTEEN_CELLS | {"learning.rule.every_step": True}
        ),
    ),
    tasks=TASKS,
    models=("lstm-reward",),
    epochs=3000,
    networks=16,
    seed=0,
    record=(Record.CURVES,),
)
