"""Tasks and models of others run, are stored, and are read by the same names as those of the catalog."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pbwm.compare import models as catalog
from pbwm.compare.errors import RunFailedError
from pbwm.compare.experiment import Condition, Study, Where, executor, load_networks, open_run, run_study
from pbwm.compare.figures import gallery
from pbwm.compare.models import MODELS, kind_of, register
from tasks.base.outside import OutsideError
from tasks.base.own import OwnLearner
from tests.compare.others import OWN_MODEL, OWN_TASK, said


def compared(*words):
    return said(
        "compare", OWN_TASK, "--models", f"lstm,{OWN_MODEL}", "--networks", 2, "--epochs", 3, "--out", "r", *words
    )


def test_a_comparison_takes_them_and_its_directory_gives_them_back(empty):
    done = compared()
    assert done.exit_code == 0, done.stderr
    assert "counts.py:Counts" in done.stdout
    scene = open_run(Path("r")).scene()
    assert scene.models == ("lstm", OWN_MODEL)
    assert scene.networks(OWN_MODEL).networks == 2
    assert (empty / "r" / "figures" / "raster-counts.py-Counts.png").exists()
    [path] = (empty / "r" / "cells").glob("*counts*/*.safetensors")
    again = load_networks(path)
    np.testing.assert_array_equal(again.state()["counts"], scene.networks(OWN_MODEL).state()["counts"])
    assert said("intervene", "r", "--steps", 20).exit_code == 0
    assert said("figure", "draw", "r", "errors", "interventions").exit_code == 0
    assert compared().exit_code == 0


@pytest.mark.usefixtures("one_figure")
def test_figures_tell_models_of_one_kind_apart_and_leave_out_what_has_nothing_to_show(empty):
    """`sublstm` and `lstm` are one class of networks; `Counts` has no gates and constant content."""
    models = ("lstm", "sublstm", OWN_MODEL)
    words = ("compare", OWN_TASK, "--models", ",".join(models), "--networks", 2, "--epochs", 3, "--out", "r")
    assert said(*words).exit_code == 0
    scene = open_run(Path("r")).scene()
    for name, titles in (("error-origins", ["LSTM", "subLSTM"]), ("further-training", ["LSTM", "subLSTM", "Counts"])):
        [drawn] = gallery.draw(name, scene)
        legends = [*drawn.figure.legends, *(ax.get_legend() for ax in drawn.figure.axes)]
        found = [text.get_text() for legend in legends if legend for text in legend.get_texts()]
        named = [title for text in found if (title := text.split(",")[0]) in ("LSTM", "subLSTM", "Counts")]
        assert named == titles, (name, found)
    [drawn] = gallery.draw("equivalence", scene)
    assert [ax.get_title("left") for ax in drawn.figure.axes] == ["LSTM: 2 networks", "subLSTM: 2 networks"]
    assert "Left out, because the content of their slots does not vary: Counts." in drawn.caption


@pytest.mark.usefixtures("one_figure")
def test_the_view_shows_the_other_models_of_a_run(empty):
    assert compared().exit_code == 0
    page = ("--html", "v.html", "--steps", 2)
    done = said("view", "r", *page)
    assert done.exit_code == 0, done.stderr
    assert "Not shown: counts.py:Counts, which lacks anatomy" in done.stdout
    rejected = said("view", "r", "--models", OWN_MODEL, *page)
    assert "model = 'counts.py:Counts' cannot be shown; give a model anatomy" in rejected.stderr
    assert said("compare", OWN_TASK, "--models", OWN_MODEL, "--networks", 1, "--epochs", 1, "--out", "q").exit_code == 0
    assert "models of q = 'counts.py:Counts' cannot be shown; give a" in said("view", "q", *page).stderr


@pytest.mark.usefixtures("one_figure")
def test_damaged_files_are_named_where_results_are_drawn(empty):
    assert compared().exit_code == 0
    models = [next(path) for path in ((empty / "r" / "cells").glob(f"*{name}/*.json") for name in ("lstm", "counts"))]
    draw = ("figure", "draw", "r", "epochs-to-criterion")
    models[0].write_text("{}")
    one_left = said(*draw)
    assert one_left.exit_code == 0
    assert f"Omitted: {Path('r') / models[0].relative_to(empty / 'r')}: " in one_left.stderr
    models[1].write_text("{}")
    nothing_left = said(*draw)
    assert nothing_left.exit_code != 0
    assert nothing_left.stderr.count("Omitted: ") == 2
    assert "r: no results that can be used; run it again" in nothing_left.stderr


@pytest.mark.usefixtures("one_figure")
def test_without_a_directory_results_have_a_place_of_their_own(empty):
    assert said("compare", OWN_TASK, "--models", OWN_MODEL, "--networks", 1, "--epochs", 1).exit_code == 0
    assert (empty / "results" / "mytask-py-mytask" / "results.csv").exists()


def test_a_task_that_fails_while_it_draws_does_not_stop_the_rows_of_others(empty):
    drawn = "        DRAWN.append(n)\n        assert len(DRAWN) < 40, 'out of symbols'\n"
    head = "    def trials(self, n, rng):\n"
    text = (empty / "mytask.py").read_text().replace(head, head + drawn) + "\n\nDRAWN = []\n"
    (empty / "fails.py").write_text(text.replace("zero_error_epochs=2", "zero_error_epochs=40"))
    study = (
        'name = "late"\nseed = 3\nnetworks = 2\ntasks = ["fails.py:MyTask", "1-back"]\nmodels = ["srn"]\nepochs = 40\n'
    )
    (empty / "late.toml").write_text(study)
    failed = said("study", "run", "late.toml", "--out", "q", "--on", "threads", "--workers", 1)
    assert failed.exit_code != 0
    message = " ".join(failed.stderr.split())
    assert "1 of 2 blocks failed: fails.py:MyTask · srn · networks 0–1: task 'one-before': trials(10)" in message
    assert "(AssertionError: out of symbols, fails.py line" in message
    assert [path.parent.name for path in (empty / "q" / "cells").glob("*/*.json")] == ["1-back-srn"]


def test_networks_that_could_not_be_loaded_again_are_not_stored(empty):
    text = (empty / "counts.py").read_text()
    text = text.replace("        return response", "        self.counts[1] = np.nan\n        return response")
    (empty / "diverges.py").write_text(text)
    words = ("compare", OWN_TASK, "--models", "lstm,diverges.py:Counts", "--networks", 2, "--epochs", 3, "--out", "r")
    failed = said(*words)
    assert failed.exit_code != 0
    message = " ".join(failed.stderr.split())
    assert "1 of 2 blocks failed: mytask.py:MyTask · diverges.py:Counts · networks 0–1: networks cannot be" in message
    assert "loaded again: state 'counts' = nan must be finite (network 1, place (0, 0, 0)); correct" in message
    assert [path.parent.name for path in (empty / "r" / "cells").glob("*/*.json")] == ["mytask-py-mytask-lstm"]


def test_networks_that_their_own_model_does_not_load_again_are_not_stored(empty):
    text = (empty / "counts.py").read_text()
    text += """
    @classmethod
    def from_snapshot(cls, snapshot, **options):
        from tasks.base.errors import SavedFileError

        raise SavedFileError("the table of counts is full; it holds 4 rows")
