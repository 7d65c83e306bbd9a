"""Our tasks as Gymnasium environments give the stream of the task in every use."""

import subprocess
import sys
import warnings
from dataclasses import replace

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode

from tasks.base.answers import Quantity, Several
from tasks.base.errors import ParameterError, UnknownNameError
from tasks.bridges.gymnasium import Episode, TaskEnv, environment_id, register_tasks
from tasks.catalog import TASKS
from tests.contract.test_learners import SHORTER

SMALL = {"episode": "epoch"}
INFINITE = ("infinity", "symmetric and normalized")
"""Gymnasium's warnings about real values without limits, which tasks can have."""


@pytest.fixture(params=TASKS)
def name(request):
    return request.param


def make(name, **options):
    return gymnasium.make(environment_id(name), **SHORTER.get(name, {}), **options)


def right(env, info):
    answer = env.unwrapped.task.spec.answer
    if isinstance(answer, Quantity):
        return np.array([info["quantity"]], np.float32)
    return max(0, int(info["target"]))


def expected(task, seed, epochs=1):
    """The trials of the first epochs after a seed."""
    rng = gymnasium.utils.seeding.np_random(seed)[0]
    return [task.trials(task.spec.sequences_per_epoch, rng) for _ in range(epochs)]


def test_every_task_is_registered_once():
    assert register_tasks() == tuple(environment_id(name) for name in TASKS)
    assert [i for i in gymnasium.registry if i.startswith("pbwm/")] == list(register_tasks())
    assert gymnasium.make("tasks.bridges.gymnasium:pbwm/sir2-v0").unwrapped.task == TASKS["sir2"].build()


@pytest.mark.parametrize("bridge", ["gymnasium", "policies", "codings", "neurogym"])
def test_without_the_package_it_is_said_how_to_get_it(bridge):
    script = f"import sys; sys.modules['gymnasium'] = None; import tasks.bridges.{bridge}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("tasks.base.errors.ParameterError: Gymnasium cannot be imported (")
    assert "; install it: pip install 'pbwm[gym]' (" in last
    assert last.endswith("pip install 'pbwm[neurogym]', in a separate environment)")


@pytest.mark.parametrize("observation", ["dict", "box"])
def test_the_checker_finds_nothing(name, observation):
    env = make(name, observation=observation, render_mode="ansi")
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        check_env(env.unwrapped)
    spec = env.unwrapped.task.spec
    unlimited = any(np.isinf((a.low, a.high)).any() for a in spec.analog)
    said = [str(w.message) for w in found if not (unlimited and any(text in str(w.message) for text in INFINITE))]
    assert said == []


def test_an_epoch_is_the_stream_of_the_task_and_the_right_responses_get_its_rewards(name):
    env = make(name, episode="epoch", observation="box")
    spec = env.unwrapped.task.spec
    [trials] = expected(env.unwrapped.task, 5)
    shown, info = env.reset(seed=5)
    starts = np.flatnonzero(trials.starts)
    for step in range(min(len(trials), 300)):
        units = sum(len(c.symbols) for c in spec.channels)
        offsets = np.cumsum([0, *(len(c.symbols) for c in spec.channels)])[:-1]
        on = [o + s for o, s in zip(offsets, trials.symbols[step], strict=True) if s >= 0]
        np.testing.assert_array_equal(np.flatnonzero(shown[:units]), on)
        np.testing.assert_array_equal(shown[units:], trials.values[step])
        assert info["event"] == trials.event[step]
        assert info["target"] == trials.target[step]
        np.testing.assert_array_equal(info["ideal_gate"], trials.ideal_gate[step])
        assert info["trial"] == (starts <= step).sum() - 1
        assert info["position"] == step - starts[starts <= step][-1]
        assert info["resets"] == (spec.resets_memory and info["position"] == 0)
        shown, reward, terminated, truncated, info = env.step(right(env, info))
        assert reward == float(trials.rewarded[step])
        assert (info["answered"], info["correct"]) == (trials.counts[step], trials.target[step] >= 0)
        assert not terminated
        assert truncated == (step == len(trials) - 1)
        assert env.observation_space.contains(shown)


def test_a_wrong_response_is_not_rewarded(name):
    env = make(name, episode="epoch", reward="counted")
    spec = env.unwrapped.task.spec
    _, info = env.reset(seed=5)
    judged = 0
    for _ in range(60):
        if isinstance(spec.answer, Quantity):
            away = -2 if info["quantity"] > 0.5 else 2  # and within the limits of answers
            action = np.array([info["quantity"] + away * spec.answer.tolerance], np.float32)
        elif isinstance(spec.answer, Several) and not info["allowed"].all():
            action = int(np.flatnonzero(~info["allowed"])[0])
        else:
            action = int(info["target"] == 0)
        _, reward, _, truncated, info = env.step(action)
        judged += info["answered"]
        assert (reward, info["correct"]) == (0, False)
        if truncated:
            _, info = env.reset()
    assert judged or len(env.unwrapped.task.trials(1, np.random.default_rng(5))) > 60


def test_an_episode_is_a_stretch_that_stands_on_its_own(name):
    env = make(name)
    streams = expected(env.unwrapped.task, 3, epochs=2)
    lengths = [n for trials in streams for n in np.diff([*np.flatnonzero(trials.starts), len(trials)])]
    for episode, length in enumerate(lengths[:8]):
        _, info = env.reset(seed=3 if episode == 0 else None)
        for step in range(length):
            assert (info["trial"], info["position"]) == (episode, step)
            shown, _, terminated, truncated, info = env.step(env.action_space.sample())
            assert terminated == (step == length - 1)
            assert not truncated
            if step == 2000:
                return
        assert info["event"] == -1
        assert not any(np.any(value) for value in shown.values())
    with pytest.raises(ParameterError, match="the episode has ended"):
        env.step(env.action_space.sample())


def test_another_seed_gives_another_stream_and_the_next_epoch_is_another():
    env = make("sir2", observation="box", **SMALL)

    def play(**seed):
        shown = [env.reset(**seed)[0]]
        while not env.step(0)[3]:
            shown.append(env.unwrapped._shown())
        return np.array(shown)

    first, second = play(seed=1), play()
    np.testing.assert_array_equal(play(seed=1), first)
    np.testing.assert_array_equal(play(), second)
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, play(seed=2))


