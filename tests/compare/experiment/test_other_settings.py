"""A directory with results of other settings: what is used, run, and rejected."""

import numpy as np
import pytest

from pbwm.compare.errors import ResultsError
from pbwm.compare.experiment import Condition, Existing, Store, read_study
from pbwm.compare.experiment.cell import sealed
from tests.compare.experiment.heard import run
from tests.compare.experiment.rig import clocks, contents

pytestmark = pytest.mark.usefixtures("clock_models")


SEED = {"seed": 1}


def test_other_settings_are_rejected_until_the_user_says_what_becomes_of_the_old_results(tmp_path):
    run(tmp_path, clocks(16))
    (tmp_path / "notes.txt").write_text("mine")
    before = contents(tmp_path)
    with pytest.raises(ResultsError, match=r"other settings: .*seed = 0, not 1 and 1 more; .* --resume .* --overwrite"):
        run(tmp_path, clocks(16, **SEED))
    assert contents(tmp_path) == before
    heard = run(tmp_path, clocks(16, **SEED), existing=Existing.RESUME)
    assert len(heard.blocks) == 2
    assert "another version of this one (seed = 0, not 1)" in heard.messages[0]
    (tmp_path / "reached.png").write_text("drawn")
    heard = run(tmp_path, clocks(16), existing=Existing.OVERWRITE)
    assert len(heard.blocks) == 2
    after = contents(tmp_path)
    assert after == before
    assert (tmp_path / "set-aside" / "cells").is_dir()
    assert (tmp_path / "set-aside" / "reached.png").read_text() == "drawn"
    assert run(tmp_path, clocks(16), existing=Existing.OVERWRITE).blocks == []  # the same: there is nothing to replace


@pytest.mark.parametrize("other", [{"seed": 1}, {"name": "other"}, {"networks": 3}])
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("manifest.json", r"manifest\.json: is truncated .*; run it again from its declaration.* --resume"),
        ("study.toml", "holds "),
    ],
)
def test_a_damaged_declaration_does_not_let_other_settings_in(tmp_path, name, says, other):
    run(tmp_path, clocks(16))
    (tmp_path / name).write_text("{")
    before = contents(tmp_path)
    with pytest.raises(ResultsError, match=says):
        run(tmp_path, clocks(**{"networks": 16} | other))
    assert contents(tmp_path) == before
    assert not (tmp_path / "set-aside").exists()
    assert len(run(tmp_path, clocks(16, **SEED), existing=Existing.RESUME).blocks) == 2


@pytest.mark.parametrize("damaged", [("manifest.json",), ("study.toml",), ("manifest.json", "study.toml")])
def test_all_results_are_replaced_if_the_declaration_is_damaged(tmp_path, damaged):
    run(tmp_path, clocks(32))
    for name in damaged:
        (tmp_path / name).write_text("{")
    assert len(run(tmp_path, clocks(16, **SEED), existing=Existing.OVERWRITE).blocks) == 2
    assert len(list(tmp_path.glob("cells/*/*.json"))) == 2
    assert len(list(tmp_path.glob("set-aside/cells/*/*.json"))) == 4
    (tmp_path / "manifest.json").write_text("{")  # the declaration says that the settings are the same
    assert run(tmp_path, clocks(16, **SEED), existing=Existing.OVERWRITE).blocks == []


@pytest.mark.parametrize("existing", [Existing.RESUME, Existing.OVERWRITE])
def test_settings_do_not_change_while_another_process_runs(tmp_path, existing):
    run(tmp_path, clocks(16))
    before = contents(tmp_path)
    with (
        Store(tmp_path).claims.claimed("sir2-even-0000"),
        pytest.raises(ResultsError, match=r"another process runs networks there \(sir2-even-0000\); stop it, or give"),
    ):
        run(tmp_path, clocks(16, **SEED), existing=existing)
    assert contents(tmp_path) == before
    assert len(run(tmp_path, clocks(16, **SEED), existing=existing).blocks) == 2


