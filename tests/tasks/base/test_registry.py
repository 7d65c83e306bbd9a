"""A registry is a mapping that suggests names."""

import pytest

from pbwm.compare.models import MODELS
from tasks.base.errors import UnknownNameError
from tasks.base.registry import Entry, Registry
from tasks.catalog import TASKS


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


@pytest.mark.parametrize("registry", [TASKS, MODELS], ids=lambda registry: registry.kind)
def test_a_file_without_the_name_of_a_class_says_how_to_name_one(registry):
    with pytest.raises(UnknownNameError) as caught:
        registry["my/own.py"]
    kind = registry.kind
    rule = f"is a file without the name of a {kind} in it; give FILE.py:NAME"
    assert str(caught.value) == f"{kind} = 'my/own.py' {rule}"
    assert registry.get("my/own.py") is None


def test_the_list_it_was_made_from_may_change_afterwards():
    entries = {"pear": Entry(str, "Green.")}
    registry = Registry("fruit", entries)
    entries.clear()
    assert list(registry) == ["pear"]
