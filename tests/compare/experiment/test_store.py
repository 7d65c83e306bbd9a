"""A store keeps what is done, runs what is missing, and never uses what is damaged or of another study."""

import errno
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pyarrow.parquet as pq
import pytest

from pbwm.compare import models
from pbwm.compare.errors import PlanError, ResultsError, RunFailedError
from pbwm.compare.experiment import Condition, Existing, Shard, Store, read_study, run_study
from pbwm.compare.experiment import cell as cell_module
from pbwm.compare.experiment.cell import sealed
from pbwm.compare.experiment.monitor import Monitor
from pbwm.compare.experiment.results import write_network_tables
from pbwm.compare.models import Models
from tests.compare.conftest import FailingLearner, entry
from tests.compare.experiment.rig import clocks, contents

pytestmark = pytest.mark.usefixtures("clock_models")


class Heard(Monitor):
    """Remembers what a study did."""

    def __init__(self):
        self.blocks, self.messages = [], []

    def finished(self, block, epochs, reached, *, mine):
        self.blocks.append((block.row.condition, block.networks))

    def said(self, message):
        self.messages.append(message)


def run(directory, study=None, *, workers=1, **how):
    heard = Heard()
    study = clocks() if study is None else study
    with ThreadPoolExecutor(workers) as pool:
        run_study(study, directory, pool, monitor=heard, **how)
    return heard


def test_only_what_is_missing_is_run(tmp_path):
    assert len(run(tmp_path / "a").blocks) == 4
    assert run(tmp_path / "a").blocks == []
    more = run(tmp_path / "a", clocks(40))
    assert [networks for _, networks in more.blocks] == [range(32, 40)] * 2
    run(tmp_path / "b", clocks(40), workers=3)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_networks_are_added_within_a_block(tmp_path):
    run(tmp_path, clocks(20))
    run(tmp_path, clocks(32))
    cells = Store(tmp_path).cells(clocks().rows()[0])[0]
    assert [cell.networks for cell in cells] == [range(16), range(16, 20), range(20, 32)]
    grown = read_study(clocks(32), Store(tmp_path))
    run(tmp_path / "whole", clocks(32))
    whole = read_study(clocks(32), Store(tmp_path / "whole"))
    for one, other in zip(grown, whole, strict=True):
        assert one.times.epochs.tolist() == other.times.epochs.tolist()
        assert one.final_error.tolist() == other.final_error.tolist()


def test_shards_together_are_the_study(tmp_path):
    run(tmp_path / "whole")
    blocks = [run(tmp_path / "parts", shard=Shard(i, 3)).blocks for i in (1, 2, 3)]
    assert sorted(map(len, blocks)) == [1, 1, 2]
    assert contents(tmp_path / "parts") == contents(tmp_path / "whole")


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "a/b", "-1/3"])
def test_a_shard_that_is_not_there_is_refused(text):
    with pytest.raises(PlanError, match="i from 1 to n"):
        Shard.parsed(text)


def test_records_hold_what_was_asked_for(tmp_path):
    study = clocks(20)
    run(tmp_path, study)
    row = study.rows()[0]
    with h5py.File(Store(tmp_path).cell_path(row, range(16, 20), ".h5")) as file:
        assert file["curves/errors"].shape == file["curves/counted"].shape
        assert file["curves/errors"].shape[0] == file["record/input_gate"].shape[0] == 4
        assert file["trials/target"].shape[:2] == file["record/memory"].shape[:2]
        assert [name.decode() for name in file["names/slots"][()]] == ["slot 1", "slot 2", "slot 3"]
        assert file["record/memory"].attrs["axes"] == "network step slot unit"
        assert file["names/networks"][()].tolist() == [16, 17, 18, 19]
    assert sorted(p.suffix for p in (tmp_path / "cells" / row.directory).iterdir()) == [
        *[".h5"] * 2, *[".json"] * 2, *[".safetensors"] * 2
    ]  # fmt: skip


