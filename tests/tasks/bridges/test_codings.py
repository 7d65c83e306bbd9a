"""Codings of observations: channels, limits, and what they reject."""

import numpy as np
import pytest
from gymnasium import spaces

from tasks.base.errors import ParameterError, UnknownNameError
from tasks.base.spec import Role
from tasks.bridges.codings import Bins, Population, Values, coding_of

SPACE = spaces.Dict(
    {
        "cue": spaces.Discrete(4, start=1),
        "place": spaces.Box(np.array([0.0, -np.inf], np.float32), np.array([1.0, np.inf], np.float32)),
        "pair": spaces.Tuple([spaces.MultiDiscrete([2, 3]), spaces.MultiBinary(2)]),
    }
)
SEEN = {"cue": 3, "place": np.array([0.25, 7.0]), "pair": (np.array([1, 2]), np.array([0, 1]))}


def test_every_number_of_an_observation_has_a_channel():
    coding = coding_of(SPACE, control=("cue",))
    assert {c.name: len(c.symbols) for c in coding.channels} == {
        "cue": 4, "pair 1 1": 2, "pair 1 2": 3, "pair 2 1": 2, "pair 2 2": 2,
    }  # fmt: skip
    assert [c.role for c in coding.channels] == [Role.CONTROL] + [Role.STIMULUS] * 4
    assert [(c.name, c.low, c.high) for c in coding.analog] == [("place 1", 0, 1), ("place 2", -np.inf, np.inf)]
    assert coding.shown(SEEN) == ([2, 1, 2, 0, 1], [0.25, 7.0])
    assert coding_of(SPACE, boxes=Values(), silent=2).shown(SEEN)[0][0] == -1


def test_bins_and_populations_are_laid_over_the_limits():
    box = spaces.Box(0, 1, (1,))
    bins = coding_of(box, boxes=Bins(count=4))
    assert [bins.shown([x])[0][0] for x in (0, 0.24, 0.26, 0.5, 0.99, 1)] == [0, 0, 1, 2, 3, 3]
    wide = coding_of(spaces.Box(-np.inf, np.inf, (1,)), boxes=Bins(count=2, low=-1, high=1))
    assert [wide.shown([x])[0][0] for x in (-9, -0.1, 0.1, 9)] == [0, 0, 1, 1]
    tuned = coding_of(box, boxes=Population(units=3, width=0.5))
    assert [(c.low, c.high) for c in tuned.analog] == [(0, 1)] * 3
    np.testing.assert_allclose(tuned.shown([0.5])[1], np.exp([-2.0, 0.0, -2.0]))
    np.testing.assert_allclose(tuned.shown([0.0])[1], np.exp([-0.0, -2.0, -8.0]))
    for far in (1e200, -np.inf):
        assert tuned.shown([far])[1] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: coding_of(SPACE, boxes=Bins()), ParameterError, "leaves 'place 2' with invalid limits -inf and inf"),
        (lambda: coding_of(SPACE, boxes=Population()), ParameterError, "leaves 'place 2' with invalid limits"),
        (lambda: coding_of(spaces.Text(3)), ParameterError, "is not discrete, a box, or a combination"),
        (lambda: coding_of(SPACE, control=("cues",)), UnknownNameError, "did you mean 'cue'"),
        (lambda: Bins(count=1), ParameterError, "Bins.count = 1 must be a whole number of at least 2"),
        (lambda: Bins(joint=None), ParameterError, "Bins.joint = None must be True or False"),
        (lambda: Bins(low=1, high=0), ParameterError, "Bins.low = 1 must be below high = 0"),
        (lambda: Population(width=0), ParameterError, "Population.width = 0 must be above 0"),
        (
            lambda: coding_of(spaces.Box(0, 1, (9,)), boxes=Bins(joint=True)),
            ParameterError,
            "Bins.count = 5 of 9 numbers make 1953125 symbols",
        ),
    ],
)
def test_what_cannot_be_coded_is_rejected_by_name(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_parts_that_an_observation_lacks_are_named():
    coding = coding_of(spaces.Dict({"cue": spaces.Discrete(2), "place": spaces.Box(0, 1, (2,))}))
    for strange, error in (
        ({"cue": 1}, "KeyError: 'place'"),
        ({"cue": 1, "place": [0.5]}, "IndexError"),
        (3, "TypeErr"),
    ):
        with pytest.raises(ParameterError, match=rf"observation = .* does not fit the space .*{error}.*; give an"):
            coding.shown(strange)