"""
    (empty / "full.py").write_text(text)
    words = ("compare", OWN_TASK, "--models", "full.py:Counts", "--networks", 2, "--epochs", 3, "--out", "r")
    message = " ".join(said(*words).stderr.split())
    assert "networks cannot be loaded again: the table of counts is full; it holds 4 rows; correct the model" in message


@pytest.mark.usefixtures("one_figure")
@pytest.mark.parametrize("file", ["counts.py", "mytask.py"])
def test_results_of_another_state_of_the_file_are_not_used(empty, file):
    assert compared().exit_code == 0
    (empty / file).write_text((empty / file).read_text() + "\n# another state\n")
    rejected = compared()
    assert rejected.exit_code != 0
    kind = "model" if file == "counts.py" else "task"
    assert "holds other settings: mytask.py:MyTask · " in rejected.stderr
    assert f"the source of the {kind} has changed" in rejected.stderr
    resumed = compared("--resume")
    assert resumed.exit_code == 0, resumed.stderr
    cells = [json.loads(path.read_text()) for path in (empty / "r" / "cells").glob("*counts*/*.json")]
    assert {cell["key"][f"{kind}_code"] for cell in cells} == {
        (MODELS[OWN_MODEL] if kind == "model" else catalog_task()).code
    }
    assert list((empty / "r" / "set-aside").rglob("*.json"))


def catalog_task():
    from tasks.catalog import TASKS

    return TASKS[OWN_TASK]


@pytest.mark.parametrize(
    ("task", "models", "says"),
    [
        (
            "counts.py:Counts",
            "lstm",
            "counts.py:Counts: is a model (a class of networks), not a task; give it under models",
        ),
        ("sir2", "mytask.py:MyTask", "mytask.py:MyTask: is a task, not a model (a class of networks); give it as TASK"),
        ("sir2", "made.py:task", "made.py:task: is a task, not a model (a class of networks); give it as TASK"),
        ("lstm", "lstm", "task = 'lstm' is a model, not a task; give it under models (--models), and a task as TASK"),
        ("sir2", "lstm,12ax", "model = '12ax' is a task, not a model; give it as TASK"),
    ],
)
def test_tasks_and_models_that_are_swapped_are_named(empty, task, models, says):
    Path("made.py").write_text("from tasks.sir import SIR\n\ndef task(): return SIR()\n")
    rejected = said("compare", task, "--models", models, "--networks", 1, "--epochs", 1)
    assert rejected.exit_code == 2
    assert rejected.stderr.startswith(f"Error: {says}")


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        (None, "gone.py:Net", "gone.py: there is no such file"),
        ("class Nets: pass", "net.py:Net", "unknown name in net.py 'Net': did you mean 'Nets'"),
        ("import no_such", "net.py:Net", "ModuleNotFoundError: No module named 'no_such', net.py line 1"),
        ("Net = 3", "net.py:Net", "net.py:Net: is not a class of networks but int; derive it from"),
        ("class Net: pass", "net.py:Net", "is not a class of networks: it lacks name, params_kind, run, train, state"),
        (
            "from tasks.base.own import OwnLearner\nclass Net(OwnLearner):\n    name = 'lstm'",
            "net.py:Net",
            "name = 'lstm' is that of a model of this package; give it another",
        ),
        (
            "from tasks.base.own import OwnLearner\nclass Net(OwnLearner):\n    pass",
            "net.py:Net",
            "net.py:Net: cannot be built (TypeError: ",
        ),
    ],
)
def test_what_cannot_be_used_is_one_line(empty, text, name, says):
    if text:
        Path("net.py").write_text(text)
    rejected = said("compare", "sir2", "--models", name, "--networks", 1, "--epochs", 1)
    assert rejected.exit_code != 0
    assert rejected.stderr.startswith("Error: ")
    assert rejected.stderr.count("\n") == 1
    assert says in rejected.stderr


FAILS = """
from counts import Counts


