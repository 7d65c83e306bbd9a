"""Random command lines and declarations: each ends with exit status 0, or 2 and one line."""

import pytest

from tests.fuzz import commands
from tests.fuzz.commands import KINDS, campaign

INPUTS = {"command lines": 60, "declarations": 400}
"""Per kind; `make fuzz` tries 10,000."""


@pytest.mark.parametrize("kind", KINDS)
def test_no_input_ends_in_a_traceback(kind):
    counts, faults = campaign(kind, INPUTS[kind])
    assert not faults
    assert counts["rejected"] > 0
    assert counts["done"] > 0


def test_a_traceback_is_found(monkeypatch):

    def broken(_text):
        raise KeyError("x")

    monkeypatch.setattr(commands, "from_toml", broken)
    counts, faults = campaign("declarations", 3)
    assert counts["fault"] == 3
    assert "traceback of KeyError" in faults[0]
