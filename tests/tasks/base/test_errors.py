"""Errors name the field, the value, the rule and the remedy."""

from enum import StrEnum

import numpy as np
import pytest

from tasks.base.errors import (
    MOST,
    ParameterError,
    TaskError,
    UnknownNameError,
    nearest,
    require,
    require_choice,
    require_integer,
    require_probability,
    require_truth,
)


class Side(StrEnum):
    LEFT = "left"
    RIGHT = "right"


def test_errors_have_one_root_and_are_what_python_expects():
    assert issubclass(ParameterError, TaskError)
    assert issubclass(ParameterError, ValueError)
    assert issubclass(UnknownNameError, TaskError)
    assert issubclass(UnknownNameError, KeyError)


def test_require_passes_or_says_field_value_rule_and_remedy():
    require(True, "field", 1, "is wrong", "correct it")
    with pytest.raises(ParameterError) as caught:
        require(False, "Thing.field", "x", "is wrong", "correct it")
    assert str(caught.value) == "Thing.field = 'x' is wrong; correct it"


def test_require_raises_the_error_it_is_given():
    class OtherError(Exception):
        pass

    with pytest.raises(OtherError, match="correct it"):
        require(False, "field", 1, "is wrong", "correct it", error=OtherError)


@pytest.mark.parametrize("value", [0, 1, 0.0, 0.5, 1.0, np.float32(0.25), np.float64(1)])
def test_probabilities(value):
    require_probability("p", value)


@pytest.mark.parametrize("value", [-1e-9, 1 + 1e-9, float("nan"), float("inf"), "0.5", None, True, 1j])
def test_what_is_no_probability(value):
    with pytest.raises(ParameterError, match=r"^p = "):
        require_probability("p", value)


@pytest.mark.parametrize("value", [1, 5, np.int64(3), np.uint8(5)])
def test_whole_numbers(value):
    require_integer("n", value, least=1, most=5)


@pytest.mark.parametrize("value", [0, 6, 1.0, np.float64(2), "3", None, True, np.True_, [1]])
def test_what_is_no_whole_number_in_range(value):
    with pytest.raises(ParameterError, match=r"^n = .* must be a whole number from 1 to 5"):
        require_integer("n", value, least=1, most=5)


def test_a_whole_number_without_a_most():
    require_integer("n", MOST, least=1)
    with pytest.raises(ParameterError, match="must be a whole number of at least 1"):
        require_integer("n", 0, least=1)
    for beyond in (MOST + 1, 10**19, 10**5000):
        with pytest.raises(ParameterError, match=f"must be a whole number from 1 to {MOST}"):
            require_integer("n", beyond, least=1)


def test_truth():
    require_truth("t", True)
    require_truth("t", False)
    for value in (0, 1, "True", None):
        with pytest.raises(ParameterError, match=r"^t = .* must be True or False"):
            require_truth("t", value)


def test_choices_by_member_and_by_name():
    assert require_choice("side", Side.LEFT, Side) is Side.LEFT
    assert require_choice("side", "right", Side) is Side.RIGHT


@pytest.mark.parametrize(("value", "remedy"), [("rigth", "did you mean 'right'"), (7, "give one"), (None, "give one")])
def test_what_is_no_choice(value, remedy):
    with pytest.raises(ParameterError, match=f"must be one of 'left', 'right'; {remedy}"):
        require_choice("side", value, Side)


def test_the_nearest_name_is_suggested_only_if_it_is_near():
    assert "did you mean '12ax'" in str(nearest("task", "12-AX", ["sir2", "12ax"]))
    assert "did you mean 'embedded-reber'" in str(nearest("task", "reber", ["sternberg", "embedded-reber"]))
    assert "did you mean" not in str(nearest("model", "elman", ["lstm", "srn"]))
    far = str(nearest("task", "zebra", ["sir2", "12ax"]))
    assert "did you mean" not in far
    assert far.endswith("Known: 12ax, sir2")


@pytest.mark.parametrize("name", [3, None, ("a",)])
def test_what_is_no_name_is_unknown_too(name):
    assert str(nearest("task", name, ["sir2"])) == f"unknown task {name!r}. Known: sir2"
