"""NeuroGym tasks as ours and ours as NeuroGym's: run by `make neurogym-check`, with NeuroGym."""

import warnings

import numpy as np
import pytest

from tasks.base.errors import ParameterError
from tasks.base.task import TrialBlock, Trials
from tasks.bridges.codings import Bins
from tasks.catalog import TASKS

pytestmark = pytest.mark.filterwarnings("default")

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    neurogym = pytest.importorskip(
        "neurogym", reason="NeuroGym needs an environment of its own: make neurogym-check", exc_type=ImportError
    )
    from neurogym.envs.registration import all_envs
    from neurogym.utils.ngym_random import TruncExp

    from tasks.bridges.neurogym import NeuroGymTask, seed_environment, trial_environment

NOT_OURS = {
    "AnnubesEnv-v0": "missing 2 required positional arguments",
    "Bandit-v0": "has no ground truth",
    "DawTwoStep-v0": "has no ground truth",
    "EconomicDecisionMaking-v0": "has no ground truth",
    "Null-v0": "has no discrete actions to choose from",
    "Reaching1D-v0": "has a ground truth that is not one of its 3 actions",
    "Reaching1DWithSelfDistraction-v0": "has a ground truth that is not one of its 3 actions",
    "ReachingDelayResponse-v0": "has no discrete actions to choose from",
    "SpatialSuppressMotion-v0": "has no discrete actions to choose from",
}
OURS = [name for name in all_envs() if name not in NOT_OURS]
ONE_RESPONSE = [name for name in TASKS if type(TASKS[name].build().spec.answer).__name__ == "Choice"]


@pytest.mark.parametrize("name", OURS)
def test_every_task_with_a_ground_truth_is_one_of_ours(name):
    task = NeuroGymTask(environment=name)
    spec, environment = task.spec, neurogym.make(name).unwrapped
    trials = task.trials(6, np.random.default_rng(1))
    assert spec.name == type(environment).__name__
    assert len(spec.analog) == environment.observation_space.shape[0] == trials.values.shape[1]
    assert len(spec.responses) == environment.action_space.n == len(set(spec.responses))
    assert spec.events[:-1] == tuple(environment.timing)
    assert trials.starts.sum() == 6
    assert set(trials.target.tolist()) <= set(range(len(spec.responses)))
    assert trials.counts.all()
    assert trials.rewarded[np.flatnonzero(trials.starts)[1:] - 1].all()
    assert np.isfinite(trials.values).all()


@pytest.mark.parametrize("name", OURS)
def test_the_same_seed_gives_the_same_trials_and_fewer_are_the_beginning(name):
    task = NeuroGymTask(environment=name)
    short, long, other = (task.trials(n, np.random.default_rng(seed)) for n, seed in ((3, 5), (8, 5), (8, 6)))
    for field in Trials.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(short, field), getattr(long, field)[: len(short)], err_msg=field)
    same = len(long) == len(other) and all(
        np.array_equal(getattr(long, field), getattr(other, field)) for field in ("values", "target", "event")
    )
    assert not same or name in ("MotorTiming-v0",)


@pytest.mark.parametrize("name", NOT_OURS)
def test_what_has_no_ground_truth_or_no_choice_is_rejected(name):
    with pytest.raises((ParameterError, TypeError), match=NOT_OURS[name]):
        NeuroGymTask(environment=name)


def test_timing_ground_truth_and_boundaries_are_those_of_neurogym():
    options = {"dt": 20, "timing": {"fixation": 100, "stimulus": 200, "delay": [40, 80], "decision": 60}}
    task = NeuroGymTask(environment="PerceptualDecisionMaking-v0", options=options)
    trials = task.trials(30, np.random.default_rng(2))
    spec = task.spec
    assert [c.name for c in spec.analog] == ["fixation", "stimulus 1", "stimulus 2"]
    assert [str(c.role) for c in spec.analog] == ["control", "stimulus", "stimulus"]
    assert spec.responses == ("fixation", "choice 1", "choice 2")
    delays = set()
    for trial in np.split(np.arange(len(trials)), np.flatnonzero(trials.starts)[1:]):
        events = [spec.events[e] for e in trials.event[trial]]
        delay = events.count("delay")
        assert events == ["fixation"] * 5 + ["stimulus"] * 10 + ["delay"] * delay + ["decision"] * 3
        assert (trials.values[trial[:5], 0] == 1).all()
        assert not trials.values[trial[15:]].any()
        assert not trials.target[trial[:-3]].any()
        assert len(set(trials.target[trial[-3:]].tolist())) == 1
        assert trials.target[trial[-1]] in (1, 2)
        np.testing.assert_array_equal(trials.rewarded[trial], [False] * (len(trial) - 3) + [True] * 3)
        delays.add(delay)
    assert delays == {2, 4}