def test_records_do_not_depend_on_when_python_lets_go_of_objects(tmp_path, monkeypatch):
    run(tmp_path / "a", clocks(16))
    held, create = [], h5py.Group.create_dataset

    def holding(*args, **how):
        held.append(create(*args, **how))
        return held[-1]

    monkeypatch.setattr(h5py.Group, "create_dataset", holding)
    run(tmp_path / "b", clocks(16))
    assert held
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_a_study_that_wants_more_is_run_again(tmp_path):
    run(tmp_path, clocks(16, record=()))
    with pytest.raises(ResultsError, match="holds other settings: networks without weights; give another directory"):
        run(tmp_path, clocks(16, record=("weights",)))
    heard = run(tmp_path, clocks(16, record=("weights",)), existing=Existing.RESUME)
    assert len(heard.blocks) == 2
    assert "has no .safetensors, which the study wants now" in heard.messages[0]


def test_tables_of_networks(tmp_path):
    study = clocks(20)
    run(tmp_path, study)
    write_network_tables(study, Store(tmp_path), read_study(study, Store(tmp_path)))
    table = pq.read_table(tmp_path / "results.parquet").to_pylist()
    assert len(table) == len((tmp_path / "results.csv").read_text().splitlines()) - 1 == 40
    assert [line["network"] for line in table[:20]] == list(range(20))
    assert {line["reached"] for line in table if line["condition"] == "even"} == {True}
    assert table[20]["epochs_to_criterion"] is None  # network 0 of "stuck"


def test_the_table_is_csv_alone_without_pyarrow(tmp_path, monkeypatch):
    study, store = clocks(20), Store(tmp_path)
    run(tmp_path, study)
    write_network_tables(study, store, read_study(study, store))
    before = (tmp_path / "results.csv").read_bytes()
    assert (tmp_path / "results.parquet").exists()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    write_network_tables(study, store, read_study(study, store))
    assert (tmp_path / "results.csv").read_bytes() == before
    assert not (tmp_path / "results.parquet").exists()


