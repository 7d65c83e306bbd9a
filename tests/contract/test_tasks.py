"""The contract of every task in the catalog: a new task joins by its name and an oracle."""

import copy
import re
from dataclasses import fields
from functools import cache, partial

import numpy as np
import pytest

from tasks.base.errors import ParameterError, UnknownNameError
from tasks.base.registry import Entry
from tasks.base.task import SILENCE, GateAction, Quantity, Role, Several, Task, TrialBlock, Trials
from tasks.catalog import TASKS
from tasks.template import DelayedRecall
from tests.reference import oracles, recurrent_oracles, streams

CHECKED = {name: TASKS[name] for name in TASKS} | {
    "delayed-recall": Entry(
        DelayedRecall.hunter_1913,
        "Delayed recall of Hunter (1913): say which letter was shown a while ago.",
    ),
}
"""All tasks, and the template, with the line that docs/adding_a_task.md gives it."""
ORACLES = {
    "delayed-recall": (oracles.delayed_recall_answers, oracles.delayed_recall_policy),
    "1-back": (partial(oracles.n_back_answers, n=1), oracles.n_back_policy),
    "3-back": (partial(oracles.n_back_answers, n=3), oracles.n_back_policy),
    "3-back-lures": (partial(oracles.n_back_answers, n=3), oracles.n_back_policy),
    "2-back": (partial(oracles.n_back_answers, n=2), oracles.n_back_policy),
    "ax-cpt": (oracles.ax_cpt_answers, oracles.ax_cpt_policy),
    "copying": (oracles.copying_answers, oracles.copying_policy),
    "continual-reber": (
        partial(recurrent_oracles.embedded_reber_answers, continual=True),
        partial(recurrent_oracles.embedded_reber_policy, continual=True),
    ),
    "embedded-reber": (
        partial(recurrent_oracles.embedded_reber_answers, continual=False),
        partial(recurrent_oracles.embedded_reber_policy, continual=False),
    ),
    "adding": (recurrent_oracles.adding_answers, recurrent_oracles.adding_policy),
    "multiplication": (recurrent_oracles.multiplication_answers, recurrent_oracles.multiplication_policy),
    **{
        f"two-sequence-{part}": (
            partial(recurrent_oracles.two_sequence_answers, informative=3, targets=targets),
            partial(recurrent_oracles.two_sequence_policy, targets=targets),
        )
        for part, targets in (("3a", (1.0, 0.0)), ("3b", (1.0, 0.0)), ("3c", (0.2, 0.8)))
    },
    **{
        f"counting-{name}": (partial(recurrent_oracles.counting_answers, language=language), None)
        for name, language in (("ab", "aabb"), ("abba", "aabBAA"), ("abc", "aabbcc"))
    },
    "spike-delays": (partial(recurrent_oracles.spike_delays_answers, interval=10), None),
    "timed-spikes": (
        partial(recurrent_oracles.timed_pattern_answers, value=recurrent_oracles.spike_every_ten),
        None,
    ),
    "periodic-function": (
        partial(recurrent_oracles.timed_pattern_answers, value=recurrent_oracles.cosine_of_ten),
        None,
    ),
    "noisy-temporal-order": (oracles.temporal_order_answers, oracles.temporal_order_policy),
    "delayed-match": (oracles.delayed_match_answers, oracles.delayed_match_policy),
    "long-lag-2a": (partial(oracles.long_lag_2a_answers, lag=9), oracles.long_lag_2a_policy),
    "long-lag-2b": (partial(oracles.long_lag_answers, lag=9), oracles.long_lag_policy),
    "long-lag-2c": (partial(oracles.long_lag_answers, lag=10), oracles.long_lag_policy),
    "phonological-loop": (oracles.phonological_loop_answers, oracles.phonological_loop_policy),
    "reference-back-2": (oracles.reference_back_answers, oracles.reference_back_policy),
    "sternberg": (oracles.sternberg_answers, oracles.sternberg_policy),
    "temporal-order-6a": (oracles.temporal_order_answers, oracles.temporal_order_policy),
    "temporal-order-6b": (oracles.temporal_order_answers, oracles.temporal_order_policy),
    "12ax": (oracles.twelve_ax_answers, oracles.twelve_ax_policy),
    "12ax-current-task": (oracles.twelve_ax_answers, oracles.twelve_ax_policy),
    "12ax-reset": (oracles.twelve_ax_answers, oracles.twelve_ax_policy),
    "12ax-distractor": (oracles.twelve_ax_answers, oracles.twelve_ax_policy),
    "sir3": (oracles.sir_answers, oracles.sir_policy),
    "sir2-empty-only": (oracles.sir_answers, oracles.sir_policy),
    "stroop": (oracles.stroop_answers, oracles.stroop_policy),
    "hierarchical-rules": (oracles.hierarchical_rules_answers, oracles.hierarchical_rules_policy),
    "hierarchical-rules-last": (oracles.hierarchical_rules_answers, oracles.hierarchical_rules_policy),
    "flat-rules": tuple(
        partial(of, rule="flat") for of in (oracles.hierarchical_rules_answers, oracles.hierarchical_rules_policy)
    ),
    "sir2": (oracles.sir_answers, oracles.sir_policy),
    "sir2-dedicated": (oracles.sir_answers, oracles.sir_policy),
    "sir2-reference": (oracles.sir_answers, oracles.sir_policy),
}
"""Name → answers found from what was shown, and those of an ideal agent (None if there is no ideal gate)."""
TOLD_STARTS = tuple(name for name in TASKS if name.startswith(("two-sequence", "adding", "multiplication")))
"""Tasks whose oracle needs the starts of sequences, which nothing shown determines."""
MOST_STEPS = 20_000
EVERY_RESPONSE_COUNTS = (
    *(name for name in TASKS if name.startswith(("12ax", "sir"))),
    "copying",
)
"""Tasks whose papers count every response."""
DTYPES = {
    "symbols": np.int16,
    "target": np.int16,
    "counts": np.bool_,
    "rewarded": np.bool_,
    "event": np.int16,
    "starts": np.bool_,
    "ideal_gate": np.int8,
    "values": np.float32,
    "allowed": np.bool_,
    "quantity": np.float32,
    "noise": np.float32,
}


