"""The examples of docs/bringing_your_own.md are as short as it says, and all are on the page."""

import ast
import re

import numpy as np
import pytest

from pbwm.layout import Layout
from pbwm.learner import PBWM
from pbwm.recommended import family_network
from tasks.base.drawing import draw_epochs
from tasks.base.rng import Purpose
from tasks.catalog import TASKS
from tests.docs.examples import PLACE

PAGE = (PLACE.parent / "bringing_your_own.md").read_text(encoding="utf-8")
MOST_LINES = 20
"""Lines of a user's PyTorch model, without imports, blank lines and docstrings."""


def own_lines(source):
    """The lines of code of a module, without imports and docstrings."""
    tree, gone = ast.parse(source), set()
    for node in ast.walk(tree):
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if docstring or isinstance(node, ast.Import | ast.ImportFrom):
            gone |= set(range(node.lineno, node.end_lineno + 1))
    return [line for i, line in enumerate(source.splitlines(), 1) if line.strip() and i not in gone]


@pytest.mark.parametrize("name", ["mygru.py", "transformer.py"])
def test_a_model_of_torch_takes_at_most_twenty_lines(name):
    assert 5 < len(own_lines((PLACE / name).read_text(encoding="utf-8"))) <= MOST_LINES


def test_the_page_includes_every_example_and_no_other():
    included = set(re.findall(r"\{literalinclude\} examples/(\w+\.py)", PAGE))
    assert included == {path.name for path in PLACE.glob("*.py")}


@pytest.mark.parametrize("layout", Layout)
def test_the_manipulation_shuts_its_stripe_in_every_layout(layout):
    made = {}
    exec((PLACE / "shut_every.py").read_text(encoding="utf-8"), made)
    task = TASKS["sir2"].build()
    networks = PBWM(task.spec, networks=range(2), params=family_network(task.spec), layout=layout)
    trials, _ = draw_epochs(task, 5100, range(2), range(1), Purpose.TEST_TRIALS)
    plain = networks[0:2].run(trials, learn=False, record=True).record.input_gate
    with networks.manipulated(made["ShutEvery"](stripe=2)):
        gates = networks.run(trials, learn=False, record=True).record.input_gate
    assert (gates[:, ::3, 2] == 0).all()
    assert (plain[:, ::3, 2] > 0).any()
    assert (gates[:, 0, [0, 1, 3]] == plain[:, 0, [0, 1, 3]]).all()
    assert np.isfinite(gates).all()


def test_with_ideal_gates_cortex_learns_in_a_few_epochs():
    made = {}
    exec((PLACE / "ideal_gates.py").read_text(encoding="utf-8"), made)
    errors = made["errors_with_ideal_gates"](TASKS["delayed-match"].build(), epochs=4, networks=4, seed=5100)
    assert len(errors) == 4
    assert errors[-1] < 0.02 < errors[0]
