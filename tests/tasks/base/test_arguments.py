"""A decorated function runs only with arguments that fit their annotations."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol, runtime_checkable

import numpy as np
import pytest
from numpy.typing import NDArray

from tasks.base.arguments import checked, require_known, require_place
from tasks.base.errors import ParameterError

RAN = []


class Side(StrEnum):
    LEFT = "left"
    RIGHT = "right"


@runtime_checkable
class Named(Protocol):
    @property
    def name(self) -> str: ...


class Item:
    name = "item"


@checked(count=1, gate=("input_gate", "output_gate"), errors=("network", "epoch"), reached=("network",))
def called(
    item: Named | None = None,
    count: int = 1,
    share: float = 0.5,
    on: bool = True,
    side: Side = Side.LEFT,
    gate: str = "input_gate",
    title: str = "",
    numbers: Sequence[int | None] = (0,),
    pair: tuple[float, float] = (0.0, 1.0),
    names: tuple[str, ...] = ("a",),
    either: Mapping[str, Item] | Sequence[Item] = (Item(),),
    errors: NDArray[np.intp] | None = None,
    reached: NDArray[np.intp] | None = None,
    own: NDArray[np.bool_] | None = None,
    seed: int = 0,
    thing: object = None,
    *,
    of: Item | str = "x",
) -> int:
    """As documented."""
    RAN.append(count)
    return count


GOOD = [
    {},
    {"item": Item(), "count": np.int64(3), "share": 1, "side": "right", "title": "a"},
    {"numbers": range(3), "pair": [0, 1], "names": ["b"], "either": {"a": Item()}, "of": Item()},
    {"numbers": np.arange(3), "errors": np.ones((2, 3), int), "reached": np.zeros(2, np.uint8)},
    {"numbers": [None, 4], "own": "no axes are known, so it is not checked", "thing": 3, "seed": 2**40},
]


@pytest.mark.parametrize("arguments", GOOD)
def test_arguments_that_fit_are_handed_on_as_they_are(arguments):
    assert called(**arguments) == arguments.get("count", 1)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"item": 3}, f"called: item = 3 must be a Named; see {__name__}"),
        ({"count": 0}, "called: count = 0 must be a whole number of at least 1; give such a number"),
        ({"count": 2.0}, "called: count = 2.0 must be a whole number"),
        ({"count": True}, "called: count = True must be a whole number"),
        ({"count": None}, "called: count = None must be a whole number"),
        ({"share": "x"}, "called: share = 'x' must be a real number"),
        ({"on": 1}, "called: on = 1 must be True or False"),
        ({"side": "lfet"}, "called: side = 'lfet' must be one of 'left', 'right'"),
        ({"gate": "gate"}, "called: gate = 'gate' must be one of 'input_gate', 'output_gate'; give one of these"),
        ({"gate": ["input_gate"]}, "called: gate = ['input_gate'] must be one of"),
        ({"title": 3}, "called: title = 3 must be a str; give text"),
        ({"numbers": 3}, "called: numbers = 3 must be a sequence; make one of the members"),
        ({"numbers": "12"}, "called: numbers = '12' must be a sequence"),
        ({"numbers": ()}, "called: numbers = () must not be empty"),
        ({"numbers": [0, -1]}, "called: numbers[1] = -1 must be a whole number of at least 0"),
        ({"numbers": np.zeros((2, 2), int)}, "must be a sequence"),
        ({"pair": (1.0,)}, "called: pair = (1.0,) must have 2 members"),
        ({"pair": (1.0, "x")}, "called: pair[1] = 'x' must be a real number"),
        ({"names": ("a", 3)}, "called: names[1] = 3 must be a str"),
        ({"either": 3}, "called: either = 3 must be a mapping or a sequence"),
        ({"either": {"a": 3}}, f"called: either[0] = 3 must be an Item; see {__name__}"),
        ({"errors": [[1]]}, "called: errors = 'list' must be a NumPy array"),
        ({"errors": np.ones(3, int)}, "called: errors: shape = (3,) must have the axes (network, epoch)"),
        ({"errors": np.ones((2, 3))}, "called: errors: dtype = 'float64' must hold whole numbers"),
        (
            {"errors": np.ones((2, 3), int), "reached": np.ones(3, int)},
            "called: reached: axis network = 3 must have the length 2 of errors; give both for the same networks",
        ),
        ({"seed": None}, "called: seed = None must be a whole number from 0 to 2**63 - 1"),
        ({"seed": 2**63}, "must be a whole number from 0 to 2**63 - 1"),
        ({"of": 3}, f"called: of = 3 must be an Item or a str; see {__name__}"),
    ],
)
def test_others_are_rejected_by_name_before_anything_runs(arguments, says):
    RAN.clear()
    with pytest.raises(ParameterError, match=re.escape(says)):
        called(**arguments)
    assert RAN == []


def test_python_itself_says_which_argument_is_missing_or_unknown():
    with pytest.raises(TypeError, match="'nothing'"):
        called(nothing=1)


def test_a_decorated_function_keeps_its_name_and_documentation():
    assert (called.__name__, called.__doc__) == ("called", "As documented.")


@pytest.mark.parametrize("value", [-1, 3, 1.0, "1", None, True])
def test_places_are_counted_from_zero(value):
    require_place("place", np.int64(2), 3)
    with pytest.raises(ParameterError, match=r"place = .* must be a whole number from 0 to 2; count from 0"):
        require_place("place", value, 3)


def test_known_texts_may_come_from_a_mapping():
    require_known("signal", "dopamine", {"dopamine": 1})
    with pytest.raises(ParameterError, match="signal = 'dopamin' must be one of 'dopamine'"):
        require_known("signal", "dopamin", {"dopamine": 1})