def _truncated(data):
    return data[: len(data) // 2]


def _flipped(data):
    at = random.Random(len(data)).randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


HARMS = {"cut short": _truncated, "one bit": _flipped, "empty": lambda _: b"", "other": lambda _: b'{"format": 1}'}


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("suffix", [".json", ".safetensors", ".h5"])
def test_a_damaged_file_is_named_set_aside_and_made_again(tmp_path, suffix, harm):
    study = clocks(16)
    run(tmp_path, study)
    sound, store = contents(tmp_path), Store(tmp_path)
    path = store.cell_path(study.rows()[0], range(16), suffix)
    harmed = HARMS[harm](path.read_bytes())
    path.write_bytes(harmed)
    assert read_study(study, store)[0].times.networks == 0  # never used
    assert len(read_study(study, store)[0].damaged) == 1
    heard = run(tmp_path, study)
    assert [condition for condition, _ in heard.blocks] == ["even"]
    assert any(path.name in message or str(path.with_suffix(".json")) in message for message in heard.messages)
    assert (tmp_path / "set-aside" / path.parent.name / path.name).read_bytes() == harmed
    assert contents(tmp_path) == sound


@pytest.mark.parametrize("name", ["study.toml", "manifest.json"])
@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_declaration_is_set_aside_and_written_again(tmp_path, name, harm):
    run(tmp_path, clocks(16))
    sound = contents(tmp_path)
    (tmp_path / name).write_bytes(HARMS[harm]((tmp_path / name).read_bytes()))
    with pytest.raises(ResultsError):
        Store(tmp_path).declared()
    heard = run(tmp_path, clocks(16))
    assert heard.blocks == []
    assert name in heard.messages[0]
    assert contents(tmp_path) == sound
    assert Store(tmp_path).declared() == clocks(16)


def test_missing_files_of_a_cell_are_made_again(tmp_path):
    study = clocks(16)
    run(tmp_path, study)
    sound = contents(tmp_path)
    Store(tmp_path).cell_path(study.rows()[1], range(16), ".h5").unlink()
    assert "misses its networks-0000-0015.h5" in run(tmp_path, study).messages[0]
    assert contents(tmp_path) == sound


def test_foreign_files_are_set_aside(tmp_path):
    study = clocks(16)
    run(tmp_path, study)
    sound = contents(tmp_path)
    first, second = (tmp_path / "cells" / row.directory for row in study.rows())
    (first / "notes.txt").write_text("mine")
    (first / "networks-0000-0015.json").write_bytes((second / "networks-0000-0015.json").read_bytes())
    heard = run(tmp_path, study)
    assert "notes.txt: is not a file of this study" in heard.messages[0]
    assert "is of another study" in heard.messages[1]
    assert contents(tmp_path) == sound
    assert (tmp_path / "set-aside" / first.name / "notes.txt").read_text() == "mine"


def test_files_of_the_same_name_are_set_aside_side_by_side(tmp_path):
    study = clocks(16)
    for text in ("once", "twice"):
        run(tmp_path, study)
        Store(tmp_path).cell_path(study.rows()[0], range(16)).write_text(text)
    run(tmp_path, study)
    place = tmp_path / "set-aside" / study.rows()[0].directory
    assert [(place / f"networks-0000-0015.json{n}").read_text() for n in ("", ".1")] == ["once", "twice"]


SEED = {"seed": 1}


def test_other_settings_are_refused_until_the_user_says_what_becomes_of_the_old_results(tmp_path):
    run(tmp_path, clocks(16))
    (tmp_path / "notes.txt").write_text("mine")
    before = contents(tmp_path)
    with pytest.raises(ResultsError, match=r"other settings: .*other seed and 1 more; .* --resume .* --overwrite"):
        run(tmp_path, clocks(16, **SEED))
    assert contents(tmp_path) == before
    heard = run(tmp_path, clocks(16, **SEED), existing=Existing.RESUME)
    assert len(heard.blocks) == 2
    assert "another version of this one (other seed)" in heard.messages[0]
    heard = run(tmp_path, clocks(16), existing=Existing.OVERWRITE)
    assert len(heard.blocks) == 2
    after = contents(tmp_path)
    assert after == before
    assert (tmp_path / "set-aside" / "cells").is_dir()
    assert run(tmp_path, clocks(16), existing=Existing.OVERWRITE).blocks == []  # the same: there is nothing to replace


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
def test_results_of_earlier_versions_are_recognised(tmp_path, old):
    for name in old:
        (tmp_path / name).write_text(sealed({"format": "study", "study": "clocks"}))
    for call in (lambda: run(tmp_path, clocks(16)), Store(tmp_path).declared):
        with pytest.raises(ResultsError, match=r"results of an earlier version.*make them again"):
            call()


def test_a_directory_of_another_study_is_refused(tmp_path):
    run(tmp_path, clocks(16))
    with pytest.raises(ResultsError, match="holds study 'clocks', not 'others'"):
        run(tmp_path, clocks(16, name="others"))


def test_cells_of_other_code_are_not_mixed_in_silence(tmp_path, monkeypatch):
    run(tmp_path, clocks(16))
    other = cell_module.code_version() | {"sources": "other"}
    monkeypatch.setattr("pbwm.compare.experiment.runner.code_version", lambda: other)
    monkeypatch.setattr(cell_module, "code_version", lambda: other)
    with pytest.raises(PlanError, match=r"was made by other code \(other sources\)"):
        run(tmp_path, clocks(32))
    assert len(run(tmp_path, clocks(32), mixed=True).blocks) == 2
    assert len(read_study(clocks(32), Store(tmp_path))[0].codes) == 2
    assert len(run(tmp_path, clocks(32), existing=Existing.OVERWRITE).blocks) == 4
    assert len(read_study(clocks(32), Store(tmp_path))[0].codes) == 1


def test_cells_of_other_code_can_be_kept(tmp_path, monkeypatch):
    run(tmp_path, clocks(16))
    other = cell_module.code_version() | {"sources": "other"}
    monkeypatch.setattr("pbwm.compare.experiment.runner.code_version", lambda: other)
    monkeypatch.setattr(cell_module, "code_version", lambda: other)
    run(tmp_path, clocks(32), mixed=True)
    assert len(read_study(clocks(32), Store(tmp_path))[0].codes) == 2


def test_two_at_once_on_one_store_run_no_cell_twice(tmp_path):
    both = [Heard(), Heard()]
    with ThreadPoolExecutor(1) as first, ThreadPoolExecutor(1) as second, ThreadPoolExecutor(2) as users:
        runs = [
            users.submit(run_study, clocks(96), tmp_path / "both", pool, monitor=heard)
            for pool, heard in zip((first, second), both, strict=True)
        ]
        for future in runs:
            future.result()
    built = [networks for name in ("even", "stuck") for networks in _built(name) if len(networks) > 1]
    assert len(built) == 12 + 1  # every block once, and one to compile what both rows need
    run(tmp_path / "one", clocks(96))
    assert contents(tmp_path / "both") == contents(tmp_path / "one")


def _built(name):
    return [learner.numbers for learner in models.MODELS[name].build.built]


def test_a_claim_is_held_by_one_and_free_when_it_ends(tmp_path):
    claims = Store(tmp_path).claims
    with claims.claimed("a") as mine:
        assert mine
        assert claims.held("a")
        with claims.claimed("a") as again, claims.claimed("b") as other:
            assert (again, other) == (False, True)
    assert not claims.held("a")


def test_networks_that_cannot_go_on_keep_no_other_from_it(tmp_path, monkeypatch):
    failing = entry(kind=FailingLearner, name="failing", fluent_after=lambda r: 2)
    catalogue = Models({"failing": failing, "even": entry(name="even", fluent_after=lambda r: r % 7)})
    monkeypatch.setattr("pbwm.compare.models.MODELS", catalogue)
    condition = Condition(name="failing", models=("failing",))
    study = replace(clocks(32), conditions=(condition, clocks().conditions[0]))
    with pytest.raises(RunFailedError, match=r"2 of 4 blocks failed: sir2 · failing .*not finite"):
        run(tmp_path, study)
    assert [r.times.networks for r in read_study(study, Store(tmp_path))] == [0, 32]


def test_a_write_that_fails_loses_nothing_that_is_done(tmp_path, monkeypatch):
    study = clocks(48)
    replaced, count = os.replace, []

    def full(source, target):
        if Path(target).parent.parent.name == "cells":
            count.append(target)
            if len(count) > 7:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return replaced(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        with pytest.raises(ResultsError, match=r"No space left on device.*free space"):
            run(tmp_path / "a", study)
    done = [r.times.networks for r in read_study(study, Store(tmp_path / "a"))]
    assert sum(done) == 2 * 16
    run(tmp_path / "a", study)
    run(tmp_path / "b", study)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 2 MiB."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if os.name != "posix" or os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_stops_the_study_and_loses_nothing_that_is_done(small_disk, tmp_path):
    study = clocks(64)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(2 * 1024**2 - 160 * 1024))
    with pytest.raises(ResultsError, match=r"No space left on device.*free space"):
        run(small_disk / "a", study)
    done = sum(r.times.networks for r in read_study(study, Store(small_disk / "a")))
    assert 16 <= done < 128
    ballast.unlink()
    heard = run(small_disk / "a", study)
    assert len(heard.blocks) == 8 - done // 16
    run(tmp_path / "b", study)
    assert contents(small_disk / "a") == contents(tmp_path / "b")


def test_a_cell_of_thousands_of_slots_is_kept(tmp_path, monkeypatch):
    """Their names take more than the 64 KiB that an attribute of HDF5 holds."""
    many = entry(name="many", fluent_after=lambda r: 0, slots=4200)
    monkeypatch.setattr("pbwm.compare.models.MODELS", Models({"many": many}))
    small = {"trials_per_epoch": 2}
    study = clocks(1, conditions=(Condition(name="many", models=("many",), task_parameters=small),))
    run(tmp_path, study)
    [result] = read_study(study, Store(tmp_path))
    assert (result.times.networks, result.damaged) == (1, ())
    with h5py.File(Store(tmp_path).cell_path(study.rows()[0], range(1), ".h5")) as file:
        names = file["names/slots"][()]
        assert (len(names), names[-1]) == (4200, b"slot 4200")
        assert sum(map(len, names)) > 2**15
        assert file["record/input_gate"].shape[2] == 4200