class Net(Counts):
    def answer(self, block, learn):
        return [][0]
"""


def test_code_that_fails_while_it_runs_is_one_line_with_its_place(empty, monkeypatch):
    monkeypatch.syspath_prepend(str(empty))
    Path("net.py").write_text(FAILS)
    failed = said("compare", "sir2", "--models", "net.py:Net", "--networks", 1, "--epochs", 1)
    assert failed.exit_code != 0
    assert "IndexError: list index out of range, net.py line 7" in failed.stderr


@pytest.mark.usefixtures("one_figure")
def test_parameters_are_set_by_model_and_for_the_task(empty):
    setting = ("--set", "lstm.blocks=4", "--set", f"{OWN_MODEL}.prior=0.25", "--task-set", "symbols=3")
    done = compared(*setting)
    assert done.exit_code == 0, done.stderr
    scene = open_run(Path("r")).scene()
    assert scene.condition == "as set"
    assert scene.task.symbols == 3
    assert {model: dict(scene.row(model).parameters) for model in scene.models} == {
        "lstm": {"blocks": 4},
        OWN_MODEL: {"prior": 0.25},
    }
    assert scene.networks("lstm").blocks[0].params.blocks == 4


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        (("--set", "gru.hidden=4"), f"--set 'gru.hidden=4' names no model of the comparison (lstm, {OWN_MODEL})"),
        (("--set", "lstm.blocks"), "--set 'lstm.blocks' is not a setting; give MODEL.PARAMETER=VALUE"),
        (("--set", "lstm.block=4"), "did you mean 'blocks'"),
        (("--set", "lstm.blocks=many"), "blocks = 'many' is no"),
        (("--set", "lstm.blocks=4", "--set", "lstm.blocks=5"), "--set 'lstm.blocks=5' sets 'blocks', which was set"),
        (("--task-set", "symbols=3", "--task-set", "symbols=3"), "'symbols', which was set before; give it once"),
        (("--task-set", "symbol=3"), "did you mean 'symbols'"),
        (("--task-set", "=3"), "--task-set '=3' is not a setting; give PARAMETER=VALUE"),
    ],
)
def test_settings_that_cannot_be_are_rejected(empty, setting, says):
    rejected = compared(*setting)
    assert rejected.exit_code != 0
    assert says in rejected.stderr
    assert not Path("r").exists()


def test_a_study_takes_them_in_processes(empty):
    study = Study(
        name="s",
        tasks=(OWN_TASK,),
        models=(OWN_MODEL,),
        networks=2,
        epochs=2,
        conditions=(Condition(name="as it is"), Condition(name="flat", parameters={"prior": 5.0})),
    )
    with executor(Where.PROCESSES, 1) as pool:
        run_study(study, Path("s"), pool)
    assert [len(result.networks) for result in open_run(Path("s")).results] == [2, 2]


SCRIPT = """
from pathlib import Path

