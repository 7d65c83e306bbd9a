"""Specs refuse what cannot be; blocks put streams side by side and take them apart again."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.base.errors import ParameterError
from tasks.base.task import Channel, Criterion, Role, TaskSpec, TrialBlock, Trials


def trials(steps, mark):
    """A stream of two channels and one item whose every number comes from `mark`."""
    count = np.arange(steps)
    return Trials(
        symbols=np.stack([count, count + mark], 1).astype(np.int16),
        target=np.full(steps, mark, np.int16),
        counts=count % 2 == 0,
        rewarded=count % 3 == 0,
        event=np.full(steps, mark + 1, np.int16),
        starts=count == 0,
        ideal_gate=np.full((steps, 1), 2, np.int8),
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
        ({"responses": ("L",)}, "TaskSpec.responses = .* has no choice"),
        ({"sequences_per_epoch": 0}, "TaskSpec.sequences_per_epoch = 0"),
    ],
)
def test_a_spec_refuses_what_cannot_be(change, message):
    with pytest.raises(ParameterError, match=message):
        _spec(**change)


def test_a_channel_needs_symbols():
    with pytest.raises(ParameterError, match=r"Channel 'tone'\.symbols"):
        Channel(name="tone", symbols=(), role=Role.STIMULUS)


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
def test_trials_refuse_an_array_of_another_length(name):
    whole = trials(4, 0)
    arrays = {f.name: getattr(whole, f.name) for f in fields(Trials)}
    with pytest.raises(ParameterError, match=f"Trials.{name} = 3 steps do not match the 4 targets"):
        Trials(**{**arrays, name: arrays[name][:3]})


@settings(deadline=None, max_examples=50)
@given(st.lists(st.none() | st.integers(1, 9), min_size=1, max_size=6).filter(any))
def test_a_block_holds_every_stream_as_it_was_and_nothing_else(lengths):
    streams = [None if n is None else trials(n, mark) for mark, n in enumerate(lengths)]
    block = TrialBlock.stack(streams)
    assert block.replicas == len(lengths)
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
    with pytest.raises(ParameterError, match=r"TrialBlock\.stack got no stream"):
        TrialBlock.stack([None, None])
    block = TrialBlock.stack([None, None], like=trials(3, 0))
    assert (block.replicas, block.steps) == (2, 0)
    assert block.symbols.shape == (2, 0, 2)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(1, 9), min_size=2, max_size=6), st.data())
def test_a_slice_of_a_block_is_the_block_of_a_slice(lengths, data):
    streams = [trials(n, mark) for mark, n in enumerate(lengths)]
    start = data.draw(st.integers(0, len(lengths) - 1))
    stop = data.draw(st.integers(start + 1, len(lengths)))
    sliced = TrialBlock.stack(streams).replica_slice(start, stop)
    direct = TrialBlock.stack(streams[start:stop])
    for field in fields(TrialBlock):
        np.testing.assert_array_equal(getattr(sliced, field.name), getattr(direct, field.name))