@pytest.mark.parametrize(
    ("before", "after", "differs"), [(0, 3, "absent, not 3"), (3, 0, "3, not absent"), (3, 2, "3, not 2")]
)
def test_a_setting_that_only_one_of_two_studies_has_is_another_setting(tmp_path, before, after, differs):
    run(tmp_path, clocks(16, consolidation=before))
    stored = contents(tmp_path)
    with pytest.raises(ResultsError, match=f"other settings: .*consolidation = {differs} and 1 more"):
        run(tmp_path, clocks(16, consolidation=after))
    assert contents(tmp_path) == stored
    heard = run(tmp_path, clocks(16, consolidation=after), existing=Existing.RESUME)
    assert f"(consolidation = {differs})" in heard.messages[0]


def test_more_is_run_without_asking_and_less_is_not(tmp_path):
    run(tmp_path, clocks(16))
    more = (*clocks().conditions, Condition(name="more", models=("even",)))
    assert len(run(tmp_path, clocks(17, conditions=more)).blocks) == 4
    for less in (clocks(16, conditions=more), clocks(17)):
        with pytest.raises(ResultsError, match="holds other settings"):
            run(tmp_path, less)


def test_networks_that_reached_the_criterion_need_no_more_epochs(tmp_path):
    run(tmp_path / "a", clocks(16))
    heard = run(tmp_path / "a", clocks(16, epochs=14))
    assert heard.messages == []
    assert [condition for condition, _ in heard.blocks] == ["stuck: some never"]
    run(tmp_path / "b", clocks(16, epochs=14))
    for one, other in zip(*(read_study(clocks(16, epochs=14), Store(tmp_path / d)) for d in "ab"), strict=True):
        assert one.times.epochs.tolist() == other.times.epochs.tolist()
        np.testing.assert_array_equal(one.final_error, other.final_error)
        np.testing.assert_array_equal(one.frozen.errors > 0, other.frozen.errors > 0)


def test_fewer_epochs_are_read_from_more(tmp_path):
    run(tmp_path / "more", clocks(16))
    with pytest.raises(ResultsError, match="10 epochs, not 5"):
        run(tmp_path / "more", clocks(16, epochs=5))
    assert run(tmp_path / "more", clocks(16, epochs=5), existing=Existing.RESUME).blocks == []
    run(tmp_path / "fewer", clocks(16, epochs=5))
    for one, other in zip(
        *(read_study(clocks(16, epochs=5), Store(tmp_path / d)) for d in ("more", "fewer")), strict=True
    ):
        assert one.times.epochs.tolist() == other.times.epochs.tolist()
        np.testing.assert_array_equal(one.final_error, other.final_error)
        early = one.times.reached
        assert early.any()
        np.testing.assert_array_equal(one.frozen.errors[early], other.frozen.errors[early])
        assert not one.frozen.counted[~early].any()  # they were tested later, when they had learned


def test_what_is_not_ours_is_left_alone(tmp_path):
    (tmp_path / "study.toml").write_text("# mine")
    (tmp_path / ".study-notes").write_text("mine")
    with pytest.raises(ResultsError, match=r"is not empty and holds no run .*\(.study-notes, study.toml\)"):
        run(tmp_path, clocks(16))
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "study.toml": "# mine",
        ".study-notes": "mine",
    }


def test_files_that_begin_as_ours_do_are_never_removed(tmp_path):
    run(tmp_path, clocks(16))
    for name in (".study-mine", ".manifest-mine.json", ".networks-0000-0015-mine.json"):
        (tmp_path / name).write_text("mine")
    run(tmp_path, clocks(20))
    assert len(list(tmp_path.glob(".*-mine*"))) == 3


@pytest.mark.parametrize(
    "old",
    [
        ["summary.json", "raster-pbwm.png"],
        ["study.toml", "cells"],
        ["manifest.json"],
        ["seed-0-networks-0-15.json"],
    ],
)
def test_results_of_earlier_versions_are_recognized(tmp_path, old):
    for name in old:
        (tmp_path / name).write_text(sealed({"format": "study", "study": "clocks"}))
    for call in (lambda: run(tmp_path, clocks(16)), Store(tmp_path).declared):
        with pytest.raises(ResultsError, match=r"results of an earlier version.*make them again"):
            call()


def test_a_directory_of_another_study_is_rejected(tmp_path):
    run(tmp_path, clocks(16))
    with pytest.raises(ResultsError, match="holds study 'clocks', not 'others'"):
        run(tmp_path, clocks(16, name="others"))
