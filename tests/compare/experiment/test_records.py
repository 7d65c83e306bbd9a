"""Stored curves, records and networks, in files of common formats."""

from dataclasses import replace

import h5py
import numpy as np
import pytest

from pbwm.compare.errors import ResultsError
from pbwm.compare.experiment import Condition, Existing, Store, read_study
from pbwm.compare.experiment.records import read_recording
from pbwm.compare.models import Models
from tasks.catalog import TASKS
from tests.compare.conftest import ClockLearner, entry
from tests.compare.experiment.heard import run
from tests.compare.experiment.rig import clocks, contents

pytestmark = pytest.mark.usefixtures("clock_models")


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
    assert "has no .safetensors, which the study now requires" in heard.messages[0]


def test_a_cell_of_thousands_of_slots_is_kept(tmp_path, monkeypatch):
    """Their names exceed the 64 KiB of an attribute of HDF5."""
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


class Resetting(ClockLearner):
    """Resets its memory at the start of a sequence, and records where its gates are open."""

    def record(self, block):
        record = super().record(block)
        resets, opened = block.starts & block.live, record.input_gate > 0.3
        return replace(record, resets=resets, input_open=opened, open_above=0.1)


def test_resets_and_open_gates_are_read_back(tmp_path, monkeypatch):
    resetting = entry(kind=Resetting, name="resetting", fluent_after=lambda r: 0)
    monkeypatch.setattr("pbwm.compare.models.MODELS", Models({"resetting": resetting}))
    study = clocks(20, conditions=(Condition(name="resets", models=("resetting",)),))
    run(tmp_path, study)
    [row] = study.rows()
    paths = [Store(tmp_path).cell_path(row, part, ".h5") for part in (range(16), range(16, 20))]
    read = read_recording(paths, TASKS["sir2"].build().spec, "resetting")
    assert read.record.open_above == 0.1
    live = read.trials.live[..., None]
    np.testing.assert_array_equal(read.record.input_open & live, (read.record.input_gate > 0.3) & live)
    assert read.record.output_open is None
    assert read.record.resets.any()
    np.testing.assert_array_equal(read.record.resets, read.trials.starts & read.live)
