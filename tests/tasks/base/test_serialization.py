"""Parameter objects are restored from plain values, and what does not fit is named."""

import json
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.base.errors import SavedFileError
from tasks.base.serialization import LATER, from_plain, later_defaults, to_plain


class Color(StrEnum):
    RED = "a deep red"
    BLUE = "blue"


class Size(IntEnum):
    SMALL = 1
    LARGE = 2


@dataclass(frozen=True)
class Rule:
    rate: float = 0.1


@dataclass(frozen=True)
class Decaying(Rule):
    tau: float = 3.0


@dataclass(frozen=True)
class Other:
    steps: int = 1


@dataclass(frozen=True)
class Params:
    rule: Rule = field(default_factory=Rule)
    either: Rule | Other | None = None
    color: Color = Color.RED
    size: Size = Size.SMALL
    clip: float | None = None
    on: bool = False
    names: tuple[str, ...] = ()
    pair: tuple[int, float] = (1, 0.5)
    rules: tuple[Rule, ...] = ()


rates = st.floats(allow_nan=False)
rules = st.one_of(st.builds(Rule, rates), st.builds(Decaying, rates, rates))
params = st.builds(
    Params,
    rule=rules,
    either=st.one_of(st.none(), rules, st.builds(Other, st.integers())),
    color=st.sampled_from(Color),
    size=st.sampled_from(Size),
    clip=st.one_of(st.none(), rates, st.integers()),
    on=st.booleans(),
    names=st.lists(st.text()).map(tuple),
    pair=st.tuples(st.integers(), rates),
    rules=st.lists(rules, max_size=3).map(tuple),
)


@given(params)
def test_objects_come_back_as_they_were(given):
    text = json.dumps(to_plain(given), allow_nan=False)
    again = from_plain(json.loads(text), Params)
    assert again == given
    assert type(again.rule) is type(given.rule)
    assert (type(again.color), type(again.size)) == (Color, Size)


def test_numbers_that_are_none_and_numbers_of_numpy():
    assert from_plain(to_plain(Rule(-inf)), Rule) == Rule(-inf)
    assert np.isnan(from_plain(to_plain(nan), float))
    assert from_plain(to_plain(Rule(np.float32(0.1))), Rule) == Rule(np.float32(0.1))


def changed(**changes):
    plain = to_plain(Params(rules=(Rule(),)), "params")
    return {**plain, **changes}


@pytest.mark.parametrize(
    ("plain", "message"),
    [
        (changed(color="green"), r"params.color = 'green' is not of type Color"),
        (changed(size=True), r"params.size = True is not of type Size"),
        (changed(on=1), r"params.on = 1 is not of type bool"),
        (changed(clip="much"), r"params.clip = 'much' is not of type float \| None"),
        (changed(pair=[1]), r"params.pair = \[1\] must have 2 items"),
        (changed(pair=[1.5, 1]), r"params.pair\[0\] = 1.5 is not of type int"),
        (changed(color=[]), r"params.color = \[\] is a list where none is allowed"),
        (changed(color={}), r"params.color.class = None is an object where none is allowed"),
        (changed(rule={"class": "Ruel", "rate": 1.0}), r"params.rule.class = 'Ruel' must be one of 'Rule', 'Decaying'"),
        (changed(rules=[{"class": "Rule"}]), r"params.rules\[0\]: missing fields = \['rate'\] of Rule"),
        (changed(spped=1), r"params: unknown fields = \['spped'\] of Params"),
        ({"class": "Params"}, r"params: missing fields = \['rule', 'either', .*version that wrote it"),
    ],
)
def test_what_does_not_fit_is_named(plain, message):
    with pytest.raises(SavedFileError, match=message):
        from_plain(plain, Params, "params")


@dataclass(frozen=True)
class Grown:
    rate: float
    rule: Rule = field(default_factory=Rule, metadata=LATER)
    steps: int = field(default=3, metadata=LATER)


def test_what_came_later_is_left_out_at_its_default_and_filled_in():
    assert to_plain(Grown(0.5)) == {"class": "Grown", "rate": 0.5}
    for grown in (Grown(0.5), Grown(0.5, steps=4), Grown(0.5, rule=Rule(0.2)), Grown(0.5, rule=Decaying())):
        assert from_plain(to_plain(grown), Grown) == grown
    assert set(to_plain(Grown(0.5, steps=4))) == {"class", "rate", "steps"}
    with pytest.raises(SavedFileError, match=r"missing fields = \['rate'\]"):
        from_plain({"class": "Grown", "steps": 4}, Grown)
    with pytest.raises(SavedFileError, match=r"value.steps = 'x' is not of type int"):
        from_plain({"class": "Grown", "rate": 1.0, "steps": "x"}, Grown)


@dataclass(frozen=True)
class Holder:
    grown: Grown
    size: int = 2


def test_defaults_of_what_came_later_are_known_by_dotted_names():
    assert later_defaults(Grown(0.5, rule=Rule(0.2), steps=9)) == {"rule": Rule(), "steps": 3}
    assert later_defaults(Holder(Grown(0.5)), "it.") == {"it.grown.rule": Rule(), "it.grown.steps": 3}
    assert later_defaults(Rule()) == {}


def test_what_has_no_plain_form_is_named():
    with pytest.raises(SavedFileError, match=r"params.names\[1\] = \{'x'\} cannot be serialized"):
        to_plain(Params(names=("a", {"x"})), "params")
