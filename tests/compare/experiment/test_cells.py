"""Files that are damaged, missing, foreign or of other code are never used or lost."""

import os
import random

import pytest

from pbwm.compare.errors import PlanError, ResultsError
from pbwm.compare.experiment import Existing, Store, read_study
from pbwm.compare.experiment import cell as cell_module
from tests.compare.experiment.heard import run
from tests.compare.experiment.rig import clocks, contents

pytestmark = pytest.mark.usefixtures("clock_models")


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


def _directory(path):
    path.mkdir()
    (path / "notes.txt").write_text("mine")


NO_FILES = {
    "directory": _directory,
    "broken link": lambda path: path.symlink_to("nowhere"),
    "link to itself": lambda path: path.symlink_to(path.name),
    "pipe": lambda path: os.mkfifo(path),
}


@pytest.mark.skipif(os.name != "posix", reason="links and pipes")
@pytest.mark.parametrize("kind", NO_FILES)
@pytest.mark.parametrize("name", [".json", ".safetensors", ".h5", "study.toml", "manifest.json"])
def test_what_is_in_the_place_of_a_file_is_set_aside(tmp_path, name, kind):
    study = clocks(16)
    run(tmp_path, study)
    sound, store = contents(tmp_path), Store(tmp_path)
    in_cell = name.startswith(".")
    path = store.cell_path(study.rows()[0], range(16), name) if in_cell else tmp_path / name
    path.unlink()
    NO_FILES[kind](path)
    if in_cell:
        assert "is not a file" in str(read_study(study, store)[0].damaged[0])
    else:
        with pytest.raises(ResultsError, match=rf"{name}: is not a file; run it again"):
            store.declared()
    heard = run(tmp_path, study)
    assert "is not a file" in heard.messages[0]
    assert len(heard.blocks) == in_cell
    place = tmp_path / "set-aside" / path.relative_to(tmp_path / "cells" if in_cell else tmp_path)
    assert os.path.lexists(place)
    assert kind != "directory" or (place / "notes.txt").read_text() == "mine"
    assert contents(tmp_path) == sound


@pytest.mark.parametrize("name", ["study.toml", "manifest.json"])
def test_a_lost_declaration_is_named_and_written_again(tmp_path, name):
    run(tmp_path, clocks(16))
    sound = contents(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(ResultsError, match=rf"{name}: is missing; run it again from its declaration"):
        Store(tmp_path).declared()
    if name == "manifest.json":
        with pytest.raises(ResultsError, match=r"manifest.json: is missing"):
            run(tmp_path, clocks(32))
    assert run(tmp_path, clocks(16)).blocks == []
    assert contents(tmp_path) == sound
    assert not (tmp_path / "set-aside").exists()


def test_missing_files_of_a_cell_are_made_again(tmp_path):
    study = clocks(16)
    run(tmp_path, study)
    sound = contents(tmp_path)
    Store(tmp_path).cell_path(study.rows()[1], range(16), ".h5").unlink()
    assert "lacks its networks-0000-0015.h5" in run(tmp_path, study).messages[0]
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


def test_cells_are_in_the_order_of_their_networks(tmp_path):
    """A scene shows networks 0, 1, … up to the first that is missing; numbers from 10,000 on have five digits."""
    row, store = clocks(16).rows()[0], Store(tmp_path)
    blocks = [range(10_000, 10_016), range(9_984, 10_000), range(0, 16)]
    for block in blocks:
        path = store.cell_path(row, block)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}", encoding="utf-8")
    _, damaged = store.cells(row)
    assert [damage.path for damage in damaged] == [store.cell_path(row, block) for block in blocks[::-1]]


def test_files_of_the_same_name_are_set_aside_side_by_side(tmp_path):
    study = clocks(16)
    for text in ("once", "twice"):
        run(tmp_path, study)
        Store(tmp_path).cell_path(study.rows()[0], range(16)).write_text(text)
    run(tmp_path, study)
    place = tmp_path / "set-aside" / study.rows()[0].directory
    assert [(place / f"networks-0000-0015.json{n}").read_text() for n in ("", ".1")] == ["once", "twice"]


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
