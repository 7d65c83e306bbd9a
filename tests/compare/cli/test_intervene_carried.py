"""`pbwm intervene --carried` is rejected before anything runs if it applies to no model of the run."""

from types import SimpleNamespace

import numpy as np
import pytest

from pbwm.compare.analysis.carried import can_carry
from pbwm.compare.cli import intervene as command
from pbwm.compare.cli.terminal import console
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


@pytest.mark.parametrize("carried", [False, True])
def test_numbers_and_names_are_whole_at_80_columns(carried, monkeypatch):
    one = {name: np.full((1, 2), 0.625) for name in command.GATE_NAMES}
    agreement = SimpleNamespace(agreement=one, by_gates=one, by_rest=one) if carried else None
    of = SimpleNamespace(should=one, should_not=one, ideal=one, declared=one, together=one, carried=agreement)
    times = SimpleNamespace(reached=np.array([True]))
    of_model = SimpleNamespace(title="SIR-2", models=("pbwm-2006",), result=lambda _: SimpleNamespace(times=times))
    monkeypatch.setenv("COLUMNS", "80")
    with (terminal := console()).capture() as shown:
        terminal.print(command._table(of_model, [of], carried))
    row = next(line.split() for line in shown.get().splitlines() if "forget" in line)
    assert row == ["pbwm-2006", "forget", "1/1", *["0.625"] * (8 if carried else 5)]


def test_one_such_model_is_enough():
    command._require_carriers([scene("pbwm"), scene("pbwm", "gru")])