@pytest.fixture(params=list(CHECKED))
def name(request):
    return request.param


@pytest.fixture
def task(name):
    return CHECKED[name].build()


@cache
def drawn(name):
    """2000 sequences, or fewer long ones, for which naive readers would take minutes."""
    task = CHECKED[name].build()
    steps = len(task.trials(100, np.random.default_rng(0))) / 100
    return task.trials(min(2000, int(MOST_STEPS / steps)), np.random.default_rng(20))


@pytest.fixture
def long_stream(name):
    return drawn(name)


def test_every_task_has_an_oracle():
    assert set(ORACLES) == set(CHECKED), "a task needs an oracle and a policy here: see docs/adding_a_task.md"


def test_it_is_a_task_that_knows_its_name_and_its_source(name, task):
    assert isinstance(task, Task)
    assert task.spec.name == name
    assert re.search(r"\((19|20)\d\d\), ", task.spec.source)


def test_the_summary_is_one_sentence(name):
    summary = CHECKED[name].summary
    assert summary.endswith(".")
    assert "\n" not in summary
    assert ". " not in summary


def test_the_same_seed_gives_the_same_stream(task):
    one, other = (task.trials(7, np.random.default_rng(3)) for _ in range(2))
    for field in fields(Trials):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))


def test_another_seed_gives_another_stream(task):
    one, other = (task.trials(50, np.random.default_rng(seed)) for seed in (3, 4))
    assert not (np.array_equal(one.symbols, other.symbols) and np.array_equal(one.values, other.values))


def test_a_short_stream_is_the_beginning_of_a_long_one(task):
    short, long = (task.trials(n, np.random.default_rng(5)) for n in (4, 40))
    for field in fields(Trials):
        np.testing.assert_array_equal(getattr(short, field.name), getattr(long, field.name)[: len(short)])


def test_a_task_is_a_value(task):
    again = copy.deepcopy(task)
    assert again == task
    assert again.spec == task.spec
    with pytest.raises(AttributeError):
        task.name = "another"


def test_arrays_are_what_the_contract_says(task, long_stream):
    spec, steps = task.spec, len(long_stream)
    shapes = {
        "symbols": (steps, len(spec.channels)),
        "ideal_gate": (steps, len(spec.items)),
        "values": (steps, len(spec.analog)),
        "allowed": (steps, len(spec.responses) if isinstance(spec.answer, Several) else 0),
    }
    for field in fields(Trials):
        array = getattr(long_stream, field.name)
        assert array.dtype == DTYPES[field.name], field.name
        assert array.shape == shapes.get(field.name, (steps,)), field.name


def test_every_name_of_the_spec_comes_up_and_no_other(task, long_stream):
    spec = task.spec
    for column, channel in enumerate(spec.channels):
        symbols = set(long_stream.symbols[:, column].tolist()) - {SILENCE}
        assert symbols == set(range(len(channel.symbols))), channel.name
    assert set(long_stream.target.tolist()) - {SILENCE} == set(range(len(spec.responses)))
    assert set(long_stream.event.tolist()) == set(range(len(spec.events)))
    assert set(long_stream.ideal_gate.ravel().tolist()) <= {int(a) for a in GateAction}
    for names in (spec.responses, spec.events, spec.items, *(c.symbols for c in spec.channels)):
        assert len(set(names)) == len(names)


def test_every_step_shows_something(task, long_stream):
    assert task.spec.analog or (long_stream.symbols != SILENCE).any(1).all()


def test_values_are_within_their_limits_and_use_them(task, long_stream):
    for channel, values in zip(task.spec.analog, long_stream.values.T, strict=True):
        assert np.isfinite(values).all()
        assert ((values >= channel.low) & (values <= channel.high)).all()
        if np.isfinite(channel.high - channel.low):
            assert np.ptp(values) > 0.9 * (channel.high - channel.low)


