"""The kernels in float64 against a slow twin written from the equations (docs/pbwm.md), over trials with learning."""

import pytest

from tests.pbwm.pair import Pair
from tests.pbwm.twin_cases import CASES, SMALL


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
