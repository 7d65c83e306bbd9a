"""Consolidation: networks that have reached the criterion are trained for a declared number of further epochs."""

from dataclasses import replace
from threading import Event

import numpy as np
import pytest

from pbwm.compare.errors import RunFailedError, RunStoppedError
from pbwm.compare.experiment import Condition, Study
from pbwm.compare.experiment.job import Watch
from pbwm.compare.experiment.job_training import run_job
from pbwm.errors import PBWMWeightsError
from tests.compare.conftest import ClockLearner, begun_with, entry, jobs, ran


def consolidated(model="stuck", **how):
    [job] = jobs(model, **how)
    return run_job(replace(job, consolidation=5), Watch(), Event())


class FailsLater(ClockLearner):
    training = False

    def train(self, lesson):
        self.training = True
        trained = super().train(lesson)
        self.training = False
        return trained

    def run(self, block, *, learn=True, record=False):
        if learn and not self.training:
            raise PBWMWeightsError(f"weights of network {self.numbers[-1]} are not finite; lower learning_rate")
        return super().run(block, learn=learn, record=record)


@pytest.mark.usefixtures("cataloged")
def test_networks_at_criterion_are_trained_further_and_the_others_wait():
    plain, further = ran("stuck", networks=5, epochs=9), consolidated(networks=5, epochs=9)
    for name in ("reached_at", "errors", "counted"):
        np.testing.assert_array_equal(getattr(further.trained, name), getattr(plain.trained, name))
    # Epochs of consolidation come in calls of 1, 2, and the other 2; a learner by the clock counts calls.
    assert further.learner.epochs_run.tolist() == [6 + 3, 6 + 3, 6 + 3, 9, 9]
    assert further.trained.steps == plain.trained.steps + 3 * 5 * 100
    assert further.snapshot.state["epochs run"].tolist() == further.learner.epochs_run.tolist()


@pytest.mark.usefixtures("cataloged")
def test_the_trials_are_of_no_other_purpose():
    result = consolidated(networks=5, epochs=9)
    for network in range(3):
        before, after = result.learner.log[network][:6], b"".join(result.learner.log[network][6:])
        size = len(before[0])
        further = [after[i : i + size] for i in range(0, len(after), size)]
        assert len(further) == 5
        assert len(set(before + further)) == 11


@pytest.mark.usefixtures("cataloged")
def test_nobody_at_criterion_is_nothing_to_consolidate():
    assert consolidated("never", networks=2, epochs=3).learner.epochs_run.tolist() == [3, 3]


@pytest.mark.usefixtures("cataloged")
def test_it_can_be_stopped():
    class StopsAtTheEnd(Watch):
        def __init__(self, stop):
            self.stop = stop

        def epoch_done(self, job, epochs, reached):
            if epochs == 9:
                self.stop.set()

    [job] = jobs("stuck", networks=5, epochs=9)
    stop = Event()
    with pytest.raises(RunStoppedError, match="stopped after 9 epochs"):
        run_job(replace(job, consolidation=5), StopsAtTheEnd(stop), stop)


@pytest.mark.usefixtures("cataloged")
def test_a_network_that_cannot_go_on_says_when():
    [job] = jobs("even", networks=2, epochs=9)
    job = replace(job, entry=entry(kind=FailsLater, name="later", fluent_after=lambda r: r), consolidation=4)
    with pytest.raises(RunFailedError, match="epoch 1 of consolidation: weights of network 1 are not finite"):
        run_job(job, Watch(), Event())


@pytest.mark.usefixtures("few_frozen_steps")
@pytest.mark.parametrize("model", ["lstm", "pbwm"])
def test_it_is_the_same_for_networks_that_go_on_from_fewer_epochs(model):
    """Those at criterion are not consolidated again; weights do change."""
    easy = {"stores": 1, "trials_per_epoch": 20}
    [row] = Study(
        name="s",
        consolidation=3,
        conditions=(Condition(name="easy", tasks=("sir2",), models=(model,), epochs=50, task_parameters=easy),),
    ).rows()
    whole = run_job(row.job(range(4)), Watch(), Event())
    reached = whole.trained.reached_at > 0
    assert reached.any()
    plain = run_job(replace(row, consolidation=0).job(range(4)), Watch(), Event())
    name, weights = next((n, v) for n, v in whole.snapshot.state.items() if v.dtype.kind == "f" and v.size > 100)
    moved = [(a != b).any() for a, b in zip(weights, plain.snapshot.state[name], strict=True)]
    assert moved == reached.tolist()
    for fewer in (1, int(whole.trained.reached_at.max()) - 1):
        part = run_job(replace(row, epochs=fewer).job(range(4)), Watch(), Event())
        more = run_job(row.job(range(4)), Watch(), Event(), begun_with(part))
        assert more.trained.steps == whole.trained.steps
        for name, values in whole.snapshot.state.items():
            np.testing.assert_array_equal(more.snapshot.state[name], values)
        np.testing.assert_array_equal(more.frozen.errors, whole.frozen.errors)
