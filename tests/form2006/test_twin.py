"""The kernels of the 2006 form in float64 against the slow twin, over events with learning."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from numba import njit

from pbwm.form2006.learner import PBWM2006
from pbwm.form2006.params import PBWM2006Params
from tasks.base.rng import Purpose, key, stream
from tasks.base.task import TrialBlock
from tasks.catalog import TASKS
from tasks.engine.kernels.counter import draw, uniform
from tests.reference.form2006_twin import Twin

TOLERANCE = 1e-9
SMALL = PBWM2006Params(stripes=3, hidden=12)
LEARNING, VALUES, STRIATUM, GO = SMALL.learning, SMALL.values, SMALL.striatum, SMALL.random_go
OFTEN = replace(GO, baseline=0.2, patience=1, long_patience=3, probability=0.8, mean_dt=0.5, selectivity=20.0)

CASES = {
    "published, 1-2-AX": ("12ax", PBWM2006Params(), 5),
    "separate control": ("sir2", SMALL, 8),
    "learned prefrontal inputs": (
        "phonological-loop",
        replace(SMALL, prefrontal=replace(SMALL.prefrontal, learned_inputs=True, units=14)),
        6,
    ),
    "fast learning, much random Go": (
        "12ax",
        replace(
            SMALL,
            learning=replace(LEARNING, learning_rate=0.2, hebbian=0.1),
            values=replace(VALUES, pvi_rate=0.3, lve_rate=0.5, lvi_rate=0.2, depletion=0.7, recovery=0.4),
            striatum=replace(STRIATUM, learning_rate=0.5, dopamine_gain=3.0),
            random_go=OFTEN,
        ),
        12,
    ),
    "no stripe-wise dopamine, no LVi, no contrast": (
        "sir2",
        replace(
            SMALL,
            values=replace(VALUES, lvi=False),
            striatum=replace(STRIATUM, stripe_dopamine=False, contrast=0.0, dopamine_gain=0.5, learning_rate=0.3),
        ),
        8,
    ),
    "learned values without depression, neutral zero": (
        "sir2",
        replace(SMALL, values=replace(VALUES, depressed_learning=False, neutral=0.0, lve_rate=0.3, lvi_rate=0.1)),
        8,
    ),
    "PVi sees the input alone, PV or else LV, dopamine out of the threshold": (
        "12ax",
        replace(
            SMALL,
            random_go=replace(OFTEN, long_patience=None),
            values=replace(VALUES, pvi_from_prefrontal=0.0, learned_where_due=False, lve_rate=0.3, lvi_rate=0.1),
            striatum=replace(STRIATUM, threshold_dopamine=False, learning_rate=0.3, dopamine_gain=4.0),
        ),
        10,
    ),
    "gates are closed where a reward is due": (
        "12ax",
        replace(
            SMALL,
            random_go=OFTEN,
            gate=replace(SMALL.gate, closed_where_due=True),
            values=replace(VALUES, depressed_learning=False, learned_where_due=False, lve_rate=0.3, lvi_rate=0.1),
            striatum=replace(STRIATUM, learning_rate=0.3),
        ),
        10,
    ),
    "one stripe": ("2-back", replace(SMALL, stripes=1, random_go=OFTEN), 5),
    "mean reward that soon is enough": (
        "sir2",
        replace(
            SMALL,
            learning=replace(LEARNING, learning_rate=0.1),
            striatum=replace(STRIATUM, learning_rate=0.2),
            random_go=OFTEN,
            success=replace(SMALL.success, reward=0.15, reward_dt=0.3),
            prefrontal=replace(SMALL.prefrontal, late_storage=False),
        ),
        12,
    ),
}


def block_of(task, steps):
    built = TASKS[task].build()
    trials = [built.trials(steps, stream(8, Purpose.TRIALS, r)) for r in range(2)]
    block = TrialBlock.stack(trials)
    return built.spec, replace(block, length=np.minimum(block.length, steps))


@njit
def two_numbers(key_0, key_1, stripe, event, purpose):
    words = draw(key_0, key_1, stripe, event, purpose, 0)
    return uniform(words[0]), uniform(words[1])


def chances(seed, network, twin):
    """The random Go of an event by the simulator's rules, drawn at the address of network, stripe and event."""
    go, stripes, own = twin.p.random_go, twin.p.stripes, key(seed, network)
    drawn = np.array([two_numbers(*own, j, twin.events, int(Purpose.RANDOM_GO)) for j in range(stripes + 1)])
    if twin.mean_reward >= twin.p.success.reward:
        return [False] * stripes
    low = twin.mean_dopamine < go.low
    fires = drawn[:stripes, 1] < go.baseline
    if go.long_patience is not None:
        fires |= (twin.waiting >= go.long_patience) & (drawn[:stripes, 0] < go.probability)
    if drawn[stripes, 0] < go.probability and low.any():
        weight = np.where(low, np.exp(go.selectivity * (go.low - twin.mean_dopamine)), 0.0)
        picked = np.searchsorted(np.cumsum(weight), drawn[stripes, 1] * weight.sum(), side="right")
        fires[picked] |= twin.waiting[picked] >= go.patience
    return fires


