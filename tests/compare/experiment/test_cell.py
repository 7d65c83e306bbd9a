"""No byte of a cell can change without notice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbwm.compare.experiment.cell import FORMAT, Cell, DamagedError, cell_from, cell_text, networks_of

KEY = {"task": "sir2", "epochs": 20, "parameters": {"rate": 0.1, "site": "gpi, θ"}, "seed": 0}
CELL = Cell(
    networks=range(16, 18),
    budget=20,
    epochs_to_criterion=(12, 0),
    final_error=(0.0, 0.1 + 0.2),
    frozen_errors=((0, 0), (3, 1)),
    frozen_counted=((9, 9), (9, 9)),
    novel_error=None,
    tested=(None, 0.5),
    epochs=20,
    steps=4000,
    code={"sources": "abc"},
    files={".h5": "0" * 64},
)
DATA = cell_text(CELL, KEY).encode()


def test_a_cell_comes_back_to_the_last_bit():
    assert cell_from(DATA, KEY, range(16, 18)) == CELL
    assert FORMAT.encode() in DATA


@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_any_changed_byte_is_noticed(at, change):
    harmed = DATA[:at] + bytes([DATA[at] ^ change]) + DATA[at + 1 :]
    with pytest.raises(DamagedError):
        cell_from(harmed, KEY, range(16, 18))


@given(st.integers(0, len(DATA) - 1), st.binary(max_size=3))
def test_any_cut_or_addition_is_noticed(at, more):
    for harmed in (DATA[:at] + more, DATA + b" " + more, DATA[:at] + b"\n" + more + DATA[at:]):
        if harmed != DATA:
            with pytest.raises(DamagedError):
                cell_from(harmed, KEY, range(16, 18))


@pytest.mark.parametrize(
    "name", ["networks-16-17.json", "networks-0017-0016.json", "networks-0016-0017.txt", "x-networks-0016-0017.json"]
)
def test_other_names_are_no_cells(name):
    assert networks_of(name) is None


def test_a_cell_of_other_networks_or_of_another_row_is_none_of_ours():
    with pytest.raises(DamagedError, match="does not hold the networks that its name says"):
        cell_from(DATA, KEY, range(16))
    with pytest.raises(DamagedError, match=r"another version of this one \(seed = 0, not 1\)"):
        cell_from(DATA, KEY | {"seed": 1}, range(16, 18))
    with pytest.raises(DamagedError, match=r"\(more = absent, not 1\)"):
        cell_from(DATA, KEY | {"more": 1}, range(16, 18))
    assert cell_from(DATA, KEY | {"more": 1}, range(16, 18), {"more": 1}) == CELL
    with pytest.raises(DamagedError, match=r"\(more = 2, not 1\)"):
        cell_from(DATA, KEY | {"more": 1}, range(16, 18), {"more": 2})


def test_a_cell_of_a_larger_budget_is_read_as_of_a_smaller_one():
    assert (CELL.same_within(20), CELL.same_within(40), CELL.same_within(15)) == (True, False, False)
    assert CELL.within(15, (0.0, 0.4)).epochs_to_criterion == (12, 0)
    early = CELL.within(10, (0.5, 0.4))
    assert (early.budget, early.epochs, early.epochs_to_criterion) == (10, 10, (0, 0))
    assert (CELL.reached_among(range(16)), CELL.reached_among(range(17)), early.reached_among(range(17))) == (0, 1, 0)
    assert (early.frozen_counted, early.tested, early.final_error) == (((0, 0), (0, 0)), (None, None), (0.5, 0.4))
    assert cell_from(cell_text(CELL, KEY).encode(), KEY | {"epochs": 40}, range(16, 18)).budget == 20
