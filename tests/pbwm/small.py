"""A small network on SIR-2 that tests of the learner share."""

from dataclasses import replace

import numpy as np

from pbwm.learner import PBWM
from pbwm.params import PBWMParams
from tasks.base.learner import Population
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.catalog import TASKS

SIR = TASKS["sir2"].build()
SMALL = PBWMParams(stripes=2, hidden=6)
EVERYTHING = replace(SMALL, cortex=replace(SMALL.cortex, norm=True, momentum=True))
STEPS = 12
RECORD = ("input_gate", "forget_gate", "output_gate", "memory")


def network(networks=range(2), params=SMALL, spec=SIR.spec):
    return PBWM(spec, networks=networks, seed=3, params=params)


def streams(networks, steps=STEPS):
    """One stream of `steps` trials for each network number."""
    return [SIR.trials(steps, stream(11, Purpose.TRIALS, r)) for r in networks]


def block_of(networks, lengths=None):
    """The streams of some networks; `lengths`: the steps of each, 0 for none."""
    lengths = lengths or [STEPS] * len(networks)
    drawn = streams(networks)
    whole = [
        SIR.trials(n, stream(11, Purpose.TRIALS, r)) if n else None for r, n in zip(networks, lengths, strict=True)
    ]
    return TrialBlock.stack(whole, like=drawn[0])


def memory(learner):
    """The complete state, one column per network."""
    blocks = learner.blocks if isinstance(learner, Population) else [learner]
    found = [np.concatenate([v.reshape(b.networks, -1).T for v in b.state().values()]) for b in blocks]
    return np.concatenate(found, axis=1)


def unlike(before, after):
    """Columns of memory that differ."""
    return (before != after).any(0)
