"""A section in Markdown gives the command of each row, and omits empty columns."""

from dataclasses import replace

from pbwm.compare.published import PAPERS
from pbwm.compare.published.sections import markdown_table, settings
from tests.compare.experiment.rig import clocks

PARTS = PAPERS["oreilly2006"].parts


def test_rows_of_one_model_give_only_what_they_change():
    text = settings(PARTS["table-2"].study)
    head, *changes = text.strip().splitlines()
    assert head == (
        "Study `rbp-12ax`, seed 0, networks 0 to 19; task `12ax`, model `rbp`. "
        "Stopping rule: 2 successive epochs without an error."
    )
    assert changes[:2] == ["", "- window 16: `strict = True`, `window = 16`"]
    assert "- by response, window 6: `window = 6`" in changes


def test_rows_of_several_models_name_theirs_once_and_rules_their_tasks():
    text = settings(PARTS["figure-11"].study)
    assert "tasks `sir2-dedicated` and `sir2`. Stopping rule: 2 successive epochs" in text
    assert "2 successive epochs without an error (sir2-dedicated); 4 successive epochs without an error (sir2)" in text
    assert text.count("- SRN: `srn`, `hidden = 49`, `learning_rate = 0.01`\n") == 1
    assert "- PBWM: `pbwm`\n" in text


def test_rules_that_differ_within_a_task_name_their_rows(clock_models):
    study = clocks(16)
    even, *others = study.conditions
    text = settings(replace(study, conditions=(replace(even, criterion=3), *others)))
    assert f"3 successive epochs without an error ({even.name})" in text
    one = replace(study, conditions=(even,), criterion=1)
    assert settings(one).endswith("Stopping rule: an epoch without an error.\n")


def test_a_table_keeps_tasks_and_units_that_differ():
    header = ("task", "networks", "sd", "budget", "unit")
    lines = [("sir2", "a", "", "9", "epochs"), ("12ax", "a", "", "8", "sequences")]
    assert markdown_table(header, lines).splitlines() == [
        "| task | networks | budget | unit |",
        "| --- | --- | --- | --- |",
        "| sir2 | a | 9 | epochs |",
        "| 12ax | a | 8 | sequences |",
    ]
