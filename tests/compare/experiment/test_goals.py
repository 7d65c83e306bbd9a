"""Goals: when networks have learned by the definitions of the papers, and what is counted until then."""

from dataclasses import replace
from threading import Event

import numpy as np
import pytest

from pbwm.compare.errors import PlanError, RunStoppedError
from pbwm.compare.experiment.declaration import Condition
from pbwm.compare.experiment.goals import (
    AcceptedRange,
    AddedCell,
    AllStrings,
    FaultlessRun,
    FaultlessTest,
    PerfectStreams,
    by_sequence,
    misclassified,
)
from pbwm.compare.experiment.job import Watch
from pbwm.compare.experiment.job_training import run_job
from pbwm.compare.experiment.key import other_values
from pbwm.compare.experiment.late_cells import LateCells
from pbwm.compare.published import PAPERS
from tasks.counting import Counting
from tasks.long_lag import LongLag
from tasks.reber import EmbeddedReber
from tests.reference.lstm_cases import random_block

ROWS = {
    name: part.study.rows()[0] for paper in ("hochreiter1997", "gers2000") for name, part in PAPERS[paper].parts.items()
}


def test_errors_by_sequence():
    block = random_block([9, 5], np.random.default_rng(0))
    block.starts[0, [0, 4, 7]] = block.starts[1, 0] = True
    error = np.array([[np.nan, 0.1, 0.3, 0.2, np.nan, 0.7, np.nan, 0.4, 0.5], [0.9] * 9])
    assert by_sequence(block, error, 0).tolist() == [0.3, 0.7, 0.5]
    assert by_sequence(block, error, 1).tolist() == [0.9]


def test_a_sequence_is_misclassified_once_however_many_of_its_answers_are_wrong():
    block = random_block([6, 6], np.random.default_rng(0))
    block.starts[:, [0, 3]] = True
    error = np.array([[0.9, np.nan, 0.9, 0.1, np.nan, 0.2], [0.1, np.nan, 0.5, 0.5, np.nan, 0.2]])
    assert misclassified(block, error, 0.5).tolist() == [1, 2]


def trained(slug, goal, most, networks, task=None):
    """Results of networks of an experiment with another goal, and on another task."""
    job = replace(ROWS[slug], seed=1000).job(networks)
    job = replace(job, goal=goal or job.goal, epochs=most, task=task or job.task)
    return run_job(job, Watch(), Event()).trained


def test_a_faultless_run_is_found():
    """A lag of 3 is soon bridged; the networks then stop."""
    goal = FaultlessRun(sequences=200, tolerance=0.25, counted=False, test=False)
    task = LongLag.experiment_2a(p=4, sequences_per_epoch=50)
    learned = trained("2a-p-100", goal, 4000, range(3), task)
    assert (learned.reached_at > 0).all()
    assert (learned.reached_at % 50 == 0).all()
    assert (learned.reached_at < 3800).all()
    assert learned.tested is None
    assert learned.errors[:, -1].sum() == 0
    never = trained("2a-p-100", replace(goal, mean=1e-9, counted=True), 250, range(2), task)
    assert (never.reached_at.tolist(), never.errors.shape[1]) == ([0, 0], 5)


def test_a_run_may_have_a_few_errors():
    """In the first run, every sequence is off; in the second, one sequence fewer may be than were trained."""
    task = LongLag.experiment_2a(p=4, sequences_per_epoch=50)
    all_off = FaultlessRun(sequences=100, tolerance=1e-9, fewer_than=100, test=False)
    learned = trained("2a-p-100", all_off, 200, range(2), task)
    assert learned.reached_at.tolist() == [0, 0]
    learned = trained("2a-p-100", replace(all_off, fewer_than=101), 200, range(2), task)
    assert learned.reached_at.tolist() == [100, 100]  # not 50: the window must be full
    assert str(all_off) == "fewer than 100 of the last 100 training sequences off by 1e-09"