@pytest.mark.parametrize("case", CASES)
def test_the_kernels_compute_what_the_equations_say(case):
    task, params, steps = CASES[case]
    spec, block = block_of(task, steps)
    learner = PBWM2006(spec, networks=range(2), seed=4, params=params, dtype=np.float64)
    weights = learner.weights()
    twins = [Twin(spec, params, {name: w[r] for name, w in weights.items()}, partial(chances, 4, r)) for r in range(2)]
    outcome = learner.run(block, record=True)
    record, seen = outcome.record, set()
    for r, twin in enumerate(twins):
        for step in range(int(block.length[r])):
            response = twin.event(block.symbols[r, step], int(block.target[r, step]), bool(block.rewarded[r, step]))
            assert outcome.response[r, step] == response, (r, step)
            where = (r, step)
            for name, value in {
                "dopamine": twin.dopamine,
                "reward_prediction": twin.pvi,
                "learned_value": twin.lve,
                "slow_learned_value": twin.lvi,
                "snr_thalamus": twin.areas["snr_thalamus"].plus[:, 0],
                "matrix_go": twin.areas["matrix_go"].plus.sum(1),
            }.items():
                np.testing.assert_allclose(
                    record.signals[name][where], value, atol=TOLERANCE, err_msg=f"{where} {name}"
                )
            np.testing.assert_allclose(record.memory[where], twin.areas["pfc"].hold, atol=TOLERANCE, err_msg=str(where))
            seen |= set(record.signals["gate"][where].tolist())
        for name, w in learner.weights().items():
            np.testing.assert_allclose(w[r], twin.weight[name], atol=TOLERANCE, err_msg=name)
    if steps > 6:
        assert seen == {0.0, 1.0}  # the case shows gates open and shut


def test_without_learning_weights_and_chance_stay_away():
    spec, block = block_of("12ax", 6)
    params = replace(SMALL, random_go=replace(GO, baseline=1.0))
    learner = PBWM2006(spec, networks=range(2), seed=4, params=params, dtype=np.float64)
    before = learner.weights()
    outcome = learner.run(block, learn=False, record=True)
    twin = Twin(spec, params, {name: w[0] for name, w in before.items()}, None)
    for step in range(int(block.length[0])):
        arguments = block.symbols[0, step], int(block.target[0, step]), bool(block.rewarded[0, step])
        assert twin.event(*arguments, learn=False) == outcome.response[0, step]
        np.testing.assert_allclose(outcome.record.signals["dopamine"][0, step], twin.dopamine, atol=TOLERANCE)
    for name, w in learner.weights().items():
        np.testing.assert_array_equal(w, before[name], err_msg=name)
    live = outcome.record.signals["random_go"][block.live]
    assert not live.any()
