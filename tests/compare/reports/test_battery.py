"""The page of the battery shows what was run, and nothing else."""

import csv
from dataclasses import replace

import numpy as np
import pytest

from pbwm.compare.analysis.criterion import epochs_to_criterion
from pbwm.compare.experiment import Condition, Study
from pbwm.compare.reports import battery
from pbwm.compare.reports.battery import battery_figure, battery_page, battery_rows, forced_section
from tests.compare.conftest import row_result

STUDY = Study(name="battery", tasks=("sir2", "12ax", "1-back"), models=("pbwm",), epochs=300, networks=17, seed=7)
OTHERS = Study(
    name="battery-others",
    tasks=("12ax",),
    conditions=(
        Condition(name="gradient", models=("lstm", "gru"), epochs=300),
        Condition(name="reward", models=("lstm",), epochs=600),
    ),
    networks=17,
    seed=7,
)
NOT_RUN = epochs_to_criterion("pbwm", np.zeros(0, int), 300)
RESULTS = [row_result(row) for row in STUDY.rows()[:2]] + [replace(row_result(STUDY.rows()[2]), times=NOT_RUN)]
OF_OTHERS = [row_result(row) for row in OTHERS.rows()]
ROWS = battery_rows(STUDY, RESULTS) + battery_rows(OTHERS, OF_OTHERS)


def table(page):
    return [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]


def test_a_line_for_each_task_and_a_column_for_each_model_that_was_run():
    page = battery_page(ROWS)
    head, _, *lines = table(page)
    assert head == ["task", "PBWM", "LSTM, gradient", "GRU", "LSTM, reward"]
    assert [line[0] for line in lines] == ["sir2", "12ax"]
    assert lines[0][1].startswith("3 of 17, > 300, ")
    assert lines[0][2:] == ["–"] * 3
    assert all(entry.startswith("3 of 17, ") for entry in lines[1][1:])
    assert "- PBWM: 17 networks on 2 tasks, at most 300 epochs, seed 7." in page
    assert "- LSTM, gradient; GRU: 17 networks on 1 task, at most 300 epochs, seed 7." in page
    assert "- LSTM, reward: 17 networks on 1 task, at most 600 epochs, seed 7." in page


def test_the_figure_has_a_point_for_each_row():
    share, epochs, frozen = battery_figure(ROWS).axes
    assert [label.get_text() for label in share.get_yticklabels()] == ["1-2-AX", "SIR-2"]
    assert [len(line.get_xdata()) for line in share.lines] == [2, 1, 1, 1]
    assert np.concatenate([line.get_xdata() for line in share.lines]) == pytest.approx(3 / 17, abs=0.005)
    assert np.isnan(np.concatenate([line.get_xdata() for line in epochs.lines])).all()
    assert not np.isnan(np.concatenate([line.get_xdata() for line in frozen.lines])).any()
    assert len({line.get_color() for line in share.lines}) == 3
    assert len({(line.get_color(), line.get_marker()) for line in share.lines}) == 4


def test_page_csv_and_picture_are_written_and_rows_of_other_studies_stay(tmp_path, monkeypatch):
    class Run:
        def __init__(self, study):
            self.study, self.store = study, None

    found = {"one": (STUDY, RESULTS), "other": (OTHERS, OF_OTHERS)}
    monkeypatch.setattr(battery, "open_run", lambda directory: Run(found[directory][0]))
    monkeypatch.setattr(battery, "read_study", lambda study, _: next(r for s, r in found.values() if s is study))
    for directories in (["one"], ["other"], ["one"]):
        battery.write_battery(directories, tmp_path)
    assert (tmp_path / "battery.md").read_text(encoding="utf-8") == battery_page(ROWS)
    with (tmp_path / "battery.csv").open(newline="", encoding="utf-8") as file:
        assert list(csv.DictReader(file)) == ROWS
    assert (tmp_path / "figures" / "battery.png").stat().st_size > 1000