def test_the_answer_is_of_the_kind_that_the_spec_says(task, long_stream):
    """There are correct responses, including the target, where there is a target; values only where required."""
    has_target = long_stream.target != SILENCE
    if isinstance(task.spec.answer, Several):
        np.testing.assert_array_equal(long_stream.allowed.any(1), has_target)
        steps = np.flatnonzero(has_target)
        assert long_stream.allowed[steps, long_stream.target[steps]].all()
        assert (long_stream.allowed.sum(1) > 1).any()
    if isinstance(task.spec.answer, Quantity):
        assert not long_stream.quantity[~has_target].any()
        assert len(set(long_stream.quantity[has_target].tolist())) > 1
        assert np.isfinite(long_stream.quantity).all()
        assert not long_stream.noise[~has_target].any()
    else:
        assert not long_stream.quantity.any()
        assert not long_stream.noise.any()


def test_only_what_has_a_target_counts_or_is_rewarded(long_stream):
    has_target = long_stream.target != SILENCE
    for field in ("counts", "rewarded"):
        which = getattr(long_stream, field)
        assert which.any(), field
        assert has_target[which].all(), field


def test_every_epoch_has_responses_that_count(task):
    """Otherwise, the criterion could never be reached."""
    for seed in range(20):
        assert task.trials(task.spec.sequences_per_epoch, np.random.default_rng(seed)).counts.any()


@pytest.mark.parametrize("name", EVERY_RESPONSE_COUNTS)
def test_every_response_counts_where_the_paper_says_so_and_not_all_are_rewarded(name, long_stream):
    assert long_stream.counts.all()
    assert not long_stream.rewarded.all()


def test_a_stream_starts_with_the_start_of_a_sequence(long_stream):
    assert long_stream.starts[0]


def test_targets_are_those_of_the_oracle(name, task, long_stream):
    oracle, _ = ORACLES[name]
    told = {"starts": long_stream.starts.tolist()} if name in TOLD_STARTS else {}
    assert streams.answers(task.spec, long_stream) == oracle(streams.shown(task.spec, long_stream), **told)


def _answers_from_memory(name, spec, shown, gates):
    _, policy = ORACLES[name]
    (content,) = (c.name for c in (*spec.channels, *spec.analog) if c.role in (Role.STIMULUS, Role.BOTH))
    return oracles.answers_from_memory(shown, gates, content, policy)


def test_the_ideal_gate_is_enough_to_answer_everything(name, task, long_stream):
    spec = task.spec
    assert (ORACLES[name][1] is None) == (spec.items == ())
    if spec.items:
        gates = streams.gates(spec, long_stream)
        shown = streams.shown(spec, long_stream)
        assert _answers_from_memory(name, spec, shown, gates) == streams.answers(spec, long_stream)


def test_every_item_is_needed(name, task, long_stream):
    spec = task.spec
    shown, gates, answers = (of(spec, long_stream) for of in (streams.shown, streams.gates, streams.answers))
    for item in spec.items:
        never_stored = [{i: "NONE" if i == item and a == "STORE" else a for i, a in gate.items()} for gate in gates]

        def answers_differ(steps, without=never_stored):
            try:
                return _answers_from_memory(name, spec, shown[:steps], without[:steps]) != answers[:steps]
            except TypeError:  # nothing was stored, so the policy found nothing to read
                return True

        assert answers_differ(500) or answers_differ(len(answers)), item


def test_what_is_held_or_read_was_stored_and_not_cleared(task, long_stream):
    filled = dict.fromkeys(task.spec.items, False)
    for gate in streams.gates(task.spec, long_stream):
        for item, action in gate.items():
            assert filled[item] or action not in ("HOLD", "READ")
            if action in ("STORE", "CLEAR"):
                filled[item] = action == "STORE"


def test_an_epoch_goes_into_a_block(task):
    n = task.spec.sequences_per_epoch
    epochs = [task.trials(n, np.random.default_rng(seed)) for seed in range(3)]
    block = TrialBlock.stack(epochs)
    assert block.length.tolist() == [len(e) for e in epochs]
    assert block.live.sum() == sum(map(len, epochs))


def test_parameters_change_by_keyword_and_the_rest_stays(name, task):
    assert CHECKED[name].build(zero_error_epochs=4).spec.criterion.zero_error_epochs == 4
    assert CHECKED[name].build(zero_error_epochs=4).spec.channels == task.spec.channels


@pytest.mark.parametrize("n", [0, -1, 2.5, True])
def test_a_number_of_sequences_that_cannot_be_is_rejected(task, n):
    with pytest.raises(ParameterError, match=r"trials\(n\) = .* must be a whole number of at least 1"):
        task.trials(n, np.random.default_rng(0))


@pytest.mark.parametrize("rng", [0, None, np.random])
def test_a_seed_in_place_of_a_generator_is_rejected(task, rng):
    with pytest.raises(
        ParameterError, match=r"trials\(rng\) = .* is not a random generator .*; give np.random.default_r"
    ):
        task.trials(2, rng)


def test_an_unknown_task_brings_up_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'sir2-dedicated'"):
        TASKS["sir2-dedicate"]
