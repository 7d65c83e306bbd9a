"""The kernels in float64 against the slow twin, over trials with learning."""

from dataclasses import replace

import pytest

from pbwm.gate import Disinhibition
from tests.pbwm.pair import Pair
from tests.pbwm.twin_cases import CASES, SMALL

DISINHIBITED = replace(SMALL, gate=Disinhibition())


@pytest.mark.parametrize("case", CASES)
def test_network_is_its_twin(case):
    task, params, steps = CASES[case]
    pair = Pair(task, params, steps, number=1)
    for now in range(steps):
        pair.step(now)
    pair.compare_learned()


def test_a_step_without_target_leaves_the_output_free():
    pair = Pair("sir2", SMALL, 8, number=1, untold=(2, 3, 6))
    for now in range(8):
        pair.step(now)
    pair.compare_learned()


@pytest.mark.parametrize(
    "case",
    [
        "tags, structural credit, noise at the gate",
        "covariance, noise in the striatum",
        "updated once, feedback, credit by the output gate, ages in one stripe",
        "ages of contents, direct NoGo, feedback",
    ],
)
def test_steps_without_control(case):
    """Without input to the striatum, there is no noise. Ages are such input."""
    task, params, steps = CASES[case]
    pair = Pair(task, params, steps, number=1, silent=range(1, steps, 2))
    for now in range(steps):
        pair.step(now)
    pair.compare_learned()


@pytest.mark.parametrize("network", [0, 1])
def test_fixed_weights_that_differ_between_receivers(network):
    """All receivers of a fixed dense path share a sum only if their weights are equal in every network."""
    pair = Pair("sir2", DISINHIBITED, 4, number=1)
    weights = pair.network.weights()
    weights["stn->gpi"][network, -1, -1] = 0.5
    pair.network.set_weights({"stn->gpi": weights["stn->gpi"]})
    for (sender, target), matrix in pair.ours(pair.network.weights()).items():
        pair.twin.set_weights(sender, target, matrix)
    for now in range(4):
        pair.step(now)
    pair.compare_learned()


@pytest.mark.parametrize(
    "case",
    [
        "three stripes, nine hidden units",
        "temporal differences",
        "covariance, noise in the striatum",
        "feedback of the target's error, credit by the output gate, weights cut off",
    ],
)
def test_without_learning(case):
    task, params, steps = CASES[case]
    pair = Pair(task, params, steps, number=1)
    for now in range(steps):
        pair.step(now, learn=now % 3 == 2)
    pair.compare_learned()


@pytest.mark.parametrize(
    "case",
    [
        "tags, structural credit, noise at the gate",
        "covariance, noise in the striatum",
        "profiles of deep cortex, the noise of each stripe",
    ],
)
def test_noise_only_while_weights_change(case):
    task, params, steps = CASES[case]
    params = replace(params, exploration=replace(params.exploration, when_frozen=False))
    pair = Pair(task, params, steps, number=1)
    for now in range(steps):
        pair.step(now, learn=now % 3 != 1)
    pair.compare_learned()
