"""`pbwm intervene --carried` is rejected before anything runs if it applies to no model of the run."""

from types import SimpleNamespace

import pytest

from pbwm.compare.analysis.carried import can_carry
from pbwm.compare.cli import intervene as command
from pbwm.compare.errors import PlanError
from pbwm.compare.models import MODELS
from tasks.base.learner import Population
from tasks.catalog import TASKS

SPEC = TASKS["sir2"].build().spec


def networks(model):
    return Population(lambda numbers: MODELS[model].build(SPEC, networks=numbers, seed=5), 2)


def scene(*models):
    return SimpleNamespace(models=models, networks=networks)


@pytest.mark.parametrize(
    ("model", "can"), [("lstm", True), ("gru", True), ("sublstm", True), ("pbwm", False), ("srn", False)]
)
def test_contents_of_cells_can_be_replaced(model, can):
    assert can_carry(networks(model)) == can_carry(networks(model).blocks[0]) == can


def test_a_run_without_such_cells_is_rejected(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "open_run", lambda run: run)
    monkeypatch.setattr(command, "scenes_of", lambda *_: [scene("pbwm"), scene("srn", "pbwm")])
    with pytest.raises(PlanError, match=r"--carried applies to none of the models pbwm, srn: .*; omit --carried"):
        command.intervene(tmp_path, carried=True)
    assert not list(tmp_path.iterdir())


def test_one_such_model_is_enough():
    command._require_carriers([scene("pbwm"), scene("pbwm", "gru")])
