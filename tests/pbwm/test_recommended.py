"""The recommended network for each task."""

from dataclasses import replace

import pytest

from pbwm.errors import PBWMParameterError
from pbwm.exploration import Exploration
from pbwm.learner import PBWM
from pbwm.match_units import MatchUnits
from pbwm.recommended import (
    family_network,
    loop_network,
    recommended,
    recommended_without_matches,
    sequence_network,
    store_network,
    taught_by_reward,
    with_merged_gate,
)
from pbwm.restart import Restart
from pbwm.striatum import FeedbackRule
from tasks.catalog import TASKS


def spec_of(task, **changes):
    return TASKS[task].build(**changes).spec


@pytest.mark.parametrize(
    ("task", "changes", "params"),
    [
        ("sir2-reference", {}, store_network(4)),
        ("sir2", {}, store_network(4)),
        ("sir3", {}, store_network(6)),
        ("delayed-match", {}, store_network(4)),
        ("reference-back-2", {}, store_network(8)),
        ("sternberg", {}, store_network(8)),
        ("12ax", {}, sequence_network()),
        ("phonological-loop", {}, loop_network(6)),
        ("phonological-loop", {"length": 4, "trained_sequences": 10}, loop_network(8)),
        ("phonological-loop", {"length": 2, "trained_sequences": 10, "novel_sequences": 10}, store_network(4)),
    ],
)
def test_a_family_is_told_by_what_channels_are_for_and_by_what_is_kept(task, changes, params):
    assert family_network(spec_of(task, **changes)) == params


def test_the_loop_differs_from_sir_in_noise_and_patience_alone():
    noise = Exploration(sd=0.3, gain=3.0, by_prediction=True, by_stripe=True)
    assert loop_network(6) == replace(store_network(6), exploration=noise, restart=loop_network().restart)
    assert loop_network().restart != store_network().restart == Restart(patience=80)


def test_the_merged_gate_leaves_the_rest():
    loop = loop_network()
    assert with_merged_gate(loop) != loop
    assert replace(with_merged_gate(loop), gate=loop.gate) == loop


@pytest.mark.parametrize("task", ["12ax", "sir3", "delayed-match", "sternberg", "phonological-loop"])
def test_the_recommended_network_is_the_same_for_every_task(task):
    params = recommended(spec_of(task))
    assert params == recommended(spec_of("sir2"))
    assert (params.stripes, params.restart, params.match_units) == (16, None, MatchUnits())


@pytest.mark.parametrize(("task", "items"), [("sir2", 17), ("12ax", 40), ("sir2", 16), ("sir2", 1), ("sir2", 0)])
def test_there_is_a_stripe_for_every_item(task, items):
    spec = replace(spec_of(task), items=tuple(map(str, range(items))))
    params = recommended(spec)
    assert params.stripes == max(16, items)
    assert PBWM(spec, networks=range(1), params=params).circuit.stripes == params.stripes


def test_more_symbols_than_a_network_has_room_for_are_rejected():
    spec = spec_of("12ax")
    letters = replace(spec.channels[0], symbols=tuple(map(str, range(500))))
    spec = replace(spec, channels=(letters, *spec.channels[1:]))
    with pytest.raises(PBWMParameterError, match="matrix_go = 16000 units exceed the limit of 8,192 per layer; give"):
        PBWM(spec, networks=range(1), params=recommended(spec))


def test_the_recommended_network_does_not_go_by_names():
    spec = spec_of("sir3")
    assert recommended(replace(spec, name="mine")) == recommended(spec)


def test_reward_alone_changes_the_teacher_alone():
    params = recommended(spec_of("12ax"))
    by_reward = taught_by_reward(params)
    assert by_reward.striatum.rule == replace(params.striatum.rule, teacher="response")
    assert replace(by_reward, striatum=params.striatum) == params
    with pytest.raises(PBWMParameterError, match=r"taught_by_reward.*must be a FeedbackRule.*recommended"):
        taught_by_reward(store_network())


@pytest.mark.parametrize(
    ("task", "units", "stripes"),
    [("2-back", 3, 5), ("3-back", 4, 6), ("hierarchical-rules", 3, 5), ("1-back", 0, 0), ("sternberg", 0, 0)],
)
def test_stripes_see_age_where_no_channel_is_for_control_alone_and_three_items_are_kept(task, units, stripes):
    params, plain = recommended(spec_of(task)), recommended(spec_of("sir2"))
    assert (params.gating.age_units, params.gating.age_stripes) == (units, stripes)
    assert params.gating.age_strength == (2.0 if units else 1.0)
    assert replace(params, gating=plain.gating) == plain


@pytest.mark.parametrize(
    ("task", "stripes", "pfc_gain"),
    [
        ("12ax", 8, 6.5),
        ("sir3", 12, 6.0),
        ("delayed-match", 8, 5.0),
        ("sternberg", 16, 16.0),
        ("sir2-dedicated", 8, 12.0),
    ],
)
def test_the_network_of_version_1_takes_its_sizes_from_the_task_and_differs_in_eight_values(task, stripes, pfc_gain):
    now, then = recommended(spec_of(task)), recommended_without_matches(spec_of(task))
    assert (then.stripes, then.path.pfc_gain, then.match_units) == (stripes, pfc_gain, None)
    assert then.gating == replace(now.gating, updates=2)
    assert now.gating.updates == 1
    assert (then.striatum.rule, now.striatum.rule) == (
        FeedbackRule(),
        FeedbackRule(
            silent_when_correct=True,
            structural_credit=True,
            closed_gate_credit=0.25,
            output_baseline=1.0,
            output_dip_gain=1.25,
        ),
    )
    assert then.pfc_activity_fixed
    assert now == replace(
        then,
        stripes=16,
        match_units=now.match_units,
        gating=now.gating,
        striatum=now.striatum,
        path=replace(then.path, pfc_gain=2.0),
        pfc_activity_fixed=False,
    )
