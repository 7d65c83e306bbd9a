"""The command can read every `pbwm …` command that is printed in the documentation."""

import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from pbwm.compare.cli.app import app

ROOT = Path(__file__).parents[3]
FILES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "Makefile")),
    *(
        path
        for path in sorted((ROOT / "docs").rglob("*.md"))
        if not {"_build", "generated"} & set(path.relative_to(ROOT).parts)
    ),
    *sorted((ROOT / "notebooks").glob("*.py")),
    *sorted((ROOT / "benchmarks").glob("*.md")),
    *sorted((ROOT / "paper").glob("*.md")),
]
MAKE = re.compile(r"(?:`|^\s*)make ((?:[A-Z]+=\S+ )*)([a-z][a-z-]*)[^`\n]*(?:`|$)", re.MULTILINE)
MODULE = re.compile(r"python -m ([\w.]+)")
INLINE = re.compile(r"`(?:\.venv/bin/)?pbwm\s+([^`]*)`")
LINES = re.compile(r"^\s*(?:\$ |srun |\$\(BIN\)/)?(?:\.venv/bin/)?pbwm ([^`\n]*)$", re.MULTILINE)
PLACEHOLDER = re.compile(r"\[[^\]]*\]|<[^>]*>|…|\.\.\.|\\$|#.*$")


def printed():
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        for found in (*INLINE.findall(text), *LINES.findall(text)):
            command = " ".join(PLACEHOLDER.sub(" ", found).split())
            if command:
                yield pytest.param(command, id=f"{path.name}: {command}")


COMMANDS = list({param.values[0]: param for param in printed()}.values())


def read(command):
    """Have the command read its arguments, and do nothing."""
    words = shlex.split(command)
    group = get_command(app)
    context = group.make_context("pbwm", words)
    while hasattr(group, "resolve_command"):
        name, group, words = group.resolve_command(context, [*context._protected_args, *context.args])
        if hasattr(group, "resolve_command") and not words:
            return  # a group that is named as such
        context = group.make_context(name, words, parent=context)


def fault(command):
    """Why a command cannot be read; None if it can be, or is named alone, without its argument."""
    try:
        read(command)
    except typer.Exit as done:  # --help, --version
        return None if done.exit_code == 0 else "ends with an error"
    except Exception as error:
        lacks = "Missing" in str(error) or "requires an argument" in str(error)
        alone = lacks and len(command.split()) <= 2
        return None if alone else str(error)
    return None


@pytest.mark.parametrize("command", COMMANDS)
def test_a_printed_command_can_be_read(command):
    assert fault(command) is None


@pytest.mark.parametrize("group", ["study", "figure", "reproduce", "task"])
def test_a_list_of_commands_cuts_no_sentence_off(group):
    done = CliRunner().invoke(app, [group, "--help"])
    assert done.exit_code == 0
    _, _, commands = done.output.partition("Commands:")
    assert len(commands.splitlines()) > 1
    assert "..." not in commands


def test_there_are_commands_to_read():
    assert len(COMMANDS) > 40
    assert any(param.values[0].startswith("compare sir2 --models pbwm --networks 32") for param in COMMANDS)


def found_in_documents(pattern, group):
    texts = [path.read_text(encoding="utf-8") for path in FILES if path.name != "Makefile"]
    return sorted({match[group] for text in texts for match in pattern.finditer(text)})


def test_targets_of_make_that_are_named_exist():
    targets = set(re.findall(r"^([a-z][a-z -]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    known = {name for line in targets for name in line.split()}
    named = found_in_documents(MAKE, 2)
    assert {"compare", "battery", "docs", "published"} <= set(named)
    assert set(named) - known == set()


def test_modules_that_are_run_by_name_exist():
    named = found_in_documents(MODULE, 1)
    assert "benchmarks.cost_curves" in named
    assert [name for name in named if find_spec(name) is None] == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("compare 12ax --modles lstm", "--modles"),
        ("compaer 12ax", "compaer"),
        ("study rnu x", "rnu"),
        ("compare 12ax --networks many", "valid integer"),
        ("figure draw --out x", "Missing"),
    ],
)
def test_a_command_that_cannot_be_read_is_found(wrong, says):
    assert says in fault(wrong)
