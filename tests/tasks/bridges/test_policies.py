"""Our models as policies: with a teacher as on the tasks themselves, and learning from rewards alone."""

from functools import partial
from itertools import pairwise

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces

from pbwm.compare.models import MODELS
from tasks.base.abilities import TaskRefusedError
from tasks.base.errors import ParameterError
from tasks.base.own import OwnLearner
from tasks.base.task import TrialBlock, Trials
from tasks.bridges.codings import Bins, Population, Values, coding_of
from tasks.bridges.gymnasium import TaskEnv
from tasks.bridges.policies import LearnerPolicy, by_information, play


class Naming(gymnasium.Env):
    """Name one of three things: 1 if right, −1 if wrong. Ten steps."""

    observation_space, action_space = spaces.Discrete(3), spaces.Discrete(3, start=5)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.left = 10
        return self._show(), {}

    def _show(self):
        self.now = int(self.np_random.integers(3))
        return self.now

    def step(self, action):
        reward = 1.0 if action - 5 == self.now else -1.0
        self.left -= 1
        return self._show(), reward, False, self.left == 0, {}


class Tracking(gymnasium.Env):
    """Say whether a point is left or right of the middle. Five steps."""

    observation_space, action_space = spaces.Box(-1, 1, (2,)), spaces.Discrete(2)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.left = 5
        return self._show(), {}

    def _show(self):
        self.point = self.np_random.uniform(-1, 1, 2).astype(np.float32)
        return self.point

    def step(self, action):
        reward = float(action == (self.point[0] > 0))
        self.left -= 1
        return self._show(), reward, self.left == 0, False, {}


def model(name, networks=1):
    return partial(MODELS[name].build, networks=range(networks), seed=3)


def taught(env, policy, episodes, seed):
    """Play with a teacher; the actions."""
    actions = []
    for episode in range(episodes):
        shown, info = env.reset(seed=seed if episode == 0 else None)
        over = False
        while not over:
            [action] = policy.act([shown])
            actions.append(action)
            target = info["target"] if info["target"] >= 0 else None
            shown, reward, terminated, truncated, info = env.step(action)
            policy.judge(0, by_information(reward, info), target)
            over = terminated or truncated
            if policy.learn_at == "step" or over:
                policy.learn([0])
        policy.begin(0)
    return actions


def stretches(task, seed, count):
    """The first stretches of the stream of an environment, each as separate trials."""
    trials = task.trials(task.spec.sequences_per_epoch, gymnasium.utils.seeding.np_random(seed)[0])
    ends = [*np.flatnonzero(trials.starts), len(trials)]
    arrays = {name: getattr(trials, name) for name in trials.__dataclass_fields__}
    return [Trials(**{n: a[b:e] for n, a in arrays.items()}) for b, e in pairwise(ends)][:count]


def same_networks(one, other):
    a, b = one.state(), other.state()
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_array_equal(a[name], b[name], err_msg=name)


@pytest.mark.parametrize(
    ("name", "task", "learn_at"), [("pbwm", "sir2", "step"), ("lstm", "12ax", "episode"), ("lstm-2000", "sir2", "step")]
)
def test_with_a_teacher_a_policy_is_the_network_on_the_task(name, task, learn_at):
    env = TaskEnv(task, **({"trials_per_epoch": 40} if task == "sir2" else {}))
    control = ("control",) if task == "sir2" else ()
    coding = coding_of(env.observation_space, silent=0, control=control)
    policy = LearnerPolicy(model(name), coding, env.action_space, learn_at=learn_at)
    for channel, ours in zip(policy.spec.channels, env.task.spec.channels, strict=True):
        assert (channel.name, len(channel.symbols), channel.role) == (ours.name, len(ours.symbols), ours.role)
    episodes = 1 if task == "sir2" else 5
    actions = taught(env, policy, episodes, seed=11)
    # Environment and task give the same, step by step or episode by episode.
    # An environment has no items, from which sizes follow.
    entry = MODELS[name].configured(policy.learner.params)
    learner = entry.build(env.task.spec, networks=range(1), seed=3)
    responses = []
    for trials in stretches(env.task, 11, episodes):
        cut = range(len(trials)) if learn_at == "step" else [slice(0, len(trials))]
        for part in cut:
            rows = slice(part, part + 1) if isinstance(part, int) else part
            arrays = {n: getattr(trials, n)[rows] for n in trials.__dataclass_fields__}
            responses += learner.run(TrialBlock.stack([Trials(**arrays)])).response[0].tolist()
    same_networks(policy.learner, learner)
    if learn_at == "step":
        assert actions == responses