def test_a_run_replaces_its_own_rows_and_keeps_those_of_other_tasks(tmp_path, monkeypatch):
    class Run:
        study, store = STUDY, None

    more = [row_result(STUDY.rows()[1], epochs=(6,) * 32)]
    monkeypatch.setattr(battery, "open_run", lambda directory: Run())
    for results in (RESULTS, more):
        monkeypatch.setattr(battery, "read_study", lambda study, _, results=results: results)
        battery.write_battery(["run"], tmp_path)
    with (tmp_path / "battery.csv").open(newline="", encoding="utf-8") as file:
        assert [(row["task"], row["reached"]) for row in csv.DictReader(file)] == [("sir2", "3/17"), ("12ax", "32/32")]
    page = (tmp_path / "battery.md").read_text(encoding="utf-8")
    assert "- PBWM: 32 networks on 1 task and 17 networks on 1 task, at most 300 epochs, seed 7." in page


def test_a_run_of_fewer_networks_replaces_a_row_only_when_told(tmp_path, monkeypatch):
    class Run:
        study, store = STUDY, None

    def written(networks, **how):
        results = [row_result(STUDY.rows()[1], epochs=(6,) * networks)]
        monkeypatch.setattr(battery, "read_study", lambda study, _: results)
        kept = battery.write_battery(["run"], tmp_path, **how)
        with (tmp_path / "battery.csv").open(newline="", encoding="utf-8") as file:
            return [row["reached"] for row in csv.DictReader(file)], [row["reached"] for row in kept]

    monkeypatch.setattr(battery, "open_run", lambda directory: Run())
    assert written(64) == (["64/64"], [])
    assert written(16) == (["64/64"], ["64/64"])
    assert "- PBWM: 64 networks on 1 task" in (tmp_path / "battery.md").read_text(encoding="utf-8")
    assert written(64) == (["64/64"], [])
    assert written(16, replace=True) == (["16/16"], [])


def test_tasks_with_ideal_gates_are_in_the_order_of_the_battery_with_the_error_of_their_own_test():
    forced = replace(STUDY, name="forced-gates")
    results = [replace(row_result(row), tested=np.array([0.25, np.nan])) for row in forced.rows()[:2][::-1]]
    rows = battery_rows(forced, results)
    section = forced_section(rows)
    lines = table(section)
    assert [(line[0], line[-1]) for line in lines[2:]] == [("sir2", "0.25000"), ("12ax", "0.25000")]
    assert "at most 300 epochs" in section
    assert battery_page(ROWS + rows) == battery_page(ROWS) + section
    assert len(battery_figure(ROWS + rows).axes[0].lines) == 4
    assert forced_section([]) == ""


def test_the_configuration_of_version_1_has_a_table_of_its_own_and_no_marks_in_the_figure():
    study = Study(
        name="battery-without-matches",
        tasks=("12ax",),
        conditions=tuple(Condition(name=name, models=("pbwm",), epochs=300) for name in ("no match units", "merged")),
        networks=17,
        seed=9,
    )
    rows = battery_rows(study, [row_result(row) for row in study.rows()])
    page, plain = battery_page(rows + ROWS), battery_page(ROWS)
    section = page.removeprefix(plain)
    assert page == plain + section
    head, _, line = table(section)
    assert head == ["task", "PBWM, no match units", "PBWM, merged"]
    assert [entry[:7] for entry in line] == ["12ax", "3 of 17", "3 of 17"]
    assert "- PBWM, no match units; PBWM, merged: 17 networks on 1 task, at most 300 epochs, seed 9." in section
    assert len(battery_figure(rows + ROWS).axes[0].lines) == 4


def test_validated_networks_have_a_table_of_their_own_with_the_errors_of_the_frozen_test():
    study = replace(STUDY, name="battery-validated", tasks=("12ax", "sir2"), models=("pbwm", "lstm"), seed=9)
    results = [row_result(row) for row in study.rows()]
    none = replace(results[-1], times=replace(results[-1].times, epochs=np.zeros(17, int)))
    rows = battery_rows(study, [*results[:-1], none])
    page, plain = battery_page(rows + ROWS), battery_page(ROWS)
    section = page.removeprefix(plain)
    assert page == plain + section
    head, _, *lines = table(section)
    assert head == ["task", "PBWM", "LSTM"]
    assert [line[0] for line in lines] == ["sir2", "12ax"]
    frozen = results[0].frozen.summary(among=results[0].times.reached)
    assert lines[1][1] == f"3 of 17, > 300; {frozen.faultless} of 3, {frozen.worst:.4f}"
    assert lines[0][2] == "0 of 17, > 300"
    assert "- PBWM; LSTM: 17 networks on 2 tasks, at most 300 epochs, seed 9." in section
    assert len(battery_figure(rows + ROWS).axes[0].lines) == 4
