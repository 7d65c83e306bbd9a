"""A session is the same on all pages: cursor, history, manipulations, training, and a script that repeats it."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from lstm_baseline import LSTM, LSTMParams
from pbwm import PBWM
from pbwm.compare.cli.compare import comparison
from pbwm.compare.errors import ViewError
from pbwm.compare.experiment import run_study
from pbwm.compare.view.history import EVERY
from pbwm.compare.view.loading import cast_of, run_cast, untrained_cast
from pbwm.compare.view.protocol import CYCLES
from pbwm.compare.view.session import Session
from pbwm.recommended import family_network
from tasks.base.learner import Population
from tasks.catalog import TASKS


def ask(session, do, **fields):
    """The answers to a request; an error fails the test."""
    answers = session.handle({"do": do, **fields})
    assert not [a for a in answers if isinstance(a, dict) and a["type"] == "error"], answers
    return answers


def rejected(session, do, **fields):
    (answer,) = session.handle({"do": do, **fields})
    assert answer["type"] == "error"
    return answer["text"]


def unpacked(message):
    length = int.from_bytes(message[:4], "little")
    header = json.loads(message[4 : 4 + length])
    return header, {
        told["name"]: np.frombuffer(
            message, told["type"], int(np.prod(told["shape"])), 4 + length + told["offset"]
        ).reshape(told["shape"])
        for told in header["arrays"]
    }


def activity(session, step, model="pbwm"):
    return unpacked(session.frames(step))[1][model]


def lesion(**fields):
    return {"model": "pbwm", "kind": "Lesion", "fields": fields, "replace": None}


def test_the_cursor_moves_through_steps_and_runs_the_next(session):
    assert session.cursor == (-1, CYCLES - 1)
    ask(session, "move", cycles=-1)
    assert len(session.history) == 0
    ask(session, "move", cycles=1)
    assert (session.cursor, len(session.history)) == ((0, 0), 1)
    ask(session, "move", cycles=25)
    assert session.cursor == (0, 25)
    ask(session, "step")
    assert session.cursor == (0, CYCLES - 1)
    ask(session, "step")
    assert (session.cursor, len(session.history)) == ((1, CYCLES - 1), 2)
    ask(session, "move", cycles=-150)
    assert (session.cursor, len(session.history)) == ((0, 49), 2)
    ask(session, "move", cycles=100_000)
    assert len(session.history) == 3
    ask(session, "look", step=1, cycle=7)
    assert session.cursor == (1, 7)
    assert "is not one of the 3 steps" in rejected(session, "look", step=3, cycle=7)


def test_activity_is_what_the_networks_did(session):
    ask(session, "step")
    first = session.history.observed(0)["pbwm"]
    np.testing.assert_array_equal(activity(session, 0), first.activity[0].astype(np.float32))
    summary = session.summaries[0]["models"]["pbwm"]
    np.testing.assert_array_equal(summary["gates"]["input_gate"], first.outcome.record.input_gate[0, 0])
    assert summary["response"] == first.outcome.response[0, 0]


def test_both_models_see_the_trials_of_the_task(session):
    for _ in range(4):
        ask(session, "step")
    for step, told in enumerate(session.summaries):
        assert told["symbols"] == session.stream.step(step).symbols[0].tolist()
        assert told["models"].keys() == {"pbwm", "lstm"}


@pytest.mark.parametrize("back_to", [EVERY - 3, EVERY + 1])
def test_going_back_gives_the_same_steps_again(session, back_to):
    ask(session, "learn", on=True)
    for _ in range(EVERY + 4):
        ask(session, "step")
    seen = [activity(session, step) for step in range(EVERY + 4)]
    states = {name: stage.state() for name, stage in session.stages.items()}
    ask(session, "back", step=back_to)
    assert (len(session.history), session.cursor) == (back_to + 1, (back_to, CYCLES - 1))
    while len(session.history) < EVERY + 4:
        ask(session, "step")
    for step, before in enumerate(seen):
        np.testing.assert_array_equal(activity(session, step), before)
    for name, stage in session.stages.items():
        for what, values in stage.state().items():
            np.testing.assert_array_equal(values, states[name][what])


def test_old_activity_is_computed_again_and_changes_nothing(session):
    for _ in range(EVERY + 2):
        ask(session, "step")
    seen = [activity(session, step) for step in range(EVERY + 2)]
    before = session.stages["pbwm"].state()
    session.history._observed.clear()
    for step, own in enumerate(seen):
        np.testing.assert_array_equal(activity(session, step), own)
    for what, values in session.stages["pbwm"].state().items():
        np.testing.assert_array_equal(values, before[what])


def test_a_lesioned_layer_is_silent_until_it_is_reverted(session):
    anatomy = session.stages["pbwm"].anatomy
    starts = np.cumsum([0, *(layer.units for layer in anatomy.layers)])
    at = [layer.name for layer in anatomy.layers].index("gpi")
    gpi = slice(starts[at], starts[at + 1])
    ask(session, "step")
    assert activity(session, 0)[-1, gpi].max() > 0.1
    ask(session, "apply", **lesion(layer="gpi"))
    ask(session, "step")
    assert activity(session, 1)[:, gpi].max() == 0
    assert activity(session, 0)[-1, gpi].max() > 0.1
    (told,) = session.state()["manipulations"]
    assert (told["kind"], told["fields"]["layer"]) == ("Lesion", "gpi")
    ask(session, "revert", number=told["number"])
    for _ in range(2):
        ask(session, "step")
    assert activity(session, 3)[-1, gpi].max() > 0.1
    assert session.state()["manipulations"] == []


def test_gates_can_be_held_and_sliders_replace_what_they_applied(session):
    held = {"stripe": 2, "open": True, "gate": "input"}
    ask(session, "apply", model="pbwm", kind="ClampGate", fields=held, replace=None)
    ask(session, "step")
    assert session.summaries[0]["models"]["pbwm"]["gates"]["input_gate"][2] > 0
    ask(session, "apply", model="pbwm", kind="DopamineGain", fields={"burst": 0.5}, replace=None)
    number = session.state()["manipulations"][1]["number"]
    ask(session, "apply", model="pbwm", kind="DopamineGain", fields={"burst": 2.0}, replace=number)
    told = session.state()["manipulations"]
    assert [own["kind"] for own in told] == ["ClampGate", "DopamineGain"]
    assert (told[1]["number"], told[1]["fields"]["burst"]) == (number, 2.0)


def test_the_2006_form_takes_lesions_forced_gates_and_gains():
    name = "pbwm-2006"
    session = Session(untrained_cast("sir2", (name,), networks=1, seed=5000))
    layers = session.stages[name].anatomy.layers
    starts = np.cumsum([0, *(layer.units for layer in layers)])
    at = [layer.name for layer in layers].index("matrix_nogo")
    done = {
        "Lesion": {"layer": "matrix_nogo"},
        "ClampGate": {"stripe": 2, "open": False, "gate": "input"},
        "DopamineGain": {"burst": 0.5},
    }
    for kind, fields in done.items():
        ask(session, "apply", model=name, kind=kind, fields=fields, replace=None)
    ask(session, "step")
    assert activity(session, 0, name)[:, starts[at] : starts[at + 1]].max() == 0
    assert session.summaries[0]["models"][name]["gates"]["input_gate"][2] == 0
    assert [own["kind"] for own in session.state()["manipulations"]] == list(done)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"layer": "thalams"}, "did you mean 'thalamus'"),
        ({"layer": "thalamus", "fraction": 2.0}, r"Lesion.fraction = 2.0 must lie in (0, 1]"),
        ({"layer": "thalamus", "stripe": 99}, "Lesion.stripe = 99"),
        ({"layer": 3}, "Lesion.layer = 3 is not of type str; give such a value"),
        ({"layer": "thalamus", "fracton": 0.5}, "unknown field of Lesion 'fracton': did you mean 'fraction'?"),
        ({"stripe": 0}, "Lesion.layer is missing and has no default; give it"),
    ],
)
def test_a_manipulation_that_cannot_be_done_leaves_all_as_it_is(session, fields, said):
    ask(session, "apply", **lesion(layer="stn"))
    assert said in rejected(session, "apply", **lesion(**fields))
    assert [own["fields"]["layer"] for own in session.state()["manipulations"]] == ["stn"]
    ask(session, "step")


def test_models_without_manipulations_say_so(session):
    said = rejected(session, "apply", model="lstm", kind="Lesion", fields={"layer": "state"}, replace=None)
    assert "takes no manipulations" in said
    assert "is not one of pbwm, lstm" in rejected(session, "apply", **(lesion(layer="stn") | {"model": "gru"}))


def test_the_next_input_can_be_chosen_by_hand(session):
    ask(session, "input", symbols=[2, 1], target=2)
    ask(session, "step")
    told = session.summaries[0]
    assert (told["symbols"], told["target"], told["by_hand"], told["rewarded"]) == ([2, 1], 2, True, True)
    ask(session, "step")
    assert session.summaries[1]["symbols"] == session.stream.step(0).symbols[0].tolist()
    ask(session, "input", symbols=[0, -1], target=-1)
    ask(session, "step")
    assert (session.summaries[2]["counts"], session.summaries[2]["rewarded"]) == (False, False)
    assert "must be −1 or a symbol of channel 'stimulus', 0 to 4" in rejected(
        session, "input", symbols=[9, 0], target=0
    )
    assert "one number for each of the 2 channels" in rejected(session, "input", symbols=[0], target=0)


def test_another_network_and_another_seed_begin_another_visit(session):
    ask(session, "step")
    first = activity(session, 0)
    ask(session, "network", network=1)
    assert len(session.history) == 0
    ask(session, "step")
    assert not np.array_equal(activity(session, 0), first)
    assert "must be one of the 2 networks" in rejected(session, "network", network=2)
    ask(session, "restart", seed=5001)
    assert (session.state()["seed"], session.state()["network"], len(session.history)) == (5001, 1, 0)
    ask(session, "network", network=0)
    ask(session, "restart", seed=5000)
    ask(session, "step")
    np.testing.assert_array_equal(activity(session, 0), first)


@pytest.fixture
def own():
    """A session of networks with their own parameters and precision."""
    task = TASKS["sir2"].build()
    params = LSTMParams(blocks=3)
    lstm = Population(lambda n: LSTM(task.spec, networks=n, seed=3, params=params), 18)
    family = family_network(task.spec)
    pbwm = Population(lambda n: PBWM(task.spec, networks=n, seed=3, params=family, dtype=np.float64), 18)
    return Session(cast_of({"lstm": lstm, "pbwm": pbwm}, task), 17)


def test_a_restart_keeps_model_parameters_and_precision(own):
    ask(own, "restart", seed=5001)
    spec, networks = own.task.spec, range(16, 18)
    fresh = {
        "lstm": LSTM(spec, networks=networks, seed=5001, params=LSTMParams(blocks=3)),
        "pbwm": PBWM(spec, networks=networks, seed=5001, params=family_network(spec), dtype=np.float64),
    }
    for name, block in fresh.items():
        shown = own.cast.populations[name].blocks[1]
        assert shown.params == block.params
        state, expected = shown.state(), block.state()
        assert state.keys() == expected.keys()
        for what, values in expected.items():
            np.testing.assert_array_equal(state[what], values, strict=True)


def test_a_restart_of_a_run_keeps_its_settings_and_the_script_says_so(tmp_path):
    study = comparison(("sir2",), ("lstm",), networks=2, epochs=1, seed=9, settings=["lstm.blocks=5"])
    with ThreadPoolExecutor(1) as pool:
        run_study(study, tmp_path, pool)
    session = Session(run_cast(tmp_path))
    ask(session, "restart", seed=5001)
    ask(session, "step")
    assert session.cast.populations["lstm"].blocks[0].params.blocks == 5
    (file,) = ask(session, "script")
    space = {}
    exec(compile(file["text"], "session.py", "exec"), space)
    np.testing.assert_array_equal(
        space["outcomes"][0]["lstm"].record.memory, session.history.observed(0)["lstm"].outcome.record.memory
    )


def test_networks_that_cannot_be_read_are_named(tmp_path):
    study = comparison(("sir2",), ("lstm", "gru"), networks=1, epochs=1, seed=9)
    with ThreadPoolExecutor(1) as pool:
        run_study(study, tmp_path, pool)
    assert run_cast(tmp_path).damaged == ()
    (stored,) = (tmp_path / "cells" / "sir2-gru").glob("*.json")
    stored.write_text("{", encoding="utf-8")
    cast = run_cast(tmp_path)
    assert list(cast.populations) == ["lstm"]
    (damage,) = cast.damaged
    assert damage.startswith(f"gru, networks in {stored}: ")
    (other,) = (tmp_path / "cells" / "sir2-lstm").glob("*.safetensors")
    other.unlink()
    for models in (None, ["lstm"]):
        with pytest.raises(
            ViewError, match=r"sir2: no results that can be used \(lstm, .*: lacks its .*; gru, .*; run"
        ):
            run_cast(tmp_path, models)
    shutil.rmtree(tmp_path / "cells")
    with pytest.raises(ViewError, match=r"sir2: no results that can be used; run it again$"):
        run_cast(tmp_path)


def test_a_script_asks_for_networks_of_your_own(own):
    ask(own, "step")
    (file,) = ask(own, "script")
    assert "Define `populations` (networks by the names of their models) and `task` first." in file["text"]
    space = {"populations": own.cast.populations, "task": own.task}
    exec(compile(file["text"], "session.py", "exec"), space)
    np.testing.assert_array_equal(
        space["outcomes"][0]["lstm"].record.memory, own.history.observed(0)["lstm"].outcome.record.memory
    )


def test_training_is_that_of_a_comparison_and_goes_on_stage(session):
    from tasks.base.training import draw_lesson

    told = []
    session.listen(lambda message: told.append(message))
    session.train(3)
    again = untrained_cast("sir2", ["pbwm", "lstm"], networks=2, seed=5000).populations["pbwm"]
    training = again.train(draw_lesson(session.task, 5000, [0, 1], range(3)))
    expected = training.errors.sum(2) / training.counted.sum(2)
    np.testing.assert_allclose(np.array(session.training.curves["pbwm"].error).T, expected)
    for what, values in session.stages["pbwm"].state().items():
        np.testing.assert_array_equal(values, again.state()[what][:1])
    curves = [m for m in told if isinstance(m, dict) and m["type"] == "curves"]
    assert {m["model"] for m in curves} == {"pbwm", "lstm"}
    assert session.state()["trained"] == 3


def test_nothing_is_swapped_while_networks_train(session):
    ask(session, "train", epochs=100_000)
    assert "training" in rejected(session, "network", network=1)
    assert "training" in rejected(session, "train", epochs=1)
    ask(session, "step")
    ask(session, "stop")
    assert not session.state()["training"]
    assert session.state()["trained"] >= 1
    ask(session, "network", network=1)


def test_a_script_does_the_same(session):
    ask(session, "step")
    ask(session, "apply", **lesion(layer="thalamus", stripe=1))
    ask(session, "apply", model="pbwm", kind="Noise", fields={"layer": "hidden", "sd": 0.1}, replace=None)
    ask(session, "step")
    ask(session, "input", symbols=[1, 2], target=3)
    ask(session, "step")
    session.train(2)
    ask(session, "revert", number=None)
    ask(session, "learn", on=True)
    ask(session, "step")
    ask(session, "step")
    (file,) = ask(session, "script")
    space = {}
    exec(compile(file["text"], "session.py", "exec"), space)
    assert len(space["outcomes"]) == len(session.history) == 5
    for step, outcomes in enumerate(space["outcomes"]):
        for model, outcome in outcomes.items():
            own = session.history.observed(step)[model].outcome
            np.testing.assert_array_equal(outcome.response, own.response)
            np.testing.assert_array_equal(outcome.record.memory, own.record.memory)
            assert outcome.manipulations == own.manipulations


def test_a_network_that_is_not_there_is_rejected():
    with pytest.raises(ViewError, match="network = 7 must be one of the 2 networks"):
        Session(untrained_cast("sir2", ["lstm"], networks=2), 7)


def test_a_step_that_fails_leaves_all_networks_as_they_were(session, monkeypatch):
    for _ in range(EVERY + 2):
        ask(session, "step")
    before = {name: stage.state() for name, stage in session.stages.items()}

    def fail(trials, learn):
        raise ViewError("the second model cannot go on")

    with monkeypatch.context() as broken:
        observe = session.stages["lstm"].observe
        calls = iter([fail])  # once: going back runs the steps before again
        broken.setattr(session.stages["lstm"], "observe", lambda *a: next(calls, observe)(*a))
        assert "cannot go on" in rejected(session, "step")
    assert len(session.history) == EVERY + 2
    for name, stage in session.stages.items():
        for what, values in stage.state().items():
            np.testing.assert_array_equal(values, before[name][what])
    ask(session, "step")
