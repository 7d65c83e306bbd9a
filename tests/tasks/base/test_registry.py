"""A registry is a mapping that helps with unknown names."""

import pytest

from tasks.base.errors import UnknownNameError
from tasks.base.registry import Entry, Registry


@pytest.fixture
def fruit():
    return Registry("fruit", {"pear": Entry(lambda: "a pear", "Green."), "apple": Entry(lambda: "an apple", "Red.")})


def test_it_is_a_mapping_in_the_order_of_its_list(fruit):
    assert list(fruit) == ["pear", "apple"]
    assert len(fruit) == 2
    assert fruit["apple"].build() == "an apple"
    assert [entry.summary for entry in fruit.values()] == ["Green.", "Red."]


def test_membership_and_get_do_not_raise(fruit):
    assert "pear" in fruit
    assert "plum" not in fruit
    assert fruit.get("plum") is None


def test_an_unknown_name_names_its_kind_and_the_nearest(fruit):
    with pytest.raises(UnknownNameError) as caught:
        fruit["aple"]
    assert str(caught.value) == "unknown fruit 'aple': did you mean 'apple'? Known: apple, pear"


def test_the_list_it_was_made_from_may_change_afterwards():
    entries = {"pear": Entry(str, "Green.")}
    registry = Registry("fruit", entries)
    entries.clear()
    assert list(registry) == ["pear"]
