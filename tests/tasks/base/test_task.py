"""Specs reject invalid values; blocks join and separate streams."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.base.abilities import TaskRefusedError, require_abilities
from tasks.base.errors import ParameterError
from tasks.base.fitting import fitted
from tasks.base.serialization import from_plain, to_plain
from tasks.base.task import (
    AnalogChannel,
    Channel,
    Choice,
    Criterion,
    Quantity,
    Role,
    Several,
    TaskSpec,
    TrialBlock,
    Trials,
)


def trials(steps, mark):
    """A stream of two channels and one item; `mark` determines every number."""
    count = np.arange(steps)
    return Trials(
        symbols=np.stack([count, count + mark], 1).astype(np.int16),
        target=np.full(steps, mark, np.int16),
        counts=count % 2 == 0,
        rewarded=count % 3 == 0,
        event=np.full(steps, mark + 1, np.int16),
        starts=count == 0,
        ideal_gate=np.full((steps, 1), 2, np.int8),
        values=np.stack([count, count - mark, count * mark], 1).astype(np.float32),
        allowed=np.full((steps, 2), True),
        quantity=np.full(steps, mark + 0.5, np.float32),
        noise=np.full(steps, mark + 0.25, np.float32),
    )


def _spec(**changes):
    channel = Channel(name="symbol", symbols=("A", "B"), role=Role.BOTH)
    parts = {
        "name": "toy",
        "source": "none",
        "channels": (channel,),
        "responses": ("L", "R"),
        "events": ("any",),
        "items": (),
        "sequence": "trial",
        "sequences_per_epoch": 3,
        "criterion": Criterion(zero_error_epochs=2),
    }
    return TaskSpec(**{**parts, **changes})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"channels": ()}, r"TaskSpec.channels = \(\) is empty"),
        ({"responses": ("L",)}, "TaskSpec.responses = .* leaves no choice"),
        ({"sequences_per_epoch": 0}, "TaskSpec.sequences_per_epoch = 0"),
        ({"sequences_per_epoch": 2 * 10**9}, "must be a whole number from 1 to 1000000"),
        ({"answer": Quantity(tolerance=0.1)}, r"TaskSpec.responses = \('L', 'R'\) must be one name"),
        ({"answer": Several(), "responses": ("L",)}, "TaskSpec.responses = .* leaves no choice"),
        ({"name": ""}, "TaskSpec.name = '' must be a string"),
        ({"name": 3}, "TaskSpec.name = 3 must be a string"),
        (
            {"responses": "LR"},
            r"TaskSpec.responses = 'LR' must be a tuple of names; give a tuple of strings, as in \('A',\)",
        ),
        ({"responses": ("L", 2)}, "TaskSpec.responses = .* must be a tuple of names"),
        ({"responses": ("L", "L")}, "TaskSpec.responses = .* has a name twice"),
        ({"events": ()}, "TaskSpec.events = .* is empty"),
        ({"events": "step"}, "TaskSpec.events = 'step' must be a tuple of names"),
        ({"items": "letter"}, "TaskSpec.items = 'letter' must be a tuple of names"),
        ({"items": None}, "TaskSpec.items = None must be a tuple of names"),
        ({"items": ("one", "one")}, "TaskSpec.items = .* has a name twice"),
        ({"channels": ("symbol",)}, "TaskSpec.channels = .* must be a tuple of Channel"),
        ({"channels": 2 * (Channel(name="one", symbols=("A",), role=Role.BOTH),)}, "channels = .* has a name twice"),
        ({"analog": ("level",)}, "TaskSpec.analog = .* must be a tuple of AnalogChannel"),
        ({"sequences_per_epoch": 1.5}, "TaskSpec.sequences_per_epoch = 1.5 must be a whole number"),
        ({"sequences_per_epoch": "a"}, "TaskSpec.sequences_per_epoch = 'a' must be a whole number"),
        ({"criterion": 3}, "TaskSpec.criterion = 3 must be of type Criterion"),
        ({"answer": Several}, "TaskSpec.answer = .* must be of type Answer"),
        ({"source": None}, "TaskSpec.source = None must be a string"),
        ({"resets_memory": 1}, "TaskSpec.resets_memory = 1 must be True or False"),
    ],
)
def test_a_spec_rejects_what_cannot_be(change, message):
    with pytest.raises(ParameterError, match=message):
        _spec(**change)


def test_lists_become_tuples():
    lists = {name: list(getattr(_spec(), name)) for name in ("channels", "responses", "events", "items", "analog")}
    assert _spec(**lists) == _spec()
    assert hash(_spec(**lists)) == hash(_spec())
    assert Channel(name="tone", symbols=["A"], role="stimulus") == Channel(
        name="tone", symbols=("A",), role=Role.STIMULUS
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "Channel.name = '' must be a string"),
        ({"symbols": "AB"}, "Channel 'tone'.symbols = 'AB' must be a tuple of names"),
        ({"symbols": ("A", "A")}, "Channel 'tone'.symbols = .* has a name twice"),
        ({"symbols": (1, 2)}, "Channel 'tone'.symbols = .* must be a tuple of names"),
        ({"role": "both"}, "Channel 'tone'.role = 'both' must be one of 'stimulus', 'control'"),
    ],
)
def test_a_channel_rejects_what_cannot_be(change, message):
    with pytest.raises(ParameterError, match=message):
        Channel(**{"name": "tone", "symbols": ("A", "B"), "role": Role.STIMULUS, **change})


@pytest.mark.parametrize("epochs", [0, -1, 1.5, "a", True])
def test_a_criterion_is_a_number_of_epochs(epochs):
    with pytest.raises(ParameterError, match=r"Criterion.zero_error_epochs = .* must be a whole number of at least 1"):
        Criterion(zero_error_epochs=epochs)


def test_a_channel_needs_symbols():
    with pytest.raises(ParameterError, match=r"Channel 'tone'\.symbols"):
        Channel(name="tone", symbols=(), role=Role.STIMULUS)


LEVEL = AnalogChannel(name="level", low=-1.0, high=2.0, role=Role.STIMULUS)
ENDLESS = AnalogChannel(name="noise", low=-np.inf, high=np.inf, role=Role.STIMULUS)


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [
        (1.0, 1.0, r"AnalogChannel 'level'.low = 1.0 must be below high = 1.0"),
        (float("nan"), 1.0, r"AnalogChannel 'level'.low = nan must be below high"),
        (0.0, "much", r"AnalogChannel 'level'.high = 'much' must be a real number"),
    ],
)
def test_an_analog_channel_rejects_limits_that_are_none(low, high, message):
    with pytest.raises(ParameterError, match=message):
        AnalogChannel(name="level", low=low, high=high, role=Role.STIMULUS)


@pytest.mark.parametrize("tolerance", [0.0, -1.0, np.inf, np.nan, True, "0.1"])
def test_a_tolerance_is_above_0(tolerance):
    with pytest.raises(ParameterError, match=r"Quantity.tolerance = .* must be"):
        Quantity(tolerance=tolerance)


@pytest.mark.parametrize("tolerance", [0.0, 1.0, np.nan, "0.1"])
def test_several_outputs_are_closer_than_1(tolerance):
    with pytest.raises(ParameterError, match=r"Several.tolerance = .* must"):
        Several(tolerance=tolerance)
    assert not Several().graded
    assert Several(tolerance=0.4).graded
    assert Several(all_taught=True).graded


def test_a_task_may_show_values_alone():
    assert _spec(channels=(), analog=(LEVEL,)).channels == ()


@pytest.mark.parametrize("answer", [Choice(), Several(), Quantity(tolerance=0.04)])
def test_a_spec_comes_back_from_a_file(answer):
    responses = ("sum",) if isinstance(answer, Quantity) else ("L", "R")
    spec = _spec(answer=answer, analog=(LEVEL, ENDLESS), responses=responses, resets_memory=True)
    assert from_plain(to_plain(spec), TaskSpec) == spec


def test_files_from_before_there_were_other_answers_or_resets_are_read_and_written_alike():
    plain = to_plain(_spec())
    assert set(plain) & {"analog", "answer", "resets_memory"} == set()
    assert from_plain(plain, TaskSpec) == _spec()


@pytest.mark.parametrize(
    ("changes", "analog", "answers", "message"),
    [
        (
            {"resets_memory": True},
            True,
            [Choice],
            "task 'toy' resets memory at the start of a sequence, which the clerk",
        ),
        (
            {"analog": (LEVEL,)},
            False,
            [Choice],
            "task 'toy' has real-valued inputs on 'level', and the clerk accepts symbols",
        ),
        ({"answer": Several()}, True, [Choice], "task 'toy' requires several correct responses .* which the clerk"),
        (
            {"answer": Quantity(tolerance=1), "responses": ("sum",)},
            True,
            [Choice, Several],
            "requires a quantity, which",
        ),
        ({}, True, [Several], "requires one response, which the clerk cannot give; choose another task"),
    ],
)
def test_a_model_rejects_what_it_cannot_do(changes, analog, answers, message):
    can = {"analog": analog, "answers": answers, "resets": False}
    with pytest.raises(TaskRefusedError, match=message):
        require_abilities(_spec(**changes), "the clerk", **can, error=TaskRefusedError)
    can = {"analog": True, "answers": [Choice, Several, Quantity], "resets": True}
    require_abilities(_spec(**changes), "all", **can, error=TaskRefusedError)


def test_what_a_choice_between_symbols_leaves_out_is_filled_in():
    own = {f.name: getattr(trials(4, 0), f.name) for f in fields(Trials)}
    kept = {name: own[name] for name in list(own)[:7]}
    stream = Trials(**kept)
    block = TrialBlock(length=np.array([4]), **{name: array[None] for name, array in kept.items()})
    assert stream.values.shape == stream.allowed.shape == (4, 0)
    assert block.values.shape == block.allowed.shape == (1, 4, 0)
    for whole, shape in ((stream, (4,)), (block, (1, 4))):
        for array, dtype in ((whole.quantity, np.float32), (whole.noise, np.float32)):
            assert array.shape == shape
            assert array.dtype == dtype
            assert not array.any()
        assert (whole.values.dtype, whole.allowed.dtype) == (np.float32, np.bool_)


def _block_of(spec, values):
    block = TrialBlock.blank(spec, 2, 3)
    block.values[:, :, 0] = values
    return block.cut(np.array([3, 2]))


def test_a_block_fits_the_values_and_answers_of_its_task_alone():
    spec = _spec(analog=(LEVEL,), answer=Several())
    block = _block_of(spec, [[0.0, 2.0, -1.0], [0.0, 1.0, 9.0]])  # the 9 is padding
    fitted(block, spec, 2)
    with pytest.raises(ParameterError, match=r"values = 1 analog channels do not match the 0 of task 'toy'"):
        fitted(block, _spec(answer=Several()), 2)
    with pytest.raises(ParameterError, match=r"allowed = 2 responses that may be right do not match the 0 of task"):
        fitted(block, _spec(analog=(LEVEL,)), 2)
    for bad in (2.5, -1.5, np.nan):
        with pytest.raises(ParameterError, match=r"TrialBlock.level = .* must be a number from -1.0 to 2.0"):
            fitted(_block_of(spec, [[0.0, bad, 0.0], [0.0, 0.0, 0.0]]), spec, 2)
    endless = _spec(analog=(ENDLESS,))
    fitted(_block_of(endless, 1e30), endless, 2)
    with pytest.raises(ParameterError, match=r"TrialBlock.noise = inf must be a number"):
        fitted(_block_of(endless, np.inf), endless, 2)


def test_channels_by_role():
    roles = (Role.STIMULUS, Role.CONTROL, Role.BOTH, Role.CONTROL)
    spec = _spec(channels=tuple(Channel(name=str(i), symbols=("A",), role=r) for i, r in enumerate(roles)))
    assert spec.channels_with(Role.CONTROL) == (1, 3)
    assert spec.channels_with(Role.STIMULUS, Role.BOTH) == (0, 2)


def test_a_criterion_says_what_it_is():
    assert str(Criterion(zero_error_epochs=1)) == "one epoch without an error"
    assert str(Criterion(zero_error_epochs=4)) == "4 successive epochs without an error"
    with pytest.raises(ParameterError, match=r"Criterion\.zero_error_epochs = 0"):
        Criterion(zero_error_epochs=0)


@pytest.mark.parametrize("name", [f.name for f in fields(Trials) if f.name != "target"])
def test_trials_reject_an_array_of_another_length(name):
    whole = trials(4, 0)
    arrays = {f.name: getattr(whole, f.name) for f in fields(Trials)}
    with pytest.raises(ParameterError, match=f"Trials.{name} = 3 steps do not match the 4 targets"):
        Trials(**{**arrays, name: arrays[name][:3]})


@settings(deadline=None, max_examples=50)
@given(st.lists(st.none() | st.integers(1, 9), min_size=1, max_size=6).filter(any))
def test_a_block_holds_every_stream_as_it_was_and_nothing_else(lengths):
    streams = [None if n is None else trials(n, mark) for mark, n in enumerate(lengths)]
    block = TrialBlock.stack(streams)
    assert block.networks == len(lengths)
    assert block.steps == max(n or 0 for n in lengths)
    assert block.length.tolist() == [n or 0 for n in lengths]
    assert block.live.sum(1).tolist() == block.length.tolist()
    for r, stream in enumerate(streams):
        n = block.length[r]
        for field in fields(Trials):
            array = getattr(block, field.name)[r]
            padding = -1 if field.name in ("symbols", "target") else 0
            assert (array[n:] == padding).all()
            if stream is not None:
                np.testing.assert_array_equal(array[:n], getattr(stream, field.name))
                assert array.dtype == getattr(stream, field.name).dtype


def test_a_block_of_finished_networks_needs_a_model_for_its_shapes():
    with pytest.raises(ParameterError, match=r"TrialBlock\.stack received no stream"):
        TrialBlock.stack([None, None])
    block = TrialBlock.stack([None, None], like=trials(3, 0))
    assert (block.networks, block.steps) == (2, 0)
    assert block.symbols.shape == (2, 0, 2)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(1, 9), min_size=2, max_size=6), st.data())
def test_a_slice_of_a_block_is_the_block_of_a_slice(lengths, data):
    streams = [trials(n, mark) for mark, n in enumerate(lengths)]
    start = data.draw(st.integers(0, len(lengths) - 1))
    stop = data.draw(st.integers(start + 1, len(lengths)))
    sliced = TrialBlock.stack(streams).network_slice(start, stop)
    direct = TrialBlock.stack(streams[start:stop])
    for field in fields(TrialBlock):
        np.testing.assert_array_equal(getattr(sliced, field.name), getattr(direct, field.name))


def test_a_part_of_every_stream_ends_where_the_stream_ends():
    block = _block_of(_spec(analog=(LEVEL,), answer=Several()), [[0.0, 2.0, -1.0], [0.0, 1.0, 9.0]])  # 3 and 2 steps
    part = block.between(1, np.array([2, 9]))
    assert part.length.tolist() == [1, 1]
    assert part.values[:, :, 0].tolist() == [[2.0], [1.0]]
    assert block.between(2, np.array([3, 3])).length.tolist() == [1, 0]
    assert block.between(1, np.array([1, 0])).steps == 0
