"""Learning with weak dopamine bursts or dips, as in Parkinson's disease off and on medication."""

from dataclasses import replace

from pbwm.compare.experiment import Study
from pbwm.compare.studies.changes import change, condition, family_for

__all__ = ["DOPAMINE"]

TASK, EPOCHS = "sir2-reference", 200

GAINS = {
    "usual dopamine": {},
    "bursts of .5": {"burst_gain": 0.5},
    "bursts of .25": {"burst_gain": 0.25},
    "dips of .5": {"dip_gain": 0.5},
    "dips of .25": {"dip_gain": 0.25},
}
"""Changed parameters of the striatum (Frank, 2005, *J. Cogn. Neurosci.* 17:51)."""

DOPAMINE = Study(
    name="dopamine-gains",
    question="How do family networks learn with weak bursts or dips of dopamine, without being re-initialized?",
    conditions=tuple(
        condition(name, TASK, change(replace(family_for(TASK), restart=None), "striatum", **gains), EPOCHS)
        for name, gains in GAINS.items()
    ),
    networks=32,
    seed=0,
)
