"""What the figures of manipulations include, and what their captions say, for untrained networks."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from pbwm.compare.analysis.over_training import signals_over_training
from pbwm.compare.experiment.row import AS_IT_IS
from pbwm.compare.figures import causes
from pbwm.gate import Disinhibition, MergedGate
from pbwm.kernels.tables import GPE, GPI, MATRIX, PALLIDUM, THALAMUS, TONIC
from pbwm.learner import PBWM
from pbwm.params import GatingParams, PBWMParams
from pbwm.striatum import FeedbackRule, StriatumLearning
from tasks.sir import SIR
from tasks.template import DelayedRecall


def untrained(task, params):
    """A scene of one untrained network, with as much as the figures of causes need."""
    networks = SimpleNamespace(blocks=[PBWM(task.spec, networks=range(1), params=params)], networks=1)
    return SimpleNamespace(
        task=task,
        models=("pbwm",),
        networks=lambda model: networks,
        build=lambda model, count: PBWM(task.spec, networks=range(count), params=params),
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


FED_BACK = PBWMParams(
    stripes=2, hidden=4, gating=GatingParams(checks=1), striatum=StriatumLearning(rule=FeedbackRule())
)


def test_dopamine_of_each_stripe_is_shown_if_stripes_have_their_own(monkeypatch):
    monkeypatch.setattr(causes, "EPOCHS_OF_DOPAMINE", 2)
    (one,) = causes.dopamine(untrained(SIR(), PBWMParams(stripes=2, hidden=4)))
    assert "each stripe" not in one.caption
    task = SIR()
    first, second = causes.dopamine(untrained(task, FED_BACK))
    assert "Another figure shows the dopamine of each stripe" in first.caption
    assert second.name == "stripe-dopamine-pbwm"
    assert [ax.get_title(loc="left") for ax in second.figure.axes[:3]] == [
        "maintenance stripes, Go",
        "maintenance stripes, NoGo",
        "output stripes",
    ]
    signals = ("stripe_dopamine_go", "stripe_dopamine_nogo")
    network = PBWM(task.spec, networks=range(1), params=FED_BACK)
    go, nogo = (
        np.nanmean(of.mean[0], axis=1)
        for of in signals_over_training(network, task, seed=0, epochs=2, networks=range(1), signals=signals)
    )
    expected = [*go[:, :2].T.ravel(), *nogo[:, :2].T.ravel(), *go[:, 2:].T.ravel()]
    np.testing.assert_allclose([row[-1] for row in second.rows], expected)
    assert np.any(expected)
