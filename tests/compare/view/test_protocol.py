"""Requests are checked before they reach a network; binary messages describe their content."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbwm.compare.errors import ViewError
from pbwm.compare.view.protocol import REQUESTS, packed, request

GOOD = {
    "move": {"cycles": -25},
    "look": {"step": 0, "cycle": 99},
    "back": {"step": 3},
    "frames": {"step": 3},
    "network": {"network": 1},
    "restart": {"seed": 5},
    "learn": {"on": True},
    "input": {"symbols": [0, -1], "target": 2},
    "apply": {"model": "pbwm", "kind": "Lesion", "fields": {"layer": "stn", "stripe": None}, "replace": None},
    "revert": {"number": None},
    "train": {"epochs": 3},
}
RUBBISH = [
    "",
    "{",
    "null",
    "[]",
    "17",
    '"step"',
    "{}",
    '{"do": null}',
    '{"do": ["step"]}',
    '{"do": "__init__"}',
    '{"do": "eval", "code": "1"}',
    '{"do": "step", "count": 3}',
    '{"do": "look", "step": 1}',
    '{"do": "look", "step": 1.0, "cycle": 1}',
    '{"do": "look", "step": true, "cycle": 1}',
    '{"do": "look", "step": -1, "cycle": 1}',
    '{"do": "look", "step": 1, "cycle": 100}',
    '{"do": "train", "epochs": 0}',
    '{"do": "train", "epochs": 1e9}',
    '{"do": "learn", "on": 1}',
    '{"do": "input", "symbols": "AB", "target": 0}',
    '{"do": "input", "symbols": [[0]], "target": 0}',
    '{"do": "apply", "model": "pbwm", "kind": "Lesion", "fields": {"layer": {"a": 1}}, "replace": null}',
    "[" * 100000,
]


@pytest.mark.parametrize("kind", REQUESTS)
def test_what_is_allowed_is_returned(kind):
    asked = {"do": kind, **GOOD.get(kind, {})}
    assert request(json.dumps(asked)) == asked == request(asked)


@pytest.mark.parametrize("text", RUBBISH, ids=range(len(RUBBISH)))
def test_rubbish_is_rejected(text):
    with pytest.raises(ViewError):
        request(text)


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ANYTHING = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner))


@given(
    kind=st.sampled_from(sorted(REQUESTS)) | ANYTHING,
    fields=st.dictionaries(st.sampled_from(sorted({name for own in REQUESTS.values() for name in own})), ANYTHING),
)
def test_whatever_comes_is_allowed_or_rejected(kind, fields):
    try:
        allowed = request({**fields, "do": kind})
    except ViewError:
        return
    assert allowed.keys() == {"do", *REQUESTS[kind]}


def test_every_field_is_required():
    for kind, fields in GOOD.items():
        for name in fields:
            with pytest.raises(ViewError, match="give do, "):
                request({"do": kind, **{k: v for k, v in fields.items() if k != name}})


def test_arrays_stand_where_the_header_says():
    arrays = {"a": np.arange(3, dtype=np.uint8), "b": np.linspace(0, 1, 4, dtype=np.float32).reshape(2, 2)}
    message = packed({"type": "frames", "step": 7}, arrays)
    length = int.from_bytes(message[:4], "little")
    header = json.loads(message[4 : 4 + length])
    assert (4 + length) % 8 == 0
    assert (header["type"], header["step"]) == ("frames", 7)
    for told in header["arrays"]:
        own = arrays[told["name"]]
        found = np.frombuffer(message, own.dtype, own.size, 4 + length + told["offset"]).reshape(told["shape"])
        np.testing.assert_array_equal(found, own)
        assert told["offset"] % 4 == 0
