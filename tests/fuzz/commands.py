"""Thousands of command lines and declarations: ``python -m tests.fuzz.commands``, a part of `make fuzz`.

Its number determines each. A command must end with exit status 0, or with 2 and one line. Nothing is trained, only
planned.
"""

import contextlib
import os
import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from unittest.mock import patch

from typer.testing import CliRunner

from pbwm.compare.cli.app import app
from pbwm.compare.errors import CompareError
from pbwm.compare.experiment import from_toml
from pbwm.compare.models import MODEL_ERRORS
from tasks.base.errors import TaskError

OURS = (TaskError, CompareError, *MODEL_ERRORS)
COMMANDS = [
    "compare",
    "tasks",
    "models",
    "report",
    "circuit",
    "gate",
    "verify",
    "study/list",
    "study/show",
    "study/run",
    "study/resume",
    "study/status",
    "study/table",
    "study/plot",
    "reproduce/oreilly2006",
    "reproduce/gers2000",
    "reproduce/hochreiter1997",
    "figure/list",
    "figure/draw",
    "task/show",
    "task",
    "study",
    "nonsense",
    "/",
]
OPTIONS = [
    "--out",
    "--replicas",
    "--networks",
    "--models",
    "--resume",
    "--overwrite",
    "--no-save",
    "--epochs",
    "--seed",
    "--threads",
    "--learners",
    "--workers",
    "--on",
    "--shard",
    "--mixed",
    "--set",
    "--sequences",
    "--range",
    "--task",
    "--form",
    "--stripes",
    "--scheduler",
    "--show",
    "--no-networks",
    "--help",
    "--version",
    "--",
    "-x",
    "--no-such",
    "--seed=",
    "--set=stimuli=2",
]
NAMES = [
    "sir2",
    "12ax",
    "adding",
    "sri2",
    "learning",
    "search-reward",
    "lstm",
    "pbwm,lstm",
    "own.toml",
    "own",
    "2a",
    "4-t-500",
    "figure-10",
    "disinhibition",
    "2006",
    "threads",
    "dask",
    "3/8",
    "0/0",
    "stimuli=2",
    "stimuli=x",
    "agreement",
]
NUMBERS = [
    *["0", "1", "-1", "2", "3.5", "1e3", "1e309", "nan", "inf", "-inf", "0x10", "1_0"],
    "9" * 19,
    "9" * 400,
    "9" * 5000,
]
TEXTS = [
    *[
        "-",
        ".",
        "..",
        "~",
        "*",
        "[short]",
        "x[/y]z",
        "[/]",
        ":smile:",
        "\x07",
        "\x1b[2J",
        "\u202e",
        "é²→",
        "🧠",
        "%s%n{0}",
        "own.toml/",
        "results",
        "a=b=c",
    ],
    *("", " ", "a\nb", "a\tb", "\udc80", "a\0b", os.devnull, f"{os.devnull}/x", "x" * 300, "x" * 5000),
    *("stimuli=" + "-" * 5000 + "1", "stimuli=" + "(" * 900, "stimuli=__import__('os')"),
]
FILE = 'name = "own"\ntasks = ["sir2"]\nmodels = ["lstm"]\nnetworks = 2\nepochs = 3\n'


def command_line(number):
    rng = Random(f"command {number}")
    arguments = [word for word in rng.choice(COMMANDS).split("/") if word]
    for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 4, 6])):
        pool = rng.choice([NAMES, NAMES, OPTIONS, OPTIONS, NUMBERS, TEXTS])
        arguments.append(rng.choice(pool))
        if pool is OPTIONS and rng.random() < 0.7:
            arguments.append(rng.choice(rng.choice([NAMES, NUMBERS, TEXTS])))
    return arguments


def declaration(number):
    """A text that may or may not declare a study."""
    rng = Random(f"declaration {number}")
    if rng.random() < 0.15:
        text = list(FILE)
        for _ in range(rng.randint(1, 6)):
            text[rng.randrange(len(text))] = rng.choice(
                ['"', "[", "]", "=", "\n", "\0", "\ufeff", "é", "{", "'", "9", "#"]
            )
        return "".join(text)
    lines = FILE.splitlines() if rng.random() < 0.9 else []
    for _ in range(rng.choice([0, 0, 1, 1, 2, 4])):
        key = rng.choice(KEYS)
        lines = [line for line in lines if line.split(" ")[0] != key]
        lines.append(f"{key} = {value(rng)}")
    for head in rng.sample(HEADS, rng.choice([0, 0, 1, 2])):
        lines.append(head)
        lines += [f"{rng.choice(KEYS)} = {value(rng)}" for _ in range(rng.choice([0, 1, 1, 2]))]
    return "\n".join(lines)