def test_sources_of_random_numbers_are_independent():
    """NeuroGym gives all the same seed: two such periods would always be equally long."""
    timing = {"fixation": TruncExp(400, 100, 2000), "stimulus": TruncExp(400, 100, 2000)}
    environment = neurogym.make("PerceptualDecisionMaking-v0", timing=timing, dt=1).unwrapped

    def lengths(count=40):
        found = []
        for _ in range(count):
            environment.new_trial()
            found.append(
                (environment.end_ind["fixation"], environment.end_ind["stimulus"] - environment.end_ind["fixation"])
            )
        return np.array(found)

    environment.seed(3)
    theirs = lengths()
    np.testing.assert_array_equal(theirs[:, 0], theirs[:, 1])
    seed_environment(environment, 3)
    ours = lengths()
    assert abs(np.corrcoef(ours.T)[0, 1]) < 0.5
    seed_environment(environment, 3)
    np.testing.assert_array_equal(lengths(), ours)
    seed_environment(environment, 4)
    assert not np.array_equal(lengths(), ours)


@pytest.mark.parametrize("model", ["lstm", "pbwm"])
def test_our_models_run_on_neurogym_tasks_in_bins(model):
    from pbwm.compare.models import MODELS

    boxes = Bins(count=2, low=0.0, high=1.0, joint=True)
    options = {"timing": {"stimulus": 300}}
    task = NeuroGymTask(environment="PerceptualDecisionMaking-v0", options=options, boxes=boxes)
    assert [len(c.symbols) for c in task.spec.channels] == [8]
    learner = MODELS[model].build(task.spec, networks=range(2))
    streams = [task.trials(4, np.random.default_rng(i)) for i in range(2)]
    outcome = learner.run(TrialBlock.stack(streams))
    assert outcome.counted.tolist() == [len(s) for s in streams]


@pytest.mark.parametrize("name", ONE_RESPONSE)
def test_ours_are_trial_environments(name):
    from tests.contract.test_learners import SHORTER

    task = TASKS[name].build(**SHORTER.get(name, {}))
    environment = trial_environment(task)
    shown, _ = environment.reset(seed=4)
    trials = task.trials(task.spec.sequences_per_epoch, np.random.default_rng(4))
    starts = np.flatnonzero(trials.starts)
    units = [len(c.symbols) for c in task.spec.channels]
    for step in range(min(len(trials) - 1, 250)):
        on = [o + s for o, s in zip(np.cumsum([0, *units]), trials.symbols[step], strict=False) if s >= 0]
        np.testing.assert_array_equal(np.flatnonzero(shown[: sum(units)]), on)
        right = int(trials.target[step]) + 1
        shown, reward, terminated, truncated, said = environment.step(right)
        assert (said["gt"], said["event"]) == (right, trials.event[step])
        np.testing.assert_array_equal(said["ideal_gate"], trials.ideal_gate[step])
        assert reward == float(trials.rewarded[step])
        assert said["new_trial"] == (step + 1 in starts)
        assert not terminated
        assert not truncated


def test_a_trial_environment_has_names_periods_and_rewards():
    task = TASKS["ax-cpt"].build(min_delay=1, max_delay=1)
    environment = trial_environment(task, dt=50, rewards={"fail": -1.0})
    environment.reset(seed=1)
    assert environment.action_space.name == {"fixation": 0, "nontarget": 1, "target": 2}
    assert environment.observation_space.name["symbol A"] == 0
    periods = [p for p in environment.start_ind if p.startswith(("1 cue", "2 delay", "3 "))]
    assert [environment.end_t[p] - environment.start_t[p] for p in periods[:2]] == [50, 50]
    assert environment.step(1)[1] == 0
    assert environment.step(0)[1] == 0
    wrong = 3 - environment.gt_now
    assert environment.step(wrong)[1] == -1
    first = [environment.reset(seed=9)[0] for _ in range(2)]
    np.testing.assert_array_equal(*first)
    with pytest.raises(ParameterError, match="dt = 0 must be"):
        trial_environment(task, dt=0)


def test_a_trial_environment_is_one_of_our_tasks_again():
    task = TASKS["12ax"].build()
    again = NeuroGymTask(environment=lambda: trial_environment(task), name="again")
    trials = again.trials(5, np.random.default_rng(0))
    assert trials.starts.sum() == 5
    assert set(trials.target.tolist()) == {1, 2}
    assert trials.values.shape[1] == 8
    assert (trials.values.sum(1) == 1).all()
