"""A search runs points of its space as conditions and ranks them; its seeds are for searches only."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbwm.compare.errors import PlanError
from pbwm.compare.experiment import Design, Range, Search, Shard, Store, Study, read_study, run_study
from pbwm.compare.experiment.search import expanded, known_points, ranked
from tests.compare.experiment.rig import contents

SPACE = {"clock.ticks": Range(low=1, high=8), "limit": Range(low=0.01, high=1.0, log=True)}


def search(design=Design.SOBOL, points=8, **fields):
    given_fields = {"name": "ticks", "tasks": ("sir2",), "models": ("ticking",), "seed": 5001, "epochs": 12}
    found = Search(space=SPACE, design=design, points=points, batch=3)
    return Study(purpose="search", search=found, networks=4, **given_fields | fields)


def run(study, directory, **how):
    with ThreadPoolExecutor(2) as pool:
        return run_study(study, directory, pool, **how)


@given(
    st.sampled_from([d for d in Design if d is not Design.TPE]), st.sampled_from([1, 4, 16]), st.integers(5000, 9999)
)
def test_points_lie_in_the_space_at_their_address(design, points, seed):
    found = search(design, points).search.designed(seed)
    assert found == search(design, points).search.designed(seed)
    assert len(found) == points
    for point in found:
        assert 1 <= point["clock.ticks"] <= 8
        assert isinstance(point["clock.ticks"], int)
        assert 0.01 <= point["limit"] <= 1.0


def test_a_design_covers_its_space():
    found = search(points=8).search.designed(5000)
    assert sorted(point["clock.ticks"] for point in found) == list(range(1, 9))


@pytest.mark.parametrize("design", list(Design))
def test_a_search_finds_what_learns_fastest_and_goes_on_where_it_was(tmp_path, ticking, design):
    pytest.importorskip("optuna")
    study = search(design)
    whole = run(study, tmp_path / "a")
    assert len(whole.conditions) == 8
    points = ranked(whole, read_study(whole, Store(tmp_path / "a")))
    assert [p.parameters["clock.ticks"] for p in points] == sorted(p.parameters["clock.ticks"] for p in points)
    assert points[0].reached == points[0].networks == 4
    assert Store(tmp_path / "a").declared() == study
    assert known_points(study, Store(tmp_path / "a")) == whole
    lost = Store(tmp_path / "a").cell_path(whole.rows()[4], range(4))
    sound = contents(tmp_path / "a")
    lost.unlink()
    assert run(study, tmp_path / "a") == whole
    assert contents(tmp_path / "a") == sound


def test_points_are_crossed_with_conditions():
    rows = expanded(search(), [{"limit": 0.1}, {"limit": 0.2}]).rows()
    assert [row.condition for row in rows] == ["point 000", "point 001"]
    assert [row.parameters for row in rows] == [{"limit": 0.1}, {"limit": 0.2}]


def test_seeds_of_searches_and_reports_do_not_overlap():
    with pytest.raises(PlanError, match="seed = 17 must be 5000 or more in a search"):
        search(seed=17)
    with pytest.raises(PlanError, match="seed = 5001 must be below 5000"):
        replace(search(), purpose="report", search=None)
    with pytest.raises(PlanError, match="give purpose = 'search'"):
        replace(search(), purpose="report", seed=0)


def test_rounds_cannot_be_run_in_shards(tmp_path, ticking):
    with pytest.raises(PlanError, match="cannot run in shards"):
        run(search(Design.TPE), tmp_path, shard=Shard(1, 2))


@pytest.mark.parametrize(
    "given_fields",
    [
        {},
        {"low": 1},
        {"low": 2, "high": 1},
        {"low": 0.0, "high": 1.0, "log": True},
        {"low": 1, "high": 2, "choices": (1,)},
    ],
)
def test_ranges_that_are_none_are_rejected(given_fields):
    with pytest.raises(PlanError, match="range = "):
        Range(**given_fields)


def test_choices_are_all_chosen():
    found = [Range(choices=("a", "b")).at(u) for u in (0.0, 0.49, 0.5, 0.99)]
    assert found == ["a", "a", "b", "b"]


def test_a_sequence_that_is_not_balanced_is_rejected():
    with pytest.raises(PlanError, match="must be a power of 2"):
        Search(space=SPACE, points=12)
