"""The table of results says n and when, in any width."""

import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from pbwm.compare.experiment import Study
from pbwm.compare.models import MODELS
from pbwm.compare.reports.study import HEADINGS, drawn_study, study_rows, study_table
from tasks.catalog import TASKS
from tests.compare.conftest import row_result
from tests.compare.experiment.rig import reproduction

STUDY = Study(name="comparison", tasks=tuple(TASKS), models=tuple(MODELS), epochs=1000, networks=17)


RESULTS = [row_result(row) for row in STUDY.rows()]


def printed(results, width, study=STUDY):
    out = io.StringIO()
    Console(file=out, width=width, markup=False).print(study_table(study, results))
    return out.getvalue()


@pytest.mark.parametrize("width", [80, 70])
def test_no_number_is_cut(width):
    said = printed(RESULTS, width)
    assert all(len(line) <= width for line in said.splitlines())
    rows = [" ".join(line.split()) for line in said.splitlines() if "3/17" in line]
    assert len(rows) == len(TASKS) * len(MODELS)
    assert "…" not in said
    for row in rows:
        assert "1000 3/17 6–41 > 1000 0.0000 0.0150 2/3" in row


def test_every_name_is_whole_at_80_columns():
    lines = printed(RESULTS, 80).splitlines()
    for name in (*TASKS, *MODELS):
        assert any(line.split(" 1000 ")[0].strip() == name for line in lines), name


def test_frozen_errors_are_those_of_the_networks_that_learned():
    cells = dict(zip(HEADINGS, study_rows(STUDY, RESULTS[:1])[0], strict=True))
    assert (cells["frozen error"], cells["worst frozen error"], cells["without an error"]) == (
        "0.0000",
        "0.0150",
        "2/3",
    )
    assert cells["frozen steps that count"] == "200"
    nobody = dict(zip(HEADINGS, study_rows(STUDY, [row_result(STUDY.rows()[0], (0, 0))])[0], strict=True))
    assert (nobody["frozen error"], nobody["without an error"]) == ("", "")


def test_a_network_without_a_frozen_result_does_not_hide_those_of_the_others():
    [result] = RESULTS[:1]
    counted = result.frozen.counted.copy()
    counted[np.flatnonzero(result.times.reached)[0]] = 0
    result = replace(
        result, frozen=replace(result.frozen, errors=np.minimum(result.frozen.errors, counted), counted=counted)
    )
    cells = dict(zip(HEADINGS, study_rows(STUDY, [result])[0], strict=True))
    assert (cells["reached"], cells["worst frozen error"], cells["without an error"]) == ("3/17", "0.0150", "1/2")
    said = " ".join(printed([result, *RESULTS[1:]], 80).split())
    assert f"in that test have no frozen error: {result.row.label} (1)." in said
    assert "have no frozen error" not in printed(RESULTS, 80)


def test_only_networks_of_conditions_with_consolidation_are_said_to_have_been_trained_further():
    row = replace(STUDY.rows()[0], consolidation=3)
    further = "were trained for 3 further epochs before that test (consolidation)."
    assert f"These networks {further}" in " ".join(printed([row_result(row)], 80).split())
    plain, longer = replace(row, consolidation=0), replace(row, condition="longer")
    said = " ".join(printed([row_result(plain), row_result(longer)], 80).split())
    assert f"Those of “longer” {further}" in said
    assert "These networks" not in said


def test_brackets_in_names_are_no_markup():
    row = replace(STUDY.rows()[0], condition="[short] x[/y]z")
    assert "[short] x[/y]z" in printed([row_result(row)], 160)
    assert "[bold]" in printed([row_result(row)], 160, replace(STUDY, name="[bold]"))


def test_every_line_of_panels_begins_with_the_names_of_the_rows():
    study = replace(STUDY, tasks=tuple(TASKS)[:5], models=tuple(MODELS)[:2])
    figure = drawn_study(study, [row_result(row) for row in study.rows()])[-1].figure
    named = [bool(ax.yaxis.get_tick_params()["labelleft"]) for ax in figure.axes]
    assert named == [True, False, False, True, False]


@pytest.mark.parametrize(("row", "unit"), [(STUDY.rows()[0], "epochs"), (reproduction().rows()[0], "sequences")])
def test_survival_curves_have_the_unit_of_their_rows(row, unit):
    assert row.unit == unit
    drawn = drawn_study(STUDY, [row_result(row)])[0]
    assert drawn.figure.axes[0].get_xlabel() == unit
    assert f"over {unit} of training" in drawn.caption
    assert drawn.header[1] == unit


def test_a_row_that_was_not_run_on_a_task_says_so():
    study = replace(STUDY, tasks=("sir2", "12ax"), models=("pbwm", "lstm"))
    rows = [row for row in study.rows() if (row.task, row.model) != ("12ax", "lstm")]
    figure = drawn_study(study, [row_result(row) for row in rows])[-1].figure
    assert [[text.get_text() for text in ax.texts] for ax in figure.axes] == [[], ["not run"]]
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["networks that reached the criterion", "95% interval"]


def test_names_of_rows_do_not_repeat_what_the_model_says():
    def names(*rows):
        study = replace(STUDY, tasks=("sir2",), models=tuple(model for model, _ in rows))
        found = [row_result(replace(study.rows()[0], model=model, condition=condition)) for model, condition in rows]
        figure = drawn_study(study, found)[-1].figure
        return [label.get_text() for label in figure.axes[0].get_yticklabels()]

    assert names(("lstm", "targets"), ("lstm-reward", "reward alone")) == ["LSTM, targets", "LSTM, reward alone"]
    both = names(("lstm", "reward alone"), ("lstm-reward", "reward alone"))
    assert both == ["LSTM, reward alone", "LSTM, reward, reward alone"]