def test_networks_do_not_see_each_other():
    """Three networks in their own environments, whose episodes end at different times, are the same as alone."""
    coding = coding_of(TaskEnv("12ax").observation_space, silent=0)

    def run(networks, seeds):
        build = partial(MODELS["lstm"].build, networks=networks, seed=3)
        policy = LearnerPolicy(build, coding, spaces.Discrete(2), learn_at="episode")
        envs = [TaskEnv("12ax", reward="counted") for _ in networks]
        return play(policy, envs, 4, seeds=seeds, judge=by_information), policy.learner.state()

    together, state = run(range(3), [5, 6, 7])
    assert len(set(together.steps.sum(1).tolist())) > 1
    for i in range(3):
        alone, own = run(range(i, i + 1), [5 + i])
        np.testing.assert_array_equal(alone.rewards[0], together.rewards[i])
        np.testing.assert_array_equal(alone.steps[0], together.steps[i])
        for name in own.keys() - {"gradient"}:  # every run makes a new one
            np.testing.assert_array_equal(own[name][0], state[name][i], err_msg=name)


@pytest.mark.parametrize(("name", "episodes"), [("pbwm", 25), ("lstm", 100)])
def test_rewards_alone_teach_which_action_is_right(name, episodes):
    policy = LearnerPolicy(
        model(name, 4), coding_of(Naming.observation_space), Naming.action_space, exploration=0.2,
        rng=np.random.default_rng(1),
    )  # fmt: skip
    played = play(policy, [Naming() for _ in range(4)], episodes, seeds=range(4))
    assert (played.steps == 10).all()
    assert played.rewards[:, -10:].mean() > played.rewards[:, :10].mean() + 3


def test_without_learning_nothing_changes():
    policy = LearnerPolicy(model("lstm", 2), coding_of(Naming.observation_space), Naming.action_space)
    weights = policy.learner.weights()
    play(policy, [Naming(), Naming()], 3, seeds=[1, 2], learn=False)
    for name, values in policy.learner.weights().items():
        np.testing.assert_array_equal(values, weights[name])


class Listening(OwnLearner):
    """Responds 0, and keeps its trials."""

    def begin(self):
        self.blocks = []

    def answer(self, block, learn):
        self.blocks.append(block)
        return np.zeros(block.target.shape, np.int16)

    def kept(self):
        return {"nothing": np.zeros((self.networks, 1))}

    def keep(self, state):
        pass


def listening(networks=1):
    coding = coding_of(spaces.Discrete(3))
    return LearnerPolicy(lambda spec: Listening(spec, networks=range(networks)), coding, spaces.Discrete(3))


@pytest.mark.parametrize(("right", "judged", "target"), [(True, True, 0), (False, True, -1), (None, False, -1)])
def test_a_judgment_may_be_a_truth_value_of_numpy(right, judged, target):
    for kind in (bool, np.bool_):
        policy = listening()
        policy.act([1])
        policy.judge(0, None if right is None else kind(right))
        policy.learn([0])
        block = policy.learner.blocks[-1]
        assert (block.rewarded[0, 0], block.target[0, 0]) == (judged, target)


def test_networks_that_all_wait_do_nothing():
    policy = listening(2)
    assert policy.act([None, None]) == [None, None]
    assert policy.act([1, None]) == [0, None]


@pytest.mark.parametrize("name", ["lstm", "pbwm"])
def test_what_is_forgotten_has_no_influence_when_an_episode_begins(name):
    def memory(forgets, before):
        """Memory of networks in an outer loop after others, which they do not learn."""
        coding = coding_of(TaskEnv("12ax").observation_space, silent=0)
        policy = LearnerPolicy(model(name), coding, spaces.Discrete(2), forgets=forgets)
        play(policy, [TaskEnv("12ax", max_pairs=1)], 3, seeds=[5])  # so that there is a memory
        play(policy, [TaskEnv("12ax", min_pairs=2, max_pairs=2)], 2, seeds=[before], learn=False)
        policy.begin(0)
        held = [part for part in policy.learner.state() if part in ("s", "units maintained")]
        env, states = TaskEnv("12ax"), []
        shown, _ = env.reset(seed=9)
        for _ in range(3):
            policy.act([shown])
            states.append(policy.learner.state()[held[0]].copy())
            shown, *_ = env.step(0)
        return np.array(states)

    np.testing.assert_array_equal(memory(True, 1), memory(True, 4))
    assert (memory(False, 1) != memory(False, 4)).any()


