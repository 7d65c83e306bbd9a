"""What the figures of manipulations include, and what their captions say, for untrained networks."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from pbwm.compare.experiment.row import AS_IT_IS
from pbwm.compare.figures import causes
from pbwm.gate import Disinhibition, MergedGate
from pbwm.kernels.tables import GPE, GPI, MATRIX, PALLIDUM, THALAMUS, TONIC
from pbwm.learner import PBWM
from pbwm.params import GatingParams, PBWMParams
from tasks.sir import SIR
from tasks.template import DelayedRecall


def untrained(task, params):
    """A scene of one untrained network, with as much as the figures of causes need."""
    networks = SimpleNamespace(blocks=[PBWM(task.spec, networks=range(1), params=params)], networks=1)
    return SimpleNamespace(
        task=task,
        models=("pbwm",),
        networks=lambda model: networks,
        best_network=lambda model: 0,
        count=lambda model: 1,
        task_name="sir2",
        condition=AS_IT_IS,
        seed=0,
    )


@pytest.mark.parametrize("gate", [MergedGate(), Disinhibition()])
def test_lesions_include_every_nucleus_of_the_basal_ganglia_and_thalamus(gate):
    learner = PBWM(SIR().spec, networks=range(1), params=PBWMParams(stripes=2, hidden=4, gate=gate))
    kinds = (MATRIX, GPE, GPI, TONIC, PALLIDUM, THALAMUS)
    assert {layer.name for layer in learner.circuit.layers if layer.kind in kinds} <= set(causes.NUCLEI)


class Forgetful(DelayedRecall):
    """Delayed recall whose ideal gate stores nothing."""

    def trials(self, n, rng):
        drawn = super().trials(n, rng)
        return replace(drawn, ideal_gate=np.zeros_like(drawn.ideal_gate))


@pytest.mark.parametrize(("task", "stores"), [(DelayedRecall(), True), (Forgetful(), False)])
def test_the_caption_of_cycles_speaks_of_storing_only_if_the_step_stores(task, stores):
    (drawn,) = causes.cycles(untrained(task, PBWMParams(stripes=2, hidden=4)))
    assert ("at which a perfect memory stores" in drawn.caption) == stores


@pytest.mark.parametrize("ages", [0, 3])
def test_the_caption_of_weights_speaks_of_age_only_if_stripes_see_it(ages):
    params = PBWMParams(stripes=2, hidden=4, gating=GatingParams(age_units=ages))
    (drawn,) = causes.weights(untrained(SIR(), params))
    assert ("age of the content" in drawn.caption) == (ages > 0)
