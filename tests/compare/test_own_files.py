"""Files of users' tasks and models: what is rejected before a run, and what changes the results' identity."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pbwm.compare.experiment import Study, Where, executor, load_networks, open_run, run_study
from pbwm.compare.models import MODELS
from tasks.base.outside import OutsideError
from tests.compare.others import OWN_MODEL, OWN_TASK, said

BEGINS = "        shown = rng.integers(self.symbols, size=n * self.steps)\n"
BROKEN = {
    "a target that is no response": ("np.roll(shown, 1)", "np.roll(shown, 1) + 2", "target = 3 must be below 2"),
    "the global generator": ("= rng.integers(", "= np.random.randint(", "when drawn again with the same rng"),
    "nothing that counts": ("counts=step > 0", "counts=step > 9", "steps that count = 0 of 2000, so that nothing is"),
    "an end of the process": (BEGINS, f"{BEGINS}        raise SystemExit\n", "cannot be drawn (SystemExit, broken.py"),
    "a script": ("@dataclass(", "raise SystemExit\n\n\n@dataclass(", "broken.py: cannot be run (SystemExit, broken.py"),
    "a package that is not installed": (
        "@dataclass(",
        "import no_such_package\n\n\n@dataclass(",
        "); install no_such_package, or correct the file",
    ),
    "no novel sequences": (
        "    def trials(",
        "    def novel(self):\n        raise ValueError('no pairs')\n\n    def trials(",
        "novel() cannot be made (ValueError: no pairs, broken.py line",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_task_is_rejected_before_anything_is_run(empty, case):
    """No directory is made, which would reject the corrected task as one of other settings."""
    was, now, says = BROKEN[case]
    text = (empty / "mytask.py").read_text()
    assert was in text
    (empty / "broken.py").write_text(text.replace(was, now))
    words = ("compare", "broken.py:MyTask", "--models", OWN_MODEL, "--networks", 1, "--epochs", 1, "--out", "r")
    rejected = said(*words)
    assert rejected.exit_code == 2
    assert says in rejected.stderr
    assert not (empty / "r").exists()


def test_classes_of_one_name_in_two_files_stay_apart(empty):
    """Two models of one study, one of which always answers wrongly, keep their classes in further training."""
    text = (empty / "counts.py").read_text().replace("Counts", "Twice")
    (empty / "right.py").write_text(text)
    (empty / "wrong.py").write_text(text.replace("argmax()", "argmin()"))
    for epochs in (2, 4):
        study = Study(
            name="apart",
            tasks=(OWN_TASK,),
            models=("right.py:Twice", "wrong.py:Twice"),
            networks=2,
            epochs=epochs,
            record=("curves", "weights"),
        )
        with executor(Where.THREADS, 1) as pool:
            run_study(study, Path("r"), pool)
    scene = open_run("r").scene()
    assert (scene.result("right.py:Twice").frozen.error == 0).all()
    assert (scene.result("wrong.py:Twice").frozen.error == 1).all()
    for model in scene.models:
        [block] = scene.networks(model).blocks
        assert type(block) is MODELS[model].networks_class
    [path] = (empty / "r" / "cells").glob("*wrong*/*.safetensors")
    with pytest.raises(OutsideError, match="model = 'Twice' is the name of 2 classes; load with the `load` of the"):
        load_networks(path)


PARAMETERS = "    prior: float = 0.5\n"


def with_parameter(empty, file, field, value, after=PARAMETERS):
    text = (empty / file).read_text().replace("import dataclass", "import dataclass, field")
    assert after in text
    head = "\n\ndef half(x):\n    return x / 2\n\n\nclass Thing:\n    pass\n\n\n@dataclass("
    (empty / "own.py").write_text(
        text.replace(after, f"{after}    {field} = {value}\n").replace("\n\n@dataclass(", head)
    )


def test_results_with_parameters_of_any_fixed_value_are_found_again_in_another_process(empty):
    values = "field(default_factory=lambda: (half, np.tanh, frozenset('abcdefg'), np.ones(9)))"
    with_parameter(empty, "mytask.py", "more: object", values, "    steps: int = 8\n")
    words = ("compare", "own.py:MyTask", "--models", OWN_MODEL, "--networks", "1", "--epochs", "1", "--out", "r")
    script = f"from pbwm.compare.cli.app import app\napp({list(words)!r})\n"
    hashes = {**os.environ, "PYTHONHASHSEED": "5"}
    first = subprocess.run([sys.executable, "-c", script], env=hashes, check=False, capture_output=True, text=True)
    assert first.returncode == 0, first.stderr
    before = {path: path.stat().st_mtime_ns for path in (empty / "r" / "cells").rglob("*.json")}
    again = said(*words)
    assert again.exit_code == 0, again.stderr
    assert {path: path.stat().st_mtime_ns for path in (empty / "r" / "cells").rglob("*.json")} == before


NOT_STORED = {
    "an object": ("object", "Thing()", "Thing object at 0x", "is written differently in each process; use numbers"),
    "a function": ("object", "half", "parameters.more = <function half", "cannot be serialized"),
    "a number without its type": ("object", "3", "parameters.more = 3 is not of type object", "or store no networks"),
    "a set": ("frozenset", "frozenset('ab')", "parameters.more = frozenset", "cannot be serialized"),
}


@pytest.mark.parametrize("case", NOT_STORED)
def test_parameters_that_cannot_be_stored_are_rejected_before_anything_is_run(empty, case):
    kind, value, *says = NOT_STORED[case]
    with_parameter(empty, "counts.py", f"more: {kind}", value)
    words = ("compare", OWN_TASK, "--models", "own.py:Counts", "--networks", 1, "--epochs", 1, "--out", "r")
    rejected = said(*words)
    assert rejected.exit_code == 2
    for text in says:
        assert text in rejected.stderr
    assert not (empty / "r").exists()
    if case in ("an object", "a function"):
        assert said(*words, "--no-save").exit_code == (2 if case == "an object" else 0)


def test_parameters_must_be_a_dataclass(empty):
    text = (empty / "counts.py").read_text()
    (empty / "own.py").write_text(text.replace("@dataclass(frozen=True, kw_only=True)\n", ""))
    rejected = said("compare", OWN_TASK, "--models", "own.py:Counts", "--out", "r")
    assert rejected.exit_code == 2
    assert "must be a dataclass; decorate it with @dataclass(frozen=True, kw_only=True)" in rejected.stderr