def test_experiment_5_counts_errors_in_training_as_the_paper_does():
    goals = [ROWS[f"5-fewer-than-{few}-wrong"].goal for few in (140, 13)]
    assert goals == [FaultlessRun(sequences=2000, tolerance=0.04, fewer_than=few) for few in (140, 13)]


def test_results_of_goals_without_a_limit_on_errors_remain_valid():
    row = ROWS["6a"]
    earlier = row.key | {"goal": {name: value for name, value in row.key["goal"].items() if name != "fewer_than"}}
    assert other_values(row.key, earlier, row.later) == []
    goal = replace(row.goal, fewer_than=2)
    assert other_values(replace(row, goal=goal).key, earlier, row.later) == ["goal.fewer_than = 1, not 2"]


def test_a_late_cell_is_absent_until_the_error_has_stopped_decreasing(monkeypatch):
    """Before, the input gate is shut, and neither it nor the cell learns; then each network gets its own first gate."""
    monkeypatch.setattr(LateCells, "add", watched_add := Watched(LateCells.add))
    goal = AddedCell(sequences=400, tolerance=0.25, counted=False, test=False, window=50)
    job = replace(ROWS["2a-p-100-late-cell"], seed=1000).job(range(3))
    job = replace(job, goal=goal, epochs=600, task=LongLag.experiment_2a(p=4, sequences_per_epoch=50))
    initial = job.build().weights()
    trained = run_job(job, Watch(), Event())
    shut = [weights for weights, added in watched_add.seen if not added.any()]
    assert len(shut) >= 1
    for weights in shut:
        assert (weights["input_gate"] == -1000).all()
        np.testing.assert_array_equal(weights["cell"], initial["cell"])
        np.testing.assert_array_equal(weights["readout"][:, :, 0], initial["readout"][:, :, 0])
        assert (weights["readout"][:, :, 1:] != initial["readout"][:, :, 1:]).any()
    first = next(weights for weights, added in watched_add.seen if added.all())
    assert (np.abs(first["input_gate"]) < 5).all()
    assert (trained.learner.weights()["cell"] != initial["cell"]).any()


class Watched:
    """`LateCells.add`, with the weights and the networks with added cells after each epoch."""

    def __init__(self, add):
        self.add, self.seen = add, []

    def __get__(self, late, _):
        def add(learner, errors):
            self.add(late, learner, errors)
            self.seen.append((learner.weights(), late._added.copy()))

        return add


def test_cells_are_added_where_the_error_has_not_decreased():
    """The networks have a falling, a rising, and a constant error, and too few epochs."""

    class Gates:
        def __init__(self):
            self.kept = {"input_gate": np.arange(4.0).reshape(4, 1, 1)}

        def weights(self):
            return {name: values.copy() for name, values in self.kept.items()}

        def set_weights(self, weights):
            self.kept = weights

    gates = Gates()
    late = LateCells(gates, 2)
    late.add(gates, np.array([[9, 4, 4, 1, 1], [0, 1, 1, 2, 2], [0, 1, 1, 1, 1], [np.inf, np.inf, 1, 2, 2]]))
    assert gates.kept["input_gate"].ravel().tolist() == [-1000, 1, 2, -1000]


def test_cells_are_added_to_models_with_input_gates_only():
    class Plain:
        def weights(self):
            return {"hidden": np.zeros((1, 2, 2))}

    with pytest.raises(PlanError, match="the model has no input gate; give another goal"):
        LateCells(Plain(), 2)
    with pytest.raises(PlanError, match=r"AddedCell.window = 6 must be at most half of sequences = 10"):
        AddedCell(sequences=10, tolerance=0.1, window=6)