def rollout(envs, mode, episodes=6):
    """Rewards and kinds of step of each environment of a vector, by episode, under a mode of autoreset."""
    seen = [[[]] for _ in range(envs.num_envs)]
    _, info = envs.reset(seed=7)
    done = np.zeros(envs.num_envs, np.bool_)
    while min(map(len, seen)) <= episodes:
        if mode is AutoresetMode.DISABLED and done.any():
            _, reset = envs.reset(options={"reset_mask": done})
            info = {key: np.where(done, reset[key], info[key]) for key in ("target", "event")}
            done[:] = False
        was_done = done
        before = info["event"].copy()
        actions = np.maximum(info["target"], 0)
        _, rewards, terminated, truncated, info = envs.step(actions)
        done = terminated | truncated
        for i in range(envs.num_envs):
            if mode is AutoresetMode.NEXT_STEP and was_done[i]:
                continue  # this step was the reset
            seen[i][-1].append((int(before[i]), float(rewards[i])))
            if done[i]:
                seen[i].append([])
    envs.close()
    return [one[:episodes] for one in seen]


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("mode", list(AutoresetMode))
def test_vectors_see_the_episodes_of_single_environments_in_all_modes(kind, mode):
    envs = gymnasium.make_vec(
        environment_id("12ax"), num_envs=3, vectorization_mode=kind, vector_kwargs={"autoreset_mode": mode}
    )
    found = rollout(envs, mode)
    for number, episodes in enumerate(found):
        env = make("12ax")
        for episode, steps in enumerate(episodes):
            _, info = env.reset(seed=7 + number if episode == 0 else None)
            for event, reward in steps:
                assert info["event"] == event
                _, given, terminated, _, info = env.step(right(env, info))
                assert given == reward
            assert terminated


