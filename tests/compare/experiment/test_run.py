"""An opened run: scenes, networks, and the observed network."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from pbwm.compare.cli.compare import comparison
from pbwm.compare.errors import FigureError, PlanError, ResultsError
from pbwm.compare.experiment import Existing, open_run, run_study
from pbwm.compare.figures.plots.learning_curves import plot_learning_curve
from tasks.base.errors import UnknownNameError
from tests.compare.experiment.rig import clocks, reproduction

pytestmark = pytest.mark.usefixtures("cataloged")


def run(study, directory, **how):
    with ThreadPoolExecutor(1) as pool:
        run_study(study, directory, pool, **how)
    return open_run(directory)


def test_a_scene_is_what_can_be_put_side_by_side(tmp_path):
    found = run(comparison(("sir2", "12ax"), ("even", "stuck"), networks=4, epochs=8, seed=0), tmp_path)
    assert [scene.title for scene in found.scenes()] == ["sir2", "12ax"]
    scene = found.scene(task="12ax")
    assert scene.models == ("even", "stuck")
    assert scene.result("even").times.epochs.tolist() == [2, 3, 4, 5]
    assert scene.curves("stuck").errors.shape == (4, 8, 5)
    assert (scene.best_network("even"), scene.best_network("stuck"), scene.shared_network()) == (0, 0, 0)
    assert scene.why("stuck", 3).startswith("did not reach criterion; final error 0.")
    assert scene.why("stuck", 0) == "reached criterion after 6 epochs"
    with pytest.raises(PlanError, match="holds 2 scenes"):
        found.scene()
    with pytest.raises(UnknownNameError, match="did you mean 'sir2'"):
        found.scene(task="sri2")
    with pytest.raises(UnknownNameError, match="unknown model"):
        scene.result("evne")


def test_without_a_network_at_criterion_the_one_of_lowest_error_is_shown(tmp_path):
    scene = run(comparison(("sir2",), ("never",), networks=6, epochs=3, seed=0), tmp_path).scene()
    errors = scene.result("never").final_error
    assert errors[scene.best_network("never")] == errors.min()


def test_learning_curves_of_a_goal_end_with_the_epoch_in_which_it_was_reached(tmp_path):
    """The goal counts sequences, of which an epoch has five."""
    scene = run(reproduction(4), tmp_path).scene()
    curve = scene.learning_curve("even")
    assert scene.result("even").times.epochs.tolist() == [5, 10, 15, 20]
    assert curve.reached_at.tolist() == [1, 2, 3, 4]
    assert [curve.error[n, at - 1] for n, at in enumerate(curve.reached_at)] == [0] * 4
    assert plot_learning_curve(curve).lines


def test_conditions_of_a_study_are_scenes(tmp_path):
    found = run(clocks(17, record=("curves",)), tmp_path)
    assert [scene.title for scene in found.scenes()] == ["sir2 · even", "sir2 · stuck: some never"]
    scene = found.scene(condition="stuck: some never")
    assert scene.learning_curve("stuck").error.shape == (17, 10)
    with pytest.raises(FigureError, match=r"stuck: its networks were not stored, .* in a study record = \['weights'\]"):
        scene.recording("stuck")


def test_networks_that_were_trained_for_longer_are_not_shown_as_those_of_fewer_epochs(tmp_path):
    run(comparison(("sir2",), ("even",), networks=4, epochs=8, seed=0), tmp_path)
    fewer = run(comparison(("sir2",), ("even",), networks=4, epochs=3, seed=0), tmp_path, existing=Existing.RESUME)
    scene = fewer.scene()
    assert scene.result("even").times.epochs.tolist() == [2, 3, 0, 0]
    with pytest.raises(FigureError, match="trained for longer than 3 epochs"):
        scene.networks("even")


def test_what_holds_no_run_is_named(tmp_path):
    with pytest.raises(ResultsError, match=r"holds no run \(no manifest.json\); give a directory that"):
        open_run(tmp_path)
    (tmp_path / "notes.txt").touch()
    with pytest.raises(ResultsError, match=r"is not empty and holds no run of this program \(notes.txt\)"):
        open_run(tmp_path)