def test_a_faultless_test_is_passed_or_not():
    task = LongLag.experiment_2a(p=4, sequences_per_epoch=50)
    passed = FaultlessTest(sequences=20, tolerance=2.0)
    learned = trained("2a-p-100", passed, 500, range(2), task)
    assert learned.reached_at.tolist() == [50, 50]
    assert learned.tested.tolist() == [0.0, 0.0]
    failed = FaultlessTest(sequences=20, tolerance=0.01, fewer_than=2, mean=1e-6)
    learned = trained("2a-p-100", failed, 100, range(2), task)
    assert (learned.reached_at.tolist(), learned.errors.shape[1]) == ([0, 0], 2)


def test_only_epochs_within_the_budget_are_trained():
    """Of 90 sequences, an epoch of 50 fits once."""
    task = LongLag.experiment_2a(p=4, sequences_per_epoch=50)
    learned = trained("2a-p-100", FaultlessRun(sequences=100, tolerance=2.0, test=False), 90, range(2), task)
    assert (learned.reached_at.tolist(), learned.errors.shape[1]) == ([0, 0], 1)
    with pytest.raises(PlanError, match=r"epochs = 49 must be at least 50, the sequences of an epoch; give a larger"):
        trained("2a-p-100", FaultlessRun(sequences=10, tolerance=2.0), 49, range(1), task)


def strings_of(trials):
    return [tuple(part) for part in np.split(trials.symbols[:, 0], np.flatnonzero(trials.starts)[1:])]


def test_a_budget_of_fewer_strings_than_are_trained_between_checks_is_rejected():
    with pytest.raises(PlanError, match=r"epochs = 99 must be at least AllStrings.every = 100; give a larger budget"):
        trained("1-4-blocks-of-1-rate-0-1", AllStrings(), 99, range(1))


def test_strings_are_drawn_from_the_training_set():
    goal = AllStrings(strings=8, every=5, glance=3)
    learned = trained("1-3-blocks-of-2-rate-0-5", goal, 10, range(2))
    assert (learned.reached_at.tolist(), learned.errors.shape[1]) == ([0, 0], 2)
    shown, kept = (strings_of(trials) for trials in goal._sets(EmbeddedReber(), 1000, 1))
    assert (len(shown), len(kept)) == (8, 8)
    assert not set(shown) & set(kept)
    drawn = strings_of(goal._some(goal._sets(EmbeddedReber(), 1000, 1)[0], np.random.default_rng(2)))
    assert len(drawn) == 5
    assert set(drawn) <= set(shown)


def test_all_strings_have_to_be_right():
    """If any answer is right, the goal is reached at the first test, and training stops."""
    goal = AllStrings(strings=8, every=5)
    learned = trained("1-3-blocks-of-2-rate-0-5", goal, 50, range(2), EmbeddedReber(tolerance=0.99))
    assert learned.reached_at.tolist() == [5, 5]


def test_streams_end_with_an_error():
    """Untrained networks make an error in almost every string, and fail every test."""
    learned = trained("forget-gates", None, 60, range(3))
    assert learned.reached_at.tolist() == [0] * 3
    assert (learned.errors.sum((1, 2)) >= 55).all()
    few = trained("forget-gates", PerfectStreams(most=100), 60, range(3))
    assert few.steps < learned.steps


def test_streams_that_go_on_are_tested_and_end():
    """If every answer is right, a stream ends when it is long enough, and the networks pass the test."""
    task = EmbeddedReber.gers_2000(starts_given=True, tolerance=0.999, all_taught=True)
    goal = PerfectStreams(streams=3, symbols=700, taught=500)
    learned = trained("forget-gates", goal, 30_000, range(2), task)
    assert learned.reached_at.tolist() == [1, 1]


def test_training_has_no_more_symbols_than_the_most():
    """Every answer is right, so that the stream goes on to the end."""
    task = EmbeddedReber.gers_2000(starts_given=True, tolerance=0.999, all_taught=True)
    learned = trained("forget-gates", PerfectStreams(most=130), 30_000, range(2), task)
    assert learned.steps == 2 * 130