def test_what_cannot_be_is_rejected_by_name():
    with pytest.raises(UnknownNameError, match="did you mean '12ax'"):
        TaskEnv("12xa")
    with pytest.raises(ParameterError, match=r"TaskEnv\.episode = 'epochs' .* did you mean 'epoch'"):
        TaskEnv("12ax", episode="epochs")
    with pytest.raises(ParameterError, match=r"TaskEnv\.observation = 'boxes'"):
        TaskEnv("12ax", observation="boxes")
    with pytest.raises(ParameterError, match=r"TaskEnv\.reward = 'all'"):
        TaskEnv("12ax", reward="all")
    with pytest.raises(ParameterError, match=r"TaskEnv\.render_mode = 'human'"):
        TaskEnv("12ax", render_mode="human")
    with pytest.raises(ParameterError, match=r"TaskEnv\.changes = .* cannot change a task that is already built"):
        TaskEnv(TASKS["12ax"].build(), max_pairs=2)
    with pytest.raises(ParameterError, match="the episode has ended or has not begun"):
        TaskEnv("12ax").step(0)
    assert TaskEnv(TASKS["12ax"].build(max_pairs=2)).task == TaskEnv("12ax", max_pairs=2).task


def test_a_line_of_text_says_what_is_shown():
    env = TaskEnv("sir2", render_mode="ansi", episode=Episode.EPOCH)
    assert env.render() == "nothing"
    env.reset(seed=3)
    assert env.render().startswith(("store: stimulus ", "ignore: stimulus "))
    assert TaskEnv("sir2").render() is None


@pytest.mark.parametrize("action", [-1, 7, 10**9, 0.5, "B", None, float("nan"), [0], np.array([1, 2])], ids=repr)
@pytest.mark.parametrize("task", ["embedded-reber", "12ax"])
def test_an_action_outside_the_space_is_rejected(task, action):
    """As an index, −1 would select the last of several responses."""
    env = make(task).unwrapped
    env.reset(seed=1)
    with pytest.raises(ParameterError, match=r"TaskEnv\.step: action = .* is not one of Discrete"):
        env.step(action)
    observation, info = env._shown(), env._said()
    assert (info["trial"], info["position"]) == (0, 0)  # nothing was done
    assert env.observation_space.contains(observation)


@pytest.mark.parametrize("action", [-0.1, 1.5, float("nan"), float("inf"), "x", None, [0.1, 0.2], {}], ids=repr)
def test_a_quantity_beyond_its_limits_is_rejected(action):
    env = make("adding").unwrapped
    env.reset(seed=1)
    assert env.action_space.is_bounded()
    with pytest.raises(ParameterError, match=r"TaskEnv\.step: action = .* is not one of Box"):
        env.step(action)
    for fine in (0.5, [0.5], np.array([0.5]), np.array(0.5, np.float64), env.action_space.sample()):
        env.step(fine)


@pytest.mark.parametrize("task", [name for name in TASKS if isinstance(TASKS[name].build().spec.answer, Quantity)])
def test_right_quantities_lie_within_the_limits(task):
    built = TASKS[task].build()
    trials = built.trials(built.spec.sequences_per_epoch, np.random.default_rng(0))
    answer = built.spec.answer
    assert (trials.quantity >= answer.low).all()
    assert (trials.quantity <= answer.high).all()


class Unmarked:
    """2-back without marked starts."""

    def __init__(self):
        self.task = TASKS["2-back"].build(trials_per_epoch=5)
        self.spec = self.task.spec

    def trials(self, n, rng):
        trials = self.task.trials(n, rng)
        return replace(trials, starts=np.zeros_like(trials.starts))


def test_an_episode_of_a_task_without_marked_starts_is_the_epoch():
    env = TaskEnv(Unmarked())
    env.reset(seed=1)
    assert [env.step(0)[2] for _ in range(5)] == [False] * 4 + [True]
    env.reset()
