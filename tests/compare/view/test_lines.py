"""Lines of circuits do not pass behind a box, leave their slot or leave the sheet, on phones and on screens."""

from dataclasses import replace

import pytest

from pbwm import recommended
from pbwm.compare.models import MODELS
from pbwm.compare.view.assets import script
from pbwm.compare.view.schema import model as shown
from pbwm.learner import PBWM
from tasks.catalog import TASKS

SPEC = TASKS["12ax"].build().spec
PLAIN = recommended.recommended(SPEC)
AGES = replace(PLAIN, gating=replace(PLAIN.gating, age_units=3, age_stripes=4, age_strength=2.0))
CIRCUITS = {
    "ages": AGES,
    "ages, merged gate": recommended.with_merged_gate(AGES),
    "ages, no output gating": replace(AGES, output_gating=False),
    "match units": PLAIN,
    "match units, merged gate": recommended.with_merged_gate(PLAIN),
    "match units, no output gating": replace(PLAIN, output_gating=False),
    "no match units": recommended.recommended_without_matches(SPEC),
    "small": recommended.family_network(SPEC),
}
OTHERS = ("pbwm-2006", "pbwm-reference", "lstm", "lstm-1997", "gru", "srn")
WIDTHS = (280, 366, 520, 700, 1080)
FOUND = """({ model, width, height }) => {
    const { boxes, connections, slots, narrow } = geometry(model, width, height);
    const pools = boxes.flatMap(({ layer, pools }) => pools.map((pool) => ({ ...pool, layer: layer.name })));
    const behind = [];
    for (const { path, ways } of connections) for (const way of ways.filter(Boolean)) way.slice(1).forEach((end, i) => {
        const [xs, ys] = [0, 1].map((k) => [way[i][k], end[k]].sort((a, b) => a - b));
        for (const { layer, x, y, w, h } of pools)
            if (xs[1] > x && xs[0] < x + w && ys[1] > y && ys[0] < y + h) behind.push(`${path.name} behind ${layer}`);
    });
    const lines = connections.flatMap(({ ways }) => ways.filter(Boolean).flat());
    const within = connections.filter(({ inside }) => inside).flatMap(({ to, ways }) => ways.map((way, i) => {
        const slot = slots[to.layer.firstSlot + i];
        return !way || way[1][0] < slot.x + slot.w;
    }));
    const ends = ({ pools }, i) => (i ? pools[i - 1].x + pools[i - 1].w : 0);
    const apart = boxes.every((box) => box.pools.every(({ x }, i) => ends(box, i) <= x + 0.01));
    const count = connections.flatMap(({ ways }) => ways).filter(Boolean).length;
    const xs = [...lines.map(([x]) => x), ...pools.map(({ x, w }) => x + w)];
    return { behind: [...new Set(behind)], within: within.every(Boolean), apart, narrow, slots: slots.map(({ x }) => x),
        lines: count, left: Math.min(...xs), right: Math.max(...xs) };
}"""


@pytest.fixture(scope="module")
def places(browser):
    """A function of an anatomy and the size of a sheet, which returns the places of its lines."""
    page = browser.new_page()
    page.add_script_tag(content=f"{script()}\nwindow.geometry = geometry;", type="module")
    page.wait_for_function("() => window.geometry")
    yield lambda anatomy, width, height: page.evaluate(
        FOUND, {"model": shown("pbwm", anatomy), "width": width, "height": height}
    )
    page.close()


def held(found, width):
    assert found["lines"] > 0
    assert found["behind"] == []
    assert found["within"], "a line leaves its slot"
    assert found["apart"], "units of two slots overlap"
    assert found["left"] >= 0
    assert found["right"] <= width


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_no_line_of_pbwm_passes_behind_a_box(places, circuit):
    anatomy = PBWM(SPEC, networks=range(1), params=CIRCUITS[circuit]).anatomy()
    for width in WIDTHS:
        for height in (0, 900):
            held(places(anatomy, width, height), width)


@pytest.mark.parametrize("model", OTHERS)
def test_no_line_of_another_model_passes_behind_a_box(places, model):
    anatomy = MODELS[model].build(SPEC, networks=range(1), seed=0).anatomy()
    for width in WIDTHS:
        held(places(anatomy, width, 0), width)


def test_slots_too_narrow_for_lines_share_one_line_for_each_projection(places):
    anatomy = PBWM(SPEC, networks=range(1), params=AGES).anatomy()
    wide, narrow = (places(anatomy, width, 0) for width in (1080, 366))
    assert (wide["narrow"], narrow["narrow"]) == (False, True)
    assert narrow["lines"] == len(anatomy.paths) < wide["lines"]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_title_over_the_first_output_stripe_stands_apart(places, width):
    """The number of the last stripe, of two digits, is 12 pixels wide."""
    slots = places(PBWM(SPEC, networks=range(1), params=AGES).anatomy(), width, 0)["slots"]
    assert slots[AGES.stripes] - slots[AGES.stripes - 1] >= 12 + 8
