"""The page of the battery shows what was run, and nothing else."""

import csv
from dataclasses import replace

import numpy as np
import pytest

from pbwm.compare.analysis.criterion import epochs_to_criterion
from pbwm.compare.experiment import Condition, Study
from pbwm.compare.reports import battery
from pbwm.compare.reports.battery import battery_figure, battery_page, forced_section, forms_section
from tests.compare.conftest import row_result

STUDY = Study(name="battery", tasks=("sir2", "12ax", "1-back"), models=("pbwm",), epochs=300, networks=17, seed=7)
NOT_RUN = epochs_to_criterion("pbwm", np.zeros(0, int), 300)
RESULTS = [row_result(row) for row in STUDY.rows()[:2]] + [replace(row_result(STUDY.rows()[2]), times=NOT_RUN)]


def test_a_row_for_each_task_that_was_run():
    page = battery_page(STUDY, RESULTS)
    lines = [line for line in page.splitlines() if line.startswith("| ")]
    assert [line.split(" | ")[0] for line in lines[2:]] == ["| sir2", "| 12ax"]
    assert lines[2].split(" | ")[1:4] == ["3 of 17", "6–41", "> 300"]
    assert "seed 7" in page
    assert "17 networks for each task; at most 300 epochs" in page


def test_the_figure_has_a_place_for_each_of_them():
    share, epochs, frozen = battery_figure(RESULTS).axes
    assert [label.get_text() for label in share.get_yticklabels()] == ["12ax", "sir2"]
    assert [bar.get_width() for bar in share.patches] == pytest.approx([3 / 17, 3 / 17])
    assert all(len(line.get_xdata()) == 3 for axes in (epochs, frozen) for line in axes.lines)


def test_page_csv_and_picture_are_written(tmp_path, monkeypatch):
    class Run:
        study, store = STUDY, None

    monkeypatch.setattr(battery, "open_run", lambda _: Run)
    monkeypatch.setattr(battery, "read_study", lambda *_: RESULTS)
    battery.write_battery(tmp_path, tmp_path)
    assert (tmp_path / "battery.md").read_text(encoding="utf-8") == battery_page(STUDY, RESULTS)
    with (tmp_path / "battery.csv").open(newline="", encoding="utf-8") as file:
        assert [line["task"] for line in csv.DictReader(file)] == ["sir2", "12ax"]
    assert (tmp_path / "figures" / "battery.png").stat().st_size > 1000
    monkeypatch.setattr(battery, "forms_section", lambda *_: "forms")
    battery.write_battery(tmp_path, tmp_path, tmp_path, tmp_path)
    assert (tmp_path / "battery.md").read_text(encoding="utf-8").endswith(f"{forced_section(STUDY, RESULTS)}forms")


def test_tasks_with_ideal_gates_are_in_the_order_of_the_battery_with_the_error_of_their_own_test():
    results = [replace(result, tested=np.array([0.25, np.nan])) for result in RESULTS[::-1]]
    lines = [line.split(" | ") for line in forced_section(STUDY, results).splitlines() if line.startswith("| ")]
    assert [(line[0], line[-1]) for line in lines[2:]] == [("| sir2", "0.25000 |"), ("| 12ax", "0.25000 |")]
    assert "at most 300 epochs" in forced_section(STUDY, results)


def test_forms_are_in_the_order_of_the_study_and_their_tasks_in_that_of_the_battery():
    names, tasks = ("reward alone", "merged gate"), ("12ax", "sir2")
    conditions = tuple(Condition(name=name, tasks=tasks, models=("pbwm",), epochs=300) for name in names)
    study = Study(name="battery-forms", conditions=conditions, networks=17, seed=7)
    section = forms_section(study, [row_result(row) for row in study.rows()[1:]])
    lines = [line.split(" | ")[:2] for line in section.splitlines() if line.startswith("| ")]
    assert lines[2:] == [["| sir2", "reward alone"], ["| sir2", "merged gate"], ["| 12ax", "merged gate"]]