@pytest.mark.parametrize(
    ("name", "boxes"), [("pbwm", Bins(count=4, joint=True)), ("lstm", Bins(count=4)), ("lstm", Population(units=4))]
)
def test_boxes_are_seen_through_every_coding(name, boxes):
    coding = coding_of(Tracking.observation_space, boxes=boxes)
    try:
        policy = LearnerPolicy(
            model(name, 2), coding, Tracking.action_space, exploration=0.2, rng=np.random.default_rng(1)
        )
    except TaskRefusedError as error:
        assert coding.analog and "has real-valued inputs" in str(error)  # noqa: PT017, PT018
        return
    played = play(policy, [Tracking(), Tracking()], 3, seeds=range(2), most_steps=4)
    assert (played.steps == 4).all()
    assert ((played.rewards >= 0) & (played.rewards <= 4)).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: LearnerPolicy(model("lstm"), coding_of(spaces.Discrete(3)), spaces.Box(0, 1)),
            "action space = .* is not discrete",
        ),
        (
            lambda: LearnerPolicy(model("lstm"), coding_of(spaces.Discrete(3)), spaces.Discrete(2), exploration=0.1),
            "LearnerPolicy.rng = None is needed to draw random actions",
        ),
        (
            lambda: play(
                LearnerPolicy(model("lstm"), coding_of(spaces.Discrete(3)), spaces.Discrete(3)), [], 1, seeds=[0]
            ),
            "0 environments do not match the 1 networks",
        ),
    ],
)
def test_what_cannot_be_is_rejected_by_name(make, message):
    with pytest.raises(ParameterError, match=message):
        make()


def test_a_model_without_layers_for_the_observations_says_so():
    with pytest.raises(TaskRefusedError, match="has the channels"):
        LearnerPolicy(model("pbwm"), coding_of(spaces.MultiDiscrete([2, 2, 2])), spaces.Discrete(2))


class Broken(Naming):
    """The same with a fixed observation or reward."""

    def __init__(self, **fixed):
        super().__init__()
        self.fixed = fixed

    def step(self, action):
        shown, reward, *rest = super().step(action)
        return self.fixed.get("observation", shown), self.fixed.get("reward", reward), *rest


@pytest.mark.parametrize(
    ("fixed", "says"),
    [
        *(
            ({"reward": reward}, rf"play: reward of network 0, episode 0 = {said} must be a finite number; correct the")
            for reward, said in (
                (float("nan"), "nan"),
                (None, "None"),
                ("1", "'1'"),
                (np.ones(1), r"array\(\[1\.\]\)"),
                (10**400, ".*"),
            )
        ),
        (
            {"observation": None},
            r"play: observation of network 0, episode 0 = None is missing; correct the environment",
        ),
        ({"observation": 1.5}, r"^observation = 1\.5 must be below 3, and at least 0, .*; give an observation from"),
        ({"observation": float("nan")}, r"^observation = nan must be below 3, and at least 0"),
        ({"observation": "a"}, r"^observation = 'a' does not fit the space of the coding \(ValueError: .*\); give an"),
        ({"observation": [1, 2]}, r"^observation = \[1, 2\] does not fit the space of the coding \(TypeError: "),
    ],
)
def test_what_an_environment_may_not_return_is_rejected(fixed, says):
    env = Broken(**fixed)
    policy = LearnerPolicy(model("lstm"), coding_of(env.observation_space), env.action_space)
    with pytest.raises(ParameterError, match=says):
        play(policy, [env], 1, seeds=[0])


def test_what_cannot_be_judged_or_seen_is_rejected_and_changes_nothing():
    env = Naming()
    policy = LearnerPolicy(model("lstm"), coding_of(env.observation_space), env.action_space)
    with pytest.raises(ParameterError, match=r"LearnerPolicy.judge: steps = 0 leave nothing to judge"):
        policy.judge(0, True)
    for strange in (-1, 3, 2**40):
        with pytest.raises(ParameterError, match=r"observation = -?\d+ must be below 3, and at least 0"):
            policy.act([strange])
    policy.act([1])
    for target in (4, 8, 2**40):
        with pytest.raises(
            ParameterError, match=r"LearnerPolicy.judge: target = \d+ must be a whole number from 5 to 7"
        ):
            policy.judge(0, True, target)
    policy.judge(0, True, 6)
    policy.learn([0])


@pytest.mark.parametrize("boxes", [Values(), Bins(count=3)])
def test_an_observation_that_is_no_number_is_rejected_and_changes_nothing(boxes):
    env = Tracking()
    policy = LearnerPolicy(model("lstm"), coding_of(env.observation_space, boxes=boxes), env.action_space)
    before = policy.learner.state()
    with pytest.raises(ValueError, match=r"observation 2 = nan (must be a number from -1.0 to 1.0|lies in no bin)"):
        policy.act([np.array([0.5, np.nan], np.float32)])
    for name, values in policy.learner.state().items():
        np.testing.assert_array_equal(values, before[name], err_msg=name)
    policy.act([np.array([0.5, -0.5], np.float32)])
    policy.judge(0, True)
    policy.learn([0])
