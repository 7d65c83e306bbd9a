"""The catalog describes the networks that it builds, and no other module knows their names."""

import ast
from dataclasses import asdict
from pathlib import Path

import pytest

import pbwm.compare
from pbwm.compare.models import MODEL_ERRORS, MODELS
from tasks.base.errors import UnknownNameError
from tasks.catalog import TASKS
from tests.compare.conftest import TAKE_MODELS

PLACE = Path(pbwm.compare.__file__).parent


@pytest.mark.parametrize("name", MODELS)
def test_parameters_are_those_of_the_networks(name):
    for task in ("sir2", "12ax"):
        spec = TASKS[task].build().spec
        learner = MODELS[name].build(spec, networks=range(1))
        assert MODELS[name].parameters(spec) == asdict(learner.params)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_raises_errors_of_its_own_package(name):
    with pytest.raises(MODEL_ERRORS):
        MODELS[name].build(TASKS["sir2"].build().spec, networks=range(17))


def test_the_window_of_the_gradient_is_the_one_that_the_summary_names():
    spec = TASKS["sir2"].build().spec
    assert f"windows of {MODELS['lstm'].parameters(spec)['learning']['rule']['window']} steps" in MODELS["lstm"].summary


def test_the_first_form_has_no_forget_gate_and_begins_anew():
    params = MODELS["lstm-1997"].parameters(TASKS["sir2"].build().spec)
    assert (params["forget_gate"], params["reset_at_start"]) == (False, True)
    assert params["blocks"] * params["cells_per_block"] == 8


def test_an_unknown_model_brings_up_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'lstm-2000'"):
        MODELS["lstm-200"]


def named(source):
    """Names of models in the code of a module, and the models' packages that it imports."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and node.value in MODELS:
            found.add(node.value)
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            found |= {node.module} & {"lstm_baseline", "pbwm.learner", "pbwm.params"}
            found |= {node.module.split(".")[0]} & {"lstm_baseline"}
    return found


def test_only_the_catalog_names_a_model():
    """Some commands show PBWM alone, studies are about models, and "pbwm" is also the command's name."""
    spelled = {
        path.relative_to(PLACE).as_posix(): named(path.read_text())
        for path in PLACE.rglob("*.py")
        if path.parent.name not in ("studies", "published")
    }
    assert spelled.pop("models.py") >= {"pbwm", "lstm", "lstm-2000", "lstm_baseline", "pbwm.learner"}
    for alone in ("emergent/verify.py", "cli/circuit.py", "analysis/striatum.py"):
        assert spelled.pop(alone) <= {"pbwm.learner", "pbwm.params"}
    assert spelled.pop("__init__.py") == {"lstm_baseline", "pbwm.learner"}  # what scripts are offered
    assert {name for name, names in spelled.items() if names - {"pbwm"}} == set()


def test_every_module_that_keeps_the_catalog_is_imported_before_tests_change_it():
    found = set()
    for path in PLACE.rglob("*.py"):
        for line in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(line, ast.ImportFrom) and line.module == "pbwm.compare.models":
                names = {name.name for name in line.names}
                found |= {".".join(path.relative_to(PLACE).with_suffix("").parts)} if "MODELS" in names else set()
    assert found == {*TAKE_MODELS, "published.paper"}
