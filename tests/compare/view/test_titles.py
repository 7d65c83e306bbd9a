"""Titles of slots over a circuit: whole where there is room, else numbers, every nth of them, and a group once."""

import pytest

from pbwm.compare.view.assets import script

PAINTED = """({ titles, w }) => {
    const circuit = Object.create(Circuit.prototype);
    circuit.visit = { state: { manipulations: [] } };
    circuit.model = { name: "pbwm" };
    circuit.places = { height: 100, slots: titles.map((title, i) => ({ title, x: 100 * i, w })) };
    const texts = [];
    circuit.paintSlots({ rect() {}, text: (x, y, text) => texts.push([Math.floor(x / 100), text]) }, {});
    return texts;
}"""
"""The titles of slots of width `w`: place of the slot, and text."""

STRIPES = [str(number) for number in range(1, 17)]
PAIRS = [*STRIPES, *(f"out {number}" for number in STRIPES)]
EVEN = ["1", *STRIPES[1::2]]


@pytest.fixture(scope="module")
def painted(browser):
    """A function of titles and a width that paints them."""
    page = browser.new_page()
    page.add_script_tag(content=f"{script()}\nwindow.Circuit = Circuit;", type="module")
    page.wait_for_function("() => window.Circuit")
    yield lambda titles, w: [tuple(text) for text in page.evaluate(PAINTED, {"titles": list(titles), "w": w})]
    page.close()


def test_titles_that_fit_are_whole(painted):
    titles = ["1", "2", "out 1", "out 2"]
    assert painted(titles, 40) == list(enumerate(titles))
    cells = [f"cell {number}" for number in (1, 2, 3)]
    assert painted(cells, 36) == list(enumerate(cells))


def test_titles_that_do_not_fit_are_numbers_with_the_name_of_their_group_once(painted):
    assert painted(["1", "2", "out 1", "out 2"], 20) == [(0, "1"), (1, "2"), (2, "1"), (2, "out"), (3, "2")]


def test_of_narrow_slots_the_first_and_every_second_have_a_number(painted):
    found = painted(PAIRS, 12)
    first, second = ([text for slot, text in found if (slot >= 16) == released] for released in (False, True))
    assert first == EVEN
    assert second == ["1", "out", *EVEN[1:]]
    assert all(int(text) == slot % 16 + 1 for slot, text in found if text != "out")


def test_the_narrower_the_slots_the_fewer_the_numbers(painted):
    cells = [f"cell {number}" for number in range(1, 65)]
    for w, every in ((16, 1), (8, 2), (4, 5), (2, 10)):
        wanted = [number for number in range(1, 65) if number == 1 or number % every == 0]
        assert [int(text) for _, text in painted(cells, w) if text != "cell"] == wanted, w


def test_titles_without_numbers_count_by_place(painted):
    titles = ["left", "right", "up", "down"]
    assert painted(titles, 40) == list(enumerate(titles))
    assert painted(titles, 17) == [(0, "left"), (1, "right"), (3, "down")]


def test_a_circuit_without_slots_has_no_titles(painted):
    assert painted([], 40) == []
