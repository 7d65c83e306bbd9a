"""PBWM, saved in one layout and loaded in another, continues bit for bit."""

from dataclasses import replace

import numpy as np
import pytest

from pbwm.exploration import Exploration
from pbwm.gate import Disinhibition
from pbwm.kernels.storage import SCRATCH
from pbwm.layout import Layout
from pbwm.learner import PBWM
from pbwm.match_units import MatchUnits
from pbwm.params import GatingParams, NeuronParams, PBWMParams
from pbwm.profiles import DeepProfile
from pbwm.striatum import CovarianceRule, FeedbackRule, StriatumLearning
from tasks.base.errors import SavedFileError
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.catalog import TASKS

SMALL = PBWMParams(stripes=3, hidden=9)
EVERYTHING = replace(
    SMALL,
    cortex=replace(SMALL.cortex, norm=True, momentum=True),
    neuron=NeuronParams(send_delta=0.005),
)
EXPLORING = replace(
    SMALL,
    striatum=replace(SMALL.striatum, rule=CovarianceRule()),
    exploration=Exploration(sd=0.3, site="striatum", by_stripe=True),
    gating=GatingParams(profiles=(DeepProfile.rising(), DeepProfile.phasic())),
    gate=Disinhibition(),
)
WIDE = replace(SMALL, stripes=20, hidden=70)
FED_BACK = replace(
    WIDE,
    gating=GatingParams(checks=1),
    exploration=Exploration(sd=0.3),
    striatum=StriatumLearning(rule=FeedbackRule(teacher="response"), learning_rate=2.0, soft_bounds=False),
)
MATCHING = replace(FED_BACK, match_units=MatchUnits(to_output=0.7))
TASK = TASKS["sir2"].build()
NETWORKS = range(5, 8)


def train(learner, epoch):
    """An epoch of streams of several lengths; the networks' state after it."""
    streams = [TASK.trials(n, stream(2, Purpose.TRIALS, r, epoch)) for r, n in zip(NETWORKS, (12, 9, 4), strict=True)]
    outcome = learner.run(TrialBlock.stack(streams), record=True)
    return {"response": outcome.response, "memory": outcome.record.memory} | learner.state()


@pytest.mark.parametrize("to", Layout)
@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize(
    ("params", "dtype"),
    [
        (EVERYTHING, "float32"),
        (EVERYTHING, "float64"),
        (EXPLORING, "float32"),
        (WIDE, "float32"),
        (FED_BACK, "float32"),
        (MATCHING, "float32"),
    ],
    ids=[
        "norm and momentum",
        "float64",
        "covariance, noise, disinhibition",
        "more stripes than lanes",
        "feedback",
        "match units",
    ],
)
def test_loaded_networks_go_on_bit_for_bit(params, dtype, layout, to, tmp_path):
    path = tmp_path / "networks.safetensors"
    kept = PBWM(TASK.spec, networks=NETWORKS, seed=4, params=params, dtype=dtype, layout=layout)
    for epoch in range(2):
        train(kept, epoch)
    kept.save(path)
    loaded = PBWM.load(path, layout=to)
    assert (loaded.layout, loaded.dtype, loaded.params, loaded.seed) == (to, np.dtype(dtype), params, 4)
    for name, values in kept.state().items():
        np.testing.assert_array_equal(loaded.state()[name], values, err_msg=name)
    for epoch in range(2, 5):
        ours, theirs = train(loaded, epoch), train(kept, epoch)
        for name, values in theirs.items():
            np.testing.assert_array_equal(ours[name], values, err_msg=name)


def test_linear_weights_come_back_where_weights_alone_do_not():
    """The reason to save the state and not the weights: the sigmoid cannot be inverted to the last bit."""
    kept = PBWM(TASK.spec, networks=NETWORKS, seed=4, params=SMALL)
    train(kept, 0)
    by_weights, by_state = (PBWM(TASK.spec, networks=NETWORKS, seed=5, params=SMALL) for _ in range(2))
    by_weights.set_weights(kept.weights())
    by_state.set_state(kept.state())
    assert (by_weights.state()["linear"] != kept.state()["linear"]).any()
    np.testing.assert_array_equal(by_state.state()["linear"], kept.state()["linear"])


def test_a_state_of_version_1_0_0_is_read():
    """It also had what every trial computes, and more numbers for synapses that do not learn in cortex."""
    kept, again = (PBWM(TASK.spec, networks=NETWORKS, seed=seed, params=EVERYTHING) for seed in (4, 5))
    train(kept, 0)
    state, paths = kept.state(), kept.circuit.paths
    learns = np.concatenate([np.full(kept.circuit.senders(p).size, p.learns and not p.striatal) for p in paths])
    earlier = state | {name: np.ones((3, 7), np.float32) for name in SCRATCH[:5]}
    for name in ("linear", "norm", "momentum"):
        assert state[name].shape == (3, learns.sum()) < (3, learns.size)
        earlier[name] = np.full((3, learns.size), 0.5, np.float32)
        earlier[name][:, learns] = state[name]
    again.set_state(earlier)
    for name, values in again.state().items():
        np.testing.assert_array_equal(values, state[name], err_msg=name)
    with pytest.raises(SavedFileError, match="state 'linear'"):
        again.set_state(earlier | {"linear": earlier["linear"][:, 1:]})


def test_a_state_of_version_1_0_0_has_no_usual_content_and_other_names():
    kept, again = (PBWM(TASK.spec, networks=NETWORKS, seed=seed, params=FED_BACK) for seed in (4, 5))
    train(kept, 0)
    state = kept.state()
    earlier = {"errors": "told", "reservoir_draw": "coin", "network noise_factor": "network doubt"}
    assert earlier.keys() <= state.keys()
    again.set_state({earlier.get(name, name): of for name, of in state.items() if name != "contents usual"})
    for name, values in again.state().items():
        np.testing.assert_array_equal(values, state[name], err_msg=name)
    assert not state["contents usual"].any()


@pytest.mark.parametrize("layout", Layout)
def test_networks_hold_what_outlives_a_trial_and_nothing_else(layout):
    learner = PBWM(TASK.spec, networks=NETWORKS, params=EVERYTHING, layout=layout)
    train(learner, 0)
    for block in learner.blocks:
        assert all(getattr(block.arrays, name) is None for name in SCRATCH)
        assert block.arrays.alive.shape == (1, 16)
        weights, learn = len(block.arrays.weight), learner.net.paths["plastic"]
        plastic = (learner.net.paths["contacts"] * learner.net.paths["receivers"])[learn].sum()
        assert 0 < plastic < weights
        assert {len(getattr(block.arrays, name)) for name in ("linear", "norm", "momentum")} == {plastic}
