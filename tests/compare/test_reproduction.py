"""Reproductions: the papers' networks, when they have learned, and what is kept, compared and shown of it."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from typer.testing import CliRunner

from pbwm.compare.cli.app import app
from pbwm.compare.published import REPRODUCTIONS
from pbwm.compare.published.continual import PerfectStreams
from pbwm.compare.published.goals import AllStrings, FaultlessRun, FaultlessTest, by_sequence
from pbwm.compare.reproduction import HEADINGS, Experiment, Learned, Published, Result, chosen, run_experiment
from tasks.base.errors import UnknownNameError
from tasks.long_lag import LongLag
from tasks.reber import EmbeddedReber
from tests.reference.lstm_cases import random_block

HS97, GERS = REPRODUCTIONS["hochreiter1997"], REPRODUCTIONS["gers2000"]
BY_SLUG = {experiment.slug: experiment for paper in REPRODUCTIONS.values() for experiment in paper.experiments}
WEIGHTS = {
    "1-4-blocks-of-1-rate-0-1": 264,
    "1-3-blocks-of-2-rate-0-5": 276,
    "2a-p-100": 10_504,
    "2c-p-q-50": 364,
    "3a-t-100-n-3": 102,
    "4-t-100": 93,
    "5-fewer-than-13-wrong": 93,
    "6a": 156,
    "6b": 308,
    "forget-gates": 424,
}


@dataclass
class Fake:
    """A goal that every other network reaches after as many sequences as its number; counts how often it trains."""

    calls: list[range] = field(default_factory=list)

    def train(self, experiment, seed, replicas):
        self.calls.append(replicas)
        numbers = np.array(replicas)
        return Learned(sequences=100 + numbers, reached=numbers % 2 == 0, wrong=np.where(numbers == 0, 0.25, np.nan))


def faked(goal, **changes):
    known = BY_SLUG["4-t-100"]
    return replace(known, goal=goal, **changes)


@pytest.mark.parametrize("slug", WEIGHTS)
def test_networks_have_the_weights_that_the_papers_say(slug):
    experiment = BY_SLUG[slug]
    assert experiment.build(experiment.task.spec, replicas=range(1)).circuit.weights == WEIGHTS[slug]


def test_long_experiments_run_only_if_they_are_named():
    numbers = {experiment.number for experiment in chosen(HS97, [])}
    assert numbers == {"1", "2a", "2b", "2c", "3a", "4", "6a"}
    assert [experiment.name for experiment in chosen(HS97, ["5", "4-t-500"])] == [
        "4, T = 500",
        "5, fewer than 140 wrong",
        "5, fewer than 13 wrong",
    ]
    with pytest.raises(UnknownNameError, match="did you mean '2c'"):
        chosen(HS97, ["2d"])


def test_blocks_that_are_done_are_kept(tmp_path):
    goal = Fake()
    few = run_experiment(faked(goal), tmp_path, replicas=3, seed=0)
    again = run_experiment(faked(goal), tmp_path, replicas=3, seed=0)
    assert goal.calls == [range(3)]
    many = run_experiment(faked(goal), tmp_path, replicas=18, seed=0)
    assert goal.calls == [range(3), range(16), range(16, 18)]
    assert few.learned.sequences.tolist() == again.learned.sequences.tolist() == [100, 101, 102]
    assert (many.networks, int(many.learned.reached.sum())) == (18, 9)
    np.testing.assert_array_equal(few.learned.wrong, [0.25, np.nan, np.nan])


@pytest.mark.parametrize(
    ("published", "same"), [(101.0, True), (320.0, False), (315.0, True), (33.0, True), (31.0, False)]
)
def test_the_order_of_magnitude(tmp_path, published, same):
    experiment = faked(Fake(), published=Published(sequences=published, success=1.0))
    result = run_experiment(experiment, tmp_path, replicas=4, seed=0)
    assert result.taken.tolist() == [100, 102]
    assert result.same_order == same
    row = dict(zip(HEADINGS, result.row(), strict=True))
    assert (row["mean"], row["reached"], row["networks"], row["wrong in test"]) == (101, 2, 4, 0.25)


def test_without_success_there_is_no_order():
    none = Learned(sequences=np.array([5, 5]), reached=np.zeros(2, bool), wrong=np.full(2, np.nan))
    result = Result(experiment=BY_SLUG["6a"], learned=none, seed=0)
    assert (result.success, result.ratio, result.same_order) == (0.0, None, False)
    for slug, same in (("forget-gates", False), ("no-resets-no-forget-gates", True)):
        assert Result(experiment=BY_SLUG[slug], learned=none, seed=0).same_order == same
    assert (
        Result(
            experiment=faked(Fake(), published=Published(sequences=None, success=None)), learned=none, seed=0
        ).same_order
        is None
    )


def test_the_mean_of_a_few_is_of_no_order():
    published = Published(sequences=100.0, success=1.0)
    for reached, same in ((2, True), (1, False)):
        some = Learned(sequences=np.full(4, 100), reached=np.arange(4) < reached, wrong=np.full(4, np.nan))
        assert Result(experiment=faked(Fake(), published=published), learned=some, seed=0).same_order == same


def test_the_order_of_magnitude_of_success():
    some = Learned(sequences=np.array([5] * 4), reached=np.arange(4) < 1, wrong=np.full(4, np.nan))
    orders = {
        slug: Result(experiment=BY_SLUG[slug], learned=some, seed=0).same_order for slug in BY_SLUG if "forget" in slug
    }
    assert orders == {
        "resets-no-forget-gates": True,
        "no-resets-no-forget-gates": False,
        "forget-gates": True,
        "forget-gates-decay": True,
    }


def test_errors_by_sequence():
    block = random_block([9, 5], np.random.default_rng(0))
    block.starts[0, [0, 4, 7]] = block.starts[1, 0] = True
    error = np.array([[np.nan, 0.1, 0.3, 0.2, np.nan, 0.7, np.nan, 0.4, 0.5], [0.9] * 9])
    assert by_sequence(block, error, 0).tolist() == [0.3, 0.7, 0.5]
    assert by_sequence(block, error, 1).tolist() == [0.9]


def small(task, goal, slug, most):
    return replace(BY_SLUG[slug], task=task, goal=goal, most=most)


def test_a_faultless_run_is_found():
    """A lag of 3 is soon bridged; the networks stop there, and have what came before."""
    goal = FaultlessRun(sequences=200, tolerance=0.25, counted=False, test=False)
    experiment = small(LongLag.experiment_2a(p=4, sequences_per_epoch=50), goal, "2a-p-100", 4000)
    learned = goal.train(experiment, 1000, range(3))
    assert learned.reached.all()
    assert (learned.sequences % 50 == 0).all()
    assert (learned.sequences < 3800).all()
    strict = replace(goal, mean=1e-9, counted=True)
    never = strict.train(replace(experiment, most=250), 1000, range(2))
    assert (never.reached.tolist(), never.sequences.tolist()) == ([False] * 2, [250] * 2)


def test_a_faultless_test_is_passed_or_not():
    task = LongLag.experiment_2a(p=4, sequences_per_epoch=50)
    passed = FaultlessTest(sequences=20, tolerance=2.0)
    learned = passed.train(small(task, passed, "2a-p-100", 500), 1000, range(2))
    assert learned.reached.all()
    assert learned.sequences.tolist() == [50, 50]
    assert learned.wrong.tolist() == [0.0, 0.0]
    failed = FaultlessTest(sequences=20, tolerance=0.01, fewer_than=2, mean=1e-6)
    learned = failed.train(small(task, failed, "2a-p-100", 100), 1000, range(2))
    assert not learned.reached.any()
    assert learned.sequences.tolist() == [100, 100]


def strings_of(trials):
    return [tuple(part) for part in np.split(trials.symbols[:, 0], np.flatnonzero(trials.starts)[1:])]


def test_strings_are_drawn_from_the_training_set():
    goal = AllStrings(strings=8, every=5, glance=3)
    experiment = small(EmbeddedReber(), goal, "1-3-blocks-of-2-rate-0-5", 10)
    learned = goal.train(experiment, 1000, range(2))
    assert learned.sequences.tolist() == [10, 10]
    assert not learned.reached.any()
    shown, kept = (strings_of(trials) for trials in goal._sets(EmbeddedReber(), 1000, 1))
    assert (len(shown), len(kept)) == (8, 8)
    assert not set(shown) & set(kept)
    drawn = strings_of(goal._some(goal._sets(EmbeddedReber(), 1000, 1)[0], np.random.default_rng(2)))
    assert len(drawn) == 5
    assert set(drawn) <= set(shown)


def test_all_strings_have_to_be_right():
    """Where any answer is right the goal is reached at the first look, and nobody is trained on."""
    goal = AllStrings(strings=8, every=5)
    experiment = small(EmbeddedReber(tolerance=0.99), goal, "1-3-blocks-of-2-rate-0-5", 50)
    learned = goal.train(experiment, 1000, range(2))
    assert learned.reached.all()
    assert learned.sequences.tolist() == [5, 5]


def test_streams_end_with_an_error():
    """Networks that have just begun make an error in almost every string, and fail every test."""
    experiment = replace(BY_SLUG["forget-gates"], most=60)
    learned = experiment.goal.train(experiment, 1000, range(3))
    assert learned.sequences.tolist() == [60] * 3
    assert not learned.reached.any()
    few = replace(experiment, goal=replace(experiment.goal, most=100))
    assert (few.goal.train(few, 1000, range(3)).sequences < 60).all()


def test_streams_that_go_on_are_tested_and_end():
    """Where every answer is right, a stream ends when it is long enough, and the test that follows is passed."""
    task = EmbeddedReber.gers_2000(starts_given=True, tolerance=0.999, all_taught=True)
    goal = PerfectStreams(streams=3, symbols=700, taught=500)
    experiment = replace(BY_SLUG["forget-gates"], task=task, goal=goal)
    learned = goal.train(experiment, 1000, range(2))
    assert learned.reached.all()
    assert learned.sequences.tolist() == [1, 1]


def test_a_network_learns_alone_as_among_others():
    experiment = replace(BY_SLUG["forget-gates-decay"], most=5000)
    few = replace(experiment, goal=PerfectStreams(most=2000))
    together, alone = (few.goal.train(few, 1000, who).sequences for who in (range(3), range(1, 2)))
    assert 10 < together[1] == alone[0] < 5000


def test_the_command_shows_what_has_been_run(tmp_path):
    run = CliRunner().invoke(app, ["reproduce", "gers2000", "--out", str(tmp_path), "--show"])
    assert run.exit_code == 0, run.output
    assert "streams to the goal" in run.output
    assert (tmp_path / "table.csv").read_text().splitlines() == [",".join(HEADINGS)]
    wrong = CliRunner().invoke(app, ["reproduce", "gers2001", "--out", str(tmp_path)])
    assert wrong.exit_code == 2
    assert "No such command" in wrong.output


def test_experiments_are_declared_once():
    assert len(BY_SLUG) == len(HS97.experiments) + len(GERS.experiments)
    assert all(isinstance(experiment, Experiment) for experiment in BY_SLUG.values())
