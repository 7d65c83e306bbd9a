"""`pbwm verify` against the reference's own files, and against invalid files."""

import copy
import gzip
import io
import json

import pytest
from rich.console import Console
from typer.testing import CliRunner

from pbwm.compare.cli.app import app
from pbwm.compare.emergent.verify import Judge, format_report, verify_files
from pbwm.compare.errors import ResultsError
from pbwm.errors import PBWMWeightsError
from tests.pbwm.golden import GOLDEN, read

WEIGHTS, TRACE = GOLDEN / "sir2_weights_init.json.gz", GOLDEN / "sir2_trace.json.gz"
SHORT = 3


@pytest.fixture(scope="module")
def whole():
    return verify_files(WEIGHTS, TRACE)


@pytest.fixture(scope="module")
def contents():
    return read(WEIGHTS.name), {"trials": read(TRACE.name)["trials"][:SHORT]}


@pytest.fixture
def written(tmp_path, contents):

    def write(change_weights=None, change_trace=None):
        weights, trace = (copy.deepcopy(content) for content in contents)
        for content, change in ((weights, change_weights), (trace, change_trace)):
            if change:
                change(content)
        paths = tmp_path / "weights.json.gz", tmp_path / "trace.json.gz"
        for path, content in zip(paths, (weights, trace), strict=True):
            path.write_bytes(gzip.compress(json.dumps(content).encode(), 1))
        return paths

    return write


def command(*paths):
    return CliRunner().invoke(app, ["verify", *map(str, paths)], env={"COLUMNS": "140"})


def printed(report):
    console = Console(width=140, file=io.StringIO())
    console.print(format_report(report))
    return console.file.getvalue()


def test_the_whole_trace_is_replayed(whole):
    assert whole.passed
    assert whole.trials == 40
    assert whole.first_gate is None
    assert whole.first_response is None
    deviations = {d.quantity: d.largest for d in whole.deviations}
    assert max(deviations.values()) < 1e-4
    assert deviations["gate"] < 2e-5
    assert {"dopamine", "reward prediction", "path scales", "traces into matrix_go"} <= deviations.keys()
    assert sum(name.startswith("activity of") for name in deviations) == 13


def test_the_report_says_what_was_compared(whole):
    text = printed(whole)
    for word in ("Replay of 40 trials", "the same", "within", "traces into matrix_nogo", "passed"):
        assert word in text
    assert "BEYOND" not in text


def judged(*trials, quantity="activity of x"):
    judge = Judge(quantity)
    for trial, (deviation, drift) in enumerate(trials):
        judge.see(trial, deviation, drift)
    return judge.verdict()


def test_tolerance_is_our_own_drift_so_far_where_that_is_larger():
    assert judged((9e-5, 0.0)).passed
    assert judged((2e-4, 0.0)).first_beyond == 0
    assert judged((2e-4, 3e-4)).passed
    assert judged((0.0, 3e-4), (2e-4, 0.0)).passed
    assert judged((2e-4, 0.0), (0.0, 3e-4)).first_beyond == 0, "a later drift excuses nothing"
    assert judged((9e-5, 0.0), quantity="traces into x").first_beyond == 0
    assert not judged((float("inf"), 1.0)).passed
    assert judged((1e-5, 0.0), (7e-5, 0.0), (3e-5, 0.0)).trial == 1


def test_files_as_they_are_pass(written):
    result = command(*written())
    assert result.exit_code == 0, result.output
    assert f"Replay of {SHORT} trials" in result.output
    assert "the same" in result.output


def test_one_weight_off_by_a_twentieth(written):
    def change(content):
        content["init"]["HiddenToOutput"]["wt"][7] += 0.05

    weights, _ = written(change_weights=change)
    result = command(weights, TRACE)
    assert result.exit_code == 1
    assert "BEYOND" in result.output
    assert "failed" in result.output


def test_a_flipped_gate(written):
    def change(content):
        gates = next(shot for shot in content["trials"][1]["events"] if shot["label"] == "after_cycle_18")
        act = gates["GPiThal"]["GateAct"]
        act[0] = 0.0 if act[0] > 0 else 0.5

    result = command(*written(change_trace=change))
    assert result.exit_code == 1
    assert "first differs in trial 1" in result.output


def test_a_wrong_response(written):
    def change(content):
        trial = content["trials"][2]
        trial["Output_ActM"] = trial["Output_ActM"][1:] + trial["Output_ActM"][:1]

    report = verify_files(*written(change_trace=change))
    assert report.first_response == 2
    assert not report.passed


def rejected(paths, *words, error=ResultsError):
    """Both the function and the command reject the files, with all of `words`."""
    with pytest.raises(error) as caught:
        verify_files(*paths)
    for word in words:
        assert word in str(caught.value)
    result = command(*paths)
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_missing_file(tmp_path):
    rejected((tmp_path / "none.json.gz", TRACE), "none.json.gz", "does not exist", "give the path")


