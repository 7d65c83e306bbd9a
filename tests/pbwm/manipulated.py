"""A small network on SIR-2 that tests of manipulations share, and what they look at."""

from dataclasses import fields, replace

import numpy as np

from pbwm.circuit import build_circuit
from pbwm.gate import Disinhibition
from pbwm.learner import PBWM
from pbwm.manipulations import ClampGate, DopamineGain, Lesion, Noise
from pbwm.params import PBWMParams
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.catalog import TASKS

TASK = TASKS["sir2"].build()
SMALL = PBWMParams(stripes=3, hidden=9)
STEPS = 30
NETWORKS = range(4, 7)
FORMS = {"merged": SMALL, "disinhibition": replace(SMALL, gate=Disinhibition())}
LAYERS = [(form, layer.name) for form, params in FORMS.items() for layer in build_circuit(TASK.spec, params).layers]
SOME = (
    Lesion(layer="hidden", fraction=0.3),
    ClampGate(stripe=1, open=True),
    DopamineGain(burst=0.3, d2=2.0, tonic=0.2),
    Noise(layer="hidden", sd=0.1),
)


def network(layout=None, networks=NETWORKS, dtype="float32", form="merged"):
    return PBWM(TASK.spec, networks=networks, seed=4, params=FORMS[form], layout=layout, dtype=dtype)


def block_of(epoch, networks=NETWORKS, steps=STEPS):
    return TrialBlock.stack([TASK.trials(steps, stream(2, Purpose.TRIALS, r, epoch)) for r in networks])


def trained(layout=None, form="merged"):
    learner = network(layout, form=form)
    for epoch in range(3):
        learner.run(block_of(epoch))
    return learner


def assert_same(one, other, but=()):
    for name, values in one.items():
        if name not in but:
            np.testing.assert_array_equal(other[name], values, err_msg=name)


def first_step(block):
    arrays = {f.name: getattr(block, f.name)[:, :1] for f in fields(block) if f.name != "length"}
    return TrialBlock(length=np.ones(block.networks, np.intp), **arrays)


def units_of(learner, layer):
    i = learner.circuit.layer(layer)
    return slice(*learner.circuit.starts()[i : i + 2])