def test_a_network_learns_alone_as_among_others():
    goal = PerfectStreams(most=500)
    together, alone = (trained("forget-gates-decay", goal, 5000, who) for who in (range(3), range(1, 2)))
    assert 10 < together.errors[1].sum() == alone.errors[0].sum() < 500


def test_a_job_with_a_goal_stops_when_told():
    stop = Event()
    stop.set()
    with pytest.raises(RunStoppedError, match="stopped after 0 epochs"):
        run_job(ROWS["forget-gates"].job(range(1)), Watch(), stop)


ROWS |= {name: part.study.rows()[0] for name, part in PAPERS["gers2001"].parts.items()}


def test_the_range_that_is_accepted_ends_with_the_first_string_that_is_not(monkeypatch):
    """A stand-in accepts up to n = 7, all except 5, everything, or nothing."""
    accepts = [lambda n: n <= 7, lambda n: n != 5, lambda n: n > 0, lambda n: n < 0]
    asked = []

    class Tester:
        def __init__(self, job):
            self.job = job

        def accepted(self, _, numbers):
            asked.append(numbers)
            return np.array([[accept(n) for n in numbers.max(1)] for accept in accepts])

        def numbers_up_to(self, most):
            yield from (np.arange(1, 7), np.arange(7, most + 1))

    monkeypatch.setattr("pbwm.compare.experiment.counting_goal._Tester", Tester)
    task = Counting.a_b_b_a(counts=(1, 3), all_taught=True, tolerance=0.49, strings_per_epoch=2)
    learned = trained("anbmbman-n-1-to-10", AcceptedRange(most=9, longer=1), 6, range(4), task)
    assert learned.reached_at.tolist() == [2, 2, 2, 0]
    assert learned.tested[:3].tolist() == [7, 4, 9]
    assert np.isnan(learned.tested[3])
    assert sorted(map(tuple, asked[0].tolist())) == [(n, m) for n in (1, 2, 3) for m in (1, 2, 3)]
    assert asked[-1].tolist() == [[n, n] for n in (7, 8, 9)]
    assert (learned.counted.sum(2) > 0).tolist() == [[True, True, False]] * 3 + [[True] * 3]


def test_strings_are_accepted_where_every_letter_is_predicted():
    """If any answer is right, all strings are accepted; untrained networks accept none."""
    easy = Counting.a_b(counts=(1, 2), all_taught=True, tolerance=0.999)
    assert trained("anbn-n-1-to-10", AcceptedRange(most=30), 40, range(2), easy).tested.tolist() == [30, 30]
    hard = replace(easy, tolerance=0.01)
    assert trained("anbn-n-1-to-10", AcceptedRange(most=30), 40, range(2), hard).reached_at.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (FaultlessRun, {"sequences": -1}),
        (FaultlessRun, {"tolerance": float("nan")}),
        (FaultlessRun, {"mean": "low"}),
        (FaultlessRun, {"counted": 1}),
        (FaultlessTest, {"fewer_than": 0}),
        (AllStrings, {"every": 2.0}),
        (PerfectStreams, {"streams": True}),
        (AcceptedRange, {"most": 10**13}),
        (AcceptedRange, {"longer": -1}),
    ],
)
def test_impossible_goals_are_rejected_by_name(kind, given):
    [name] = given
    right = {"sequences": 5, "tolerance": 0.1} if kind in (FaultlessRun, FaultlessTest) else {}
    with pytest.raises(PlanError, match=rf"{kind.__name__}\.{name} = .* must be .*; give"):
        kind(**{**right, **given})
    assert AcceptedRange(longer=0).longer == 0


@pytest.mark.parametrize("goal", ["faultless", 3, FaultlessRun])
def test_a_condition_takes_goals_alone(goal):
    with pytest.raises(PlanError, match=r"condition 'a': goal = .* is not a goal"):
        Condition(name="a", tasks=("sir2",), models=("lstm",), goal=goal)
