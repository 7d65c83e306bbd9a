"""Start-up is fast because of what is not imported."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from typer.main import get_command

from pbwm.compare.cli.app import COMMANDS, app

HEAVY = {"numpy", "scipy", "numba", "llvmlite", "matplotlib", "networkx", "pyarrow", "h5py", "rich", "jinja2", "optuna"}
OF_MODELS = HEAVY - {"numpy", "numba", "llvmlite", "scipy"} | {"scipy.stats", "scipy.optimize"}
"""Not needed to run networks; numba itself looks for scipy."""

COMMAND_LINE = """
import sys
from pbwm.compare.cli.app import app
try:
    app(sys.argv[1:])
finally:
    print(*sys.modules)
"""
ON_DEMAND = ("pbwm", "pbwm.form2006", "pbwm.compare", "lstm_baseline")


def imported(script, *arguments):
    """The modules that a script imports, and their packages. The script prints the names."""
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    names = set(done.stdout.split())
    return names | {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_the_command_line_imports_no_library_of_numbers_or_figures_to_say_what_it_does(argument):
    found = imported(COMMAND_LINE, argument)
    assert {"pbwm", "typer"} <= found
    assert not found & HEAVY


def test_a_command_is_imported_when_it_is_called():
    assert "matplotlib" in imported(COMMAND_LINE, "figure", "--help")


@pytest.mark.parametrize("package", ON_DEMAND)
def test_importing_a_package_imports_none_of_its_modules(package):
    script = f"import sys, {package}; print(*sys.modules)"
    assert not imported(script) & HEAVY


def test_a_network_needs_no_library_of_figures_graphs_or_tables():
    script = (
        "import sys; from pbwm import PBWM; from lstm_baseline import LSTM; import tasks.catalog; print(*sys.modules)"
    )
    found = imported(script)
    assert "numba" in found
    assert not found & OF_MODELS


@pytest.mark.parametrize("package", ON_DEMAND)
def test_type_checkers_and_users_see_the_same_names(package):
    module = import_module(package)
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    homes = {name.name: line.module for line in block.body for name in line.names}
    assert sorted(homes) == sorted(module.__all__)
    assert set(homes) <= set(dir(module))
    for name, home in homes.items():
        assert getattr(module, name) is getattr(import_module(home), name)


def test_a_name_that_a_package_does_not_offer_is_rejected():
    with pytest.raises(ImportError, match="cannot import name 'PBMW' from 'pbwm'"):
        exec("from pbwm import PBMW", {})


def test_help_says_of_each_command_what_the_command_says_of_itself():
    commands = get_command(app).commands
    assert list(commands) == list(COMMANDS)
    for name, command in COMMANDS.items():
        text = " ".join((commands[name].help or "").split())
        assert text.startswith(command.summary.removesuffix(".")), name