from counts import Counts
from mytask import MyTask
from pbwm.compare.experiment import Study, Where, executor, open_run, run_study
from pbwm.compare.models import register
from tasks.catalog import register as register_task

register("mine", Counts)
register_task("my task", MyTask)

if __name__ == "__main__":
    study = Study(name="s", tasks=("my task",), models=("mine",), networks=2, epochs=2)
    with executor(Where.PROCESSES, 1) as pool:
        run_study(study, Path("s"), pool)
    print(open_run(Path("s")).scene().networks)
"""


def test_a_script_registers_its_own_and_runs_them_in_processes(empty):
    Path("script.py").write_text(SCRIPT)
    done = subprocess.run([sys.executable, "script.py"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(list((empty / "s" / "cells").glob("*/*.json"))) == 1


class Scripted(OwnLearner):
    """Registered by a test."""


def test_a_registered_class_is_found_by_the_name_in_its_files(monkeypatch):
    monkeypatch.setattr(catalog, "MODELS", catalog.Models(dict(MODELS.items())))
    register("scripted", Scripted)
    assert kind_of("Scripted") is Scripted
    assert kind_of("lstm") is not None
    assert kind_of("no such") is None
    with pytest.raises(OutsideError, match="model 'lstm': the name is already registered"):
        register("lstm", Scripted)


def test_a_worker_that_fails_says_so(empty):
    Path("net.py").write_text(
        "from tasks.base.own import OwnLearner\nclass Net(OwnLearner):\n    def begin(self): 1 / 0\n"
    )
    study = Study(name="s", tasks=(OWN_TASK,), models=("net.py:Net",), networks=1, epochs=1)
    with pytest.raises((OutsideError, RunFailedError), match=r"cannot be built \("), executor(Where.THREADS, 1) as pool:
        run_study(study, Path("s"), pool)
