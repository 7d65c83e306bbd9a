"""Parameters by dotted names: they are built as given, and invalid ones are named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_baseline.kernels.squashing import Squashing
from lstm_baseline.params import LSTMParams
from pbwm.compare.errors import PlanError
from pbwm.compare.experiment.parameters import changed, changes_between, flat
from pbwm.dopamine import PVLV
from pbwm.errors import PBWMParameterError
from pbwm.params import LayerInhibition, PBWMParams
from pbwm.recommended import sequence_network, store_network, with_merged_gate
from tasks.base.errors import UnknownNameError

CONFIGURATIONS = [
    PBWMParams(),
    PBWMParams.reference_simulation(),
    store_network(),
    sequence_network(),
    with_merged_gate(store_network()),
    PBWMParams(dopamine=PVLV(), hidden_inhibition=LayerInhibition()),
]


@pytest.mark.parametrize("base", CONFIGURATIONS)
@pytest.mark.parametrize("other", CONFIGURATIONS)
def test_changes_lead_from_any_configuration_to_any_other(base, other):
    assert changed(base, changes_between(base, other)) == other


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "blocks": st.integers(1, 9),
            "learning.optimiser.learning_rate": st.floats(1e-6, 1.0),
            "learning.clip_norm": st.just("none") | st.floats(0.1, 9.0),
            "dtype": st.sampled_from(["float32", "float64"]),
        },
    )
)
def test_changes_of_an_lstm_come_back(values):
    params = changed(LSTMParams(), values)
    assert changed(LSTMParams(), changes_between(LSTMParams(), params)) == params


def test_a_class_is_chosen_by_its_name_and_takes_its_own_fields():
    made = changed(PBWMParams(), {"dopamine.class": "PVLV", "gate.class": "Disinhibition"})
    assert made.dopamine == PVLV()
    assert type(made.gate).__name__ == "Disinhibition"


def test_none_is_said_in_words():
    assert changed(PBWMParams(), {"hidden_inhibition.layer": "none"}).hidden_inhibition.layer is None
    back = changed(changed(PBWMParams(), {"hidden_inhibition.layer": "none"}), {"hidden_inhibition.layer.gi": 2})
    assert back.hidden_inhibition.layer.gi == 2.0


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"striatum.rule.not_gatd": 0.4}, UnknownNameError, r"striatum\.rule\.not_gatd.*did you mean 'not_gated'"),
        ({"stripse": 3}, UnknownNameError, "did you mean 'stripes'"),
        ({"dopamine.class": "PVLW"}, UnknownNameError, "did you mean 'PVLV'"),
        ({"stripes": 2.5}, PlanError, r"parameters\.stripes = 2\.5 is not of type int"),
        ({"stripes": 0}, PBWMParameterError, "must be at least 1"),
        ({"stripes.more": 1}, PlanError, "is a single value without parts"),
        ({"exploration.site": "cortex"}, PlanError, "give one of 'gpi', 'striatum'"),
        ({"exploration": 3}, PlanError, "set its parts, e.g. exploration.class"),
        ({"cortex.norm": 1}, PlanError, "is not of type bool"),
        ({"striatum": "none"}, PlanError, "is not of type StriatumLearning"),
    ],
)
def test_what_cannot_be_is_named(changes, error, says):
    with pytest.raises(error, match=says):
        changed(store_network(), changes)


def test_values_that_are_numbers_are_listed_with_their_names():
    """A user cannot know that 0 is tanh."""
    with pytest.raises(PlanError, match=r"parameters\.g = 'relu' is not of type Squashing; give one of 0 \(TANH\), 1 "):
        changed(LSTMParams(), {"g": "relu"})
    assert changed(LSTMParams(), {"g": 3}).g is Squashing.LOGISTIC


def test_a_parameter_given_twice_is_rejected():
    with pytest.raises(PlanError, match=r"'a\.b' is given twice"):
        flat({"a": {"b": 1}, "a.b": 2})
