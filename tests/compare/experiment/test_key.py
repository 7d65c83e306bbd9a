"""Stored keys of earlier versions: results resume if only later fields differ."""

import json
import re
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from pbwm.compare.errors import ResultsError
from pbwm.compare.experiment import Store, read_study
from pbwm.compare.experiment.key import other_values
from pbwm.compare.experiment.parameters import changes_between
from pbwm.recommended import recommended, recommended_without_matches
from tasks.base.serialization import LATER, later_defaults
from tasks.catalog import TASKS
from tests.compare.experiment.heard import run

STORED = Path(__file__).parents[2] / "golden" / "store-1.0.0"
"""A run of `pbwm study run` in version 1.0.0: one network of three models, one short epoch of 1-back."""
CAME_LATER = {
    "pbwm": ["match_units", "pfc_activity_fixed", "striatum.rule.output_baseline"],
    "pbwm-2006": ["gate.closed_where_due"],
    "lstm": [],
}
"""Some parameters that the models did not have in 1.0.0."""


MODELS = ("pbwm", "pbwm-2006", "lstm")
SPEC = TASKS["1-back"].build().spec
THEN = {"pbwm": changes_between(recommended(SPEC), recommended_without_matches(SPEC))}
"""Changes from the present parameters of a model to those of 1.0.0."""


@pytest.fixture
def stored(tmp_path):
    """The run of 1.0.0, and its study with the parameters of that version."""
    shutil.copytree(STORED, tmp_path / "run")
    return tmp_path / "run", changed(Store(tmp_path / "run").declared(), "pbwm")


def changed(study, model, **parameters):
    """The study with other parameters of one of its models, which comes first."""
    names = (model, *(name for name in MODELS if name != model))
    of = {name: THEN.get(name, {}) for name in names}
    whole_of = {name.split(".")[0] for name in parameters}  # fields of a part replace the whole part
    of[model] = {name: value for name, value in of[model].items() if name not in whole_of} | parameters
    whole = study.conditions[0]
    return replace(study, conditions=tuple(replace(whole, models=(n,), parameters=of[n]) for n in names))


def test_the_stored_keys_lack_what_came_later(stored):
    directory, study = stored
    for row in study.rows():
        (path,) = (directory / "cells" / row.directory).glob("*.json")
        there = json.loads(path.read_text())["key"]["parameters"]
        assert row.model in CAME_LATER
        for name in CAME_LATER[row.model]:
            assert f"parameters.{name}" in row.later
            assert name.split(".")[-1] not in (there["striatum"]["rule"] if "striatum.rule" in name else there)


def test_results_of_version_1_0_0_are_read_and_resume(stored):
    directory, study = stored
    assert [result.times.networks for result in read_study(study, Store(directory))] == [1, 1, 1]
    before = {path: path.read_bytes() for path in (directory / "cells").rglob("*.json")}
    heard = run(directory, study, mixed=True)
    assert (heard.blocks, heard.messages) == ([], [])
    assert {path: path.read_bytes() for path in (directory / "cells").rglob("*.json")} == before
    assert [result.times.networks for result in read_study(study, Store(directory))] == [1, 1, 1]


def test_a_model_whose_configuration_has_changed_since_is_rejected_by_its_values(stored):
    directory, _ = stored
    study = Store(directory).declared()
    assert [result.times.networks for result in read_study(study, Store(directory))] == [0, 1, 1]
    with pytest.raises(
        ResultsError, match=r"holds other settings: 1-back · pbwm · small: parameters.stripes = 8, not 16"
    ):
        run(directory, study, mixed=True)


@pytest.mark.parametrize(
    ("model", "parameters", "differs"),
    [
        ("pbwm", {"pfc_activity_fixed": False}, "parameters.pfc_activity_fixed = True, not False"),
        ("pbwm", {"match_units.to_output": 0.4}, "parameters.match_units.to_output = absent, not 0.4"),
        ("pbwm", {"striatum.rule.output_baseline": 0.5}, "parameters.striatum.rule.output_baseline = 0.0, not 0.5"),
        ("pbwm", {"hidden": 9}, r"parameters.hidden = \d+, not 9"),
        ("pbwm-2006", {"gate.closed_where_due": True}, "parameters.gate.closed_where_due = False, not True"),
        ("lstm", {"fixed_forget": True}, "parameters.fixed_forget = False, not True"),
    ],
)
def test_another_value_is_rejected_by_name_also_of_a_field_that_came_later(stored, model, parameters, differs):
    directory, study = stored
    other = changed(study, model, **parameters)
    result, *others = read_study(other, Store(directory))
    assert (result.times.networks, [other.times.networks for other in others]) == (0, [1, 1])
    assert re.search(rf"another version of this one \({differs}", str(result.damaged[0]))
    with pytest.raises(ResultsError, match=f"holds other settings: 1-back · {model} · small: {differs}.* --resume"):
        run(directory, other, mixed=True)


@dataclass(frozen=True)
class Rule:
    rate: float = 0.1
    noise: float = field(default=0.0, metadata=LATER)


@dataclass(frozen=True)
class Grown:
    size: int
    rule: Rule = field(default_factory=Rule)
    added: Rule | None = field(default=None, metadata=LATER)
    whole: Rule = field(default_factory=Rule, metadata=LATER)


OLD = {"parameters": {"size": 3, "rule": {"rate": 0.1}}}


def key(**parameters):
    whole = {"rate": 0.1, "noise": 0.0}
    given = {"size": 3, "rule": dict(whole), "added": None, "whole": dict(whole)}
    return {"parameters": given | parameters}


@pytest.mark.parametrize(
    ("now", "differences"),
    [
        (key(), []),
        (key(size=4), ["parameters.size = 3, not 4"]),
        (key(rule={"rate": 0.1, "noise": 0.5}), ["parameters.rule.noise = 0.0, not 0.5"]),
        (key(whole={"rate": 0.2, "noise": 0.0}), ["parameters.whole.rate = 0.1, not 0.2"]),
        (key() | {"consolidation": 3}, ["consolidation = absent, not 3"]),
        (key() | {"epochs": 3}, []),
    ],
)
def test_what_a_stored_key_lacks_has_its_default(now, differences):
    later = later_defaults(Grown(3), "parameters.")
    assert other_values(now, OLD, later) == differences


def test_an_object_that_came_later_is_not_its_absence():
    later = later_defaults(Grown(3), "parameters.")
    now = key(added={"rate": 0.1, "noise": 0.0})
    assert other_values(now, OLD, later)[0] == "parameters.added.rate = absent, not 0.1"
    assert other_values(now, now, later) == []
    assert other_values(key(), now, later)


def test_a_field_that_did_not_come_later_has_no_default():
    assert other_values(key(), {"parameters": {"size": 3}}, later_defaults(Grown(3), "parameters.")) == [
        "parameters.rule.rate = absent, not 0.1"
    ]


def test_objects_in_lists_are_compared_by_field():
    one, other = ({"parts": [{"rate": 1}, {"rate": rate}]} for rate in (2, 3))
    assert other_values(one, other, {}) == ["parts[1].rate = 3, not 2"]