def test_a_truncated_file(written, tmp_path):
    weights, trace = written()
    trace.write_bytes(trace.read_bytes()[:-2000])
    rejected((weights, trace), "trace.json.gz", "cannot be read as gzip")


def test_a_file_that_is_not_gzipped(written):
    weights, trace = written()
    weights.write_text("{}")
    rejected((weights, trace), "weights.json.gz", "cannot be read as gzip")


def test_a_file_that_is_not_json(written):
    weights, trace = written()
    weights.write_bytes(gzip.compress(b"init: yes"))
    rejected((weights, trace), "is not JSON")


@pytest.mark.parametrize("content", [[], {"init": []}, {"trials": []}])
def test_another_json_file(written, content):
    weights, trace = written()
    weights.write_bytes(gzip.compress(json.dumps(content).encode()))
    rejected((weights, trace), "has no '")


@pytest.mark.parametrize("key", ["DA", "gscale", "events", "stim", "act", "Output_ActM", "MatrixGo_Tr_by_recv"])
def test_a_trial_without_a_key(written, key):
    rejected(written(change_trace=lambda content: content["trials"][0].pop(key)), f"has no {key!r}")


@pytest.mark.parametrize("key", ["cycle", "label", "Hidden", "GPiThal", "RWPred"])
def test_a_snapshot_without_a_key(written, key):
    rejected(written(change_trace=lambda content: content["trials"][0]["events"][-1].pop(key)), f"has no {key!r}")


def test_a_path_without_scale(written):
    change = lambda content: content["trials"][0]["gscale"].pop("HiddenToOutput")  # noqa: E731
    rejected(written(change_trace=change), "'gscale' has no 'HiddenToOutput'")


def test_a_trace_without_trials(written):
    rejected(written(change_trace=lambda content: content["trials"].clear()), "'trials'", "not a list of records")


def test_an_error_that_was_none(written):
    def change(content):
        content["trials"][1]["TrlErr"] = 1 - content["trials"][1]["TrlErr"]

    report = verify_files(*written(change_trace=change))
    assert report.first_error == 1
    assert not report.passed


def test_what_the_prediction_is_made_of(written):
    def change(content):
        content["trials"][1]["events"][-1]["RWPred"]["Ge"] = [0.001]

    report = verify_files(*written(change_trace=change))
    assert [d.quantity for d in report.deviations if not d.passed] == ["conductance of the reward prediction"]


def put(value, *path):
    """A change that puts a value at a path of keys."""

    def change(content):
        for key in path[:-1]:
            content = content[key]
        content[path[-1]] = value

    return change


SPOILT_TRACE = [
    put(5, "trials"),
    put([], "trials", 0, "events"),
    put(3, "trials", 0, "events"),
    put(500, "trials", 0, "events", 2, "cycle"),
    put(0, "trials", 0, "events", 2, "cycle"),
    put("a", "trials", 0, "events", 2, "cycle"),
    put(None, "trials", 0, "events", 1, "Hidden", "Act"),
    put(["a", "b"], "trials", 0, "events", 1, "Hidden", "Act"),
    put([[1, 2], [3]], "trials", 0, "events", 0, "Input", "Act"),
    put("A", "trials", 0, "stim"),
    put([], "trials", 0, "Output_ActM"),
    put("x", "trials", 0, "DA"),
    put([0.5], "trials", 0, "MatrixGo_Tr_by_recv"),
    put(7, "cycle_acts"),
    put([{"trial": 0, "cycle": 200}], "cycle_acts"),
]
SPOILT_WEIGHTS = [
    put(None, "init", "InputToHidden", "wt"),
    put("abc", "init", "InputToHidden", "wt"),
    put([[0, 1]], "init", "InputToHidden", "recv_idx"),
    put([0.5], "init", "InputToHidden", "wt"),
    put([0, 1], "init", "InputToHidden", "send_idx"),
    put("a", "init", "InputToHidden", "wt", 3),
    put(3, "init", "InputToHidden"),
]


@pytest.mark.parametrize("number", range(len(SPOILT_TRACE)))
def test_a_spoilt_trace(written, number):
    rejected(written(change_trace=SPOILT_TRACE[number]))


@pytest.mark.parametrize("number", range(len(SPOILT_WEIGHTS)))
def test_spoilt_weights(written, number):
    rejected(written(change_weights=SPOILT_WEIGHTS[number]))


def test_a_path_without_a_synapse(written):
    def change(content):
        for column in content["init"]["InputToOutput"].values():
            column.pop()

    rejected(written(change_weights=change), "'InputToOutput'", "has no synapse")


@pytest.mark.parametrize("value", [float("nan"), 1.5, -0.1])
def test_a_number_that_is_no_weight(written, value):
    def change(content):
        content["init"]["InputToHidden"]["wt"][3] = value

    rejected(written(change_weights=change), "stimulus_input->hidden", "[0, 1]", error=PBWMWeightsError)


def test_a_trace_of_another_network(written):
    def change(content):
        for shot in content["trials"][0]["events"]:
            shot["Hidden"]["Act"].pop()

    rejected(written(change_trace=change), "activity of hidden", "shape")