KEYS = [
    "name",
    "question",
    "tasks",
    "learners",
    "replicas",
    "models",
    "networks",
    "seed",
    "epochs",
    "criterion",
    "record",
    "purpose",
    "search",
    "conditions",
    "parameters",
    "task_parameters",
    "against",
    "blocks",
    "learning.optimiser.learning_rate",
    "stores",
    "space",
    "points",
    "design",
    "low",
    "high",
    "choices",
    "log",
    "learning.class",
    "'a-b'",
    '""',
    "dtype",
    "peepholes",
]
IN_CONDITION = "[[conditions]]\nname = 'c{}'\n[conditions.{}]"
HEADS = [
    *[
        "[[conditions]]",
        "[conditions]",
        "[search]",
        "[search.space]",
        "[search.space.blocks]",
        "[conditions.parameters]",
        "[against]",
    ],
    *(IN_CONDITION.format(i, of) for i, of in enumerate(("parameters", "parameters", "task_parameters", "against"))),
]
PLAIN = [
    *[
        "true",
        "false",
        "0",
        "1",
        "-1",
        "2.5",
        "nan",
        "inf",
        "1e400",
        "1979-05-27",
        "07:32:00",
        "1979-05-27T07:32:00Z",
        "[]",
        "{}",
        "0x10",
        "0b11",
        "[1,2]",
        "[true]",
    ],
    *[
        '""',
        "'x'",
        "'sir2'",
        "'lstm'",
        "'none'",
        "'search'",
        '"\\u0007"',
        '"\\u202e"',
        '"a\\nb"',
        "'[short]'",
        "['sir2']",
        "['curves']",
    ],
    *("9" * 19, "9" * 400, "9" * 5000, f"'{'x' * 500}'", "['lstm', 'pbwm']", "{ low = 1, high = 3 }"),
    *("{ condition = 'c0' }", "{ class = 'Adam' }", "{ choices = [1, 2] }", "5000"),
]
SPOILS = ['"', "[", "]", "=", "\n", "\0", "\ufeff", "é", "{", "'", "9", "#"]


def value(rng, depth=0):
    if depth < 3 and rng.random() < 0.15:
        inner = [value(rng, depth + 1) for _ in range(rng.randint(0, 3))]
        table = ", ".join(f"k{i} = {of}" for i, of in enumerate(inner))
        return f"[{', '.join(inner)}]" if rng.random() < 0.5 else f"{{ {table} }}"
    if rng.random() < 0.02:
        return "[" * 3000 + "]" * 3000
    return rng.choice(PLAIN)


@contextlib.contextmanager
def nothing_trained():
    """Only plan what would train networks, draw for seconds or start a cluster."""
    stand_ins = {
        "pbwm.compare.cli.running.run_study": lambda *_, **__: None,
        "pbwm.compare.cli.running.executor": lambda *_: contextlib.nullcontext(),
        "pbwm.compare.cli.circuit._range": lambda *_: (0.0, 3.0),
    }
    with contextlib.ExitStack() as stack:
        for name, stand_in in stand_ins.items():
            stack.enter_context(patch(name, stand_in))
        yield


def try_command(number):
    """The outcome of a command line: "done", "rejected", or the failure."""
    arguments = command_line(number)
    result = CliRunner().invoke(app, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        return f"traceback of {type(result.exception).__name__}: {arguments!r}"
    if result.exit_code == 0:
        return "done"
    lines = [line for line in result.stderr.splitlines() if not line.startswith("Note: ")]
    if result.exit_code != 2:
        return f"exit status {result.exit_code}: {arguments!r}"
    if lines and lines[0].strip().startswith("Usage:") and "Error" not in result.stderr:
        return "done"  # help
    if len(lines) != 1 or not lines[0].startswith("Error: ") or len(lines[0]) > 1300:
        return f"{len(lines)} lines: {arguments!r}"
    return "rejected"


def try_declaration(number):
    text = declaration(number)
    try:
        from_toml(text)
    except OURS as error:
        return "rejected" if str(error).strip() else f"no message: {text!r}"
    except Exception as error:
        return f"traceback of {type(error).__name__}: {text!r}"
    return "done"


KINDS = {"command lines": try_command, "declarations": try_declaration}


def campaign(kind, inputs, first=0):
    """Outcomes of `inputs` inputs: a count by outcome, and failures by number."""
    counts, faults, here = Counter(), {}, Path.cwd()
    with TemporaryDirectory() as place, nothing_trained():
        inner = Path(place) / "a" / "b" / "c"
        inner.mkdir(parents=True)
        (inner / "own.toml").write_text(FILE)
        os.chdir(inner)
        try:
            for number in range(first, first + inputs):
                outcome = KINDS[kind](number)
                counts[outcome if outcome in ("done", "rejected") else "fault"] += 1
                if outcome not in ("done", "rejected"):
                    faults[number] = outcome
        finally:
            os.chdir(here)
    return counts, faults


def main():
    parser = ArgumentParser(description="Give command lines and declarations to the command.")
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    given = parser.parse_args()
    print("| kind | inputs | done | rejected | tracebacks |\n|---|---|---|---|---|", flush=True)
    failed = False
    for kind in KINDS:
        counts, faults = campaign(kind, given.inputs, given.first)
        print(f"| {kind} | {given.inputs} | {counts['done']} | {counts['rejected']} | {counts['fault']} |", flush=True)
        for number, fault in list(faults.items())[:20]:
            print(f"    {kind}, input {number}: {fault[:400]}", file=sys.stderr, flush=True)
        failed |= bool(faults)
    sys.exit(failed)


if __name__ == "__main__":
    main()
