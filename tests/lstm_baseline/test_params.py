"""Parameters: the named configurations, and their rejections."""

import numpy as np
import pytest

from lstm_baseline import BPTT, Adam, GateBias, Learning, LSTMError, LSTMParameterError, LSTMParams, Squashing


def test_modern_is_the_default_form():
    assert LSTMParams() == LSTMParams.modern()
    assert (LSTMParams().g, LSTMParams().h) == (Squashing.TANH, Squashing.TANH)


def test_gers_2000_has_the_published_form():
    params = LSTMParams.gers_2000()
    assert (params.g, params.h) == (Squashing.LOGISTIC_2, Squashing.LOGISTIC_1)
    assert (params.blocks, params.cells_per_block) == (4, 2)
    np.testing.assert_array_equal(params.forget_gate_bias.of_blocks(4), [0.5, 1.0, 1.5, 2.0])
    for bias in (params.input_gate_bias, params.output_gate_bias):
        np.testing.assert_array_equal(bias.of_blocks(4), [-0.5, -1.0, -1.5, -2.0])


def test_changes_by_keyword():
    assert LSTMParams.gers_2000(blocks=7).blocks == 7


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("g", 0),
        ("h", "tanh"),
        ("blocks", 0),
        ("cells_per_block", 1.5),
        ("initial_weight", -0.1),
        ("initial_weight", np.nan),
        ("forget_gate_bias", 1.0),
        ("learning", 0.03),
        ("dtype", "float16"),
    ],
)
def test_impossible_values_are_rejected_by_name(field, value):
    with pytest.raises(LSTMParameterError, match=rf"LSTMParams\.{field} = .*; ") as caught:
        LSTMParams.modern(**{field: value})
    assert isinstance(caught.value, LSTMError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        (BPTT, "window", True),
        (BPTT, "window", 0),
        (Adam, "learning_rate", 0.0),
        (Adam, "learning_rate", np.inf),
        (Adam, "beta1", 1.0),
        (Adam, "beta2", -0.1),
        (Adam, "epsilon", 0.0),
        (Learning, "rule", 20),
        (Learning, "optimiser", "adam"),
        (Learning, "clip_norm", 0.0),
        (Learning, "clip_norm", np.nan),
    ],
)
def test_impossible_learning_is_rejected_by_name(kind, field, value):
    with pytest.raises(LSTMParameterError, match=rf"{kind.__name__}\.{field} = .*; "):
        kind(**{field: value})


def test_a_message_on_a_type_has_the_right_article():
    with pytest.raises(LSTMParameterError, match=r"Learning\.optimiser = 'adam' must be an Adam or SGD; build one"):
        Learning(optimiser="adam")
    with pytest.raises(
        LSTMParameterError, match=r"Learning\.rule = 20 must be a BPTT or Truncated or EProp or Reward; "
    ):
        Learning(rule=20)


@pytest.mark.parametrize(
    ("field", "value"),
    [("target_margin", 0.5), ("target_margin", -0.1), ("target_margin", np.nan), ("slope_constant", np.inf)],
)
def test_impossible_logistic_outputs_are_rejected_by_name(field, value):
    with pytest.raises(LSTMParameterError, match=rf"LSTMParams\.{field} = .*; "):
        LSTMParams.hochreiter_schmidhuber_1997(**{field: value})


@pytest.mark.parametrize("field", ["target_margin", "slope_constant"])
def test_a_softmax_has_no_logistic_targets(field):
    with pytest.raises(LSTMParameterError, match=rf"LSTMParams\.{field} = 0.1 needs logistic outputs; set output"):
        LSTMParams.modern(**{field: 0.1})


def test_a_gate_bias_must_be_finite():
    with pytest.raises(LSTMParameterError, match=r"GateBias\.step"):
        GateBias(first=1.0, step=np.inf)
