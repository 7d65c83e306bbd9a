"""Our models as policies of Gymnasium environments with discrete or box observations and discrete actions.

An observation is the input of a step, and the response is the action. A step is run without learning to get the action
and, when its outcome is known, again with learning from the restored state. A correct action is then the target. After
a wrong one there is no target, and reward is absent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.base.errors import ParameterError, require, require_choice, require_integer, require_probability
from tasks.base.learner import Learner
from tasks.base.spec import Criterion, TaskSpec
from tasks.base.trials import SILENCE, TrialBlock
from tasks.bridges.codings import Coding
from tasks.bridges.extra import Env, spaces

__all__ = ["LearnAt", "LearnerPolicy", "Play", "by_information", "by_sign", "play", "spec_of"]

Judge = Callable[[float, Mapping[str, Any]], bool | None]
"""From reward and information: whether the action was correct; None if nothing was expected."""
State = Mapping[str, NDArray[Any]]


class LearnAt(StrEnum):
    """When a policy learns."""

    STEP = "step"
    EPISODE = "episode"


def by_sign(reward: float, information: Mapping[str, Any]) -> bool | None:  # noqa: ARG001
    """Correct if the reward is above 0, wrong if below, nothing expected if 0.

    Examples
    --------
    >>> [by_sign(reward, {}) for reward in (1.0, -0.1, 0.0)]
    [True, False, None]
    """
    return None if reward == 0 else reward > 0


def by_information(reward: float, information: Mapping[str, Any]) -> bool | None:
    """In our environments: if a reward is expected, whether it is above 0; else None.

    Examples
    --------
    >>> by_information(0.0, {"expected": True}), by_information(0.0, {"expected": False})
    (False, None)
    """
    return reward > 0 if information["expected"] else None


def spec_of(
    coding: Coding, actions: spaces.Space[Any], name: str = "environment", *, resets_memory: bool = False
) -> TaskSpec:
    """The specification of an environment as a task, with a response per action.

    Sequences are episodes; memory is reset at their starts if `resets_memory`.

    Raises
    ------
    ParameterError
        If the actions are not discrete.
    """
    discrete = isinstance(actions, spaces.Discrete)
    require(discrete, "action space", actions, "is not discrete", "wrap the environment to make it so")
    assert isinstance(actions, spaces.Discrete)
    return TaskSpec(
        name=name,
        source="Gymnasium",
        channels=coding.channels,
        analog=coding.analog,
        responses=tuple(f"action {int(actions.start) + i}" for i in range(int(actions.n))),
        events=("step",),
        items=(),
        sequence="episode",
        sequences_per_epoch=1,
        criterion=Criterion(zero_error_epochs=1),
        resets_memory=resets_memory,
    )


class LearnerPolicy:
    """Networks that act in environments, one environment each.

    Parameters
    ----------
    build
        Builds the learner, such as ``partial(MODELS["pbwm"].build, networks=range(4))``.
    coding
        Coding of observations (`tasks.bridges.codings.coding_of`).
    actions
        The action space.
    learn_at
        ``"step"``: after every step, on that step alone. ``"episode"``: after an episode, on all of it, for gradients
        through time.
    forgets
        Whether memory is reset at every episode (`TaskSpec.resets_memory`).
    exploration
        Probability of a random action.
    rng
        Generator of random actions.

    Raises
    ------
    ParameterError
        If the learner cannot be restored, actions are not discrete, or a number is invalid.
    TaskRefusedError
        If networks cannot receive the inputs, or reset their memory.
    """

    def __init__(
        self,
        build: Callable[[TaskSpec], Learner],
        coding: Coding,
        actions: spaces.Space[Any],
        *,
        learn_at: LearnAt | str = LearnAt.STEP,
        forgets: bool = False,
        exploration: float = 0.0,
        rng: np.random.Generator | None = None,
    ) -> None:
        require_probability("LearnerPolicy.exploration", exploration)
        drawn = exploration == 0 or rng is not None
        require(drawn, "LearnerPolicy.rng", rng, "is needed to draw random actions", "give a random generator")
        self.coding, self.learn_at = coding, require_choice("LearnerPolicy.learn_at", learn_at, LearnAt)
        self.exploration, self._rng = exploration, rng
        self.spec = spec_of(coding, actions, resets_memory=forgets)
        self._first = int(getattr(actions, "start", 0))
        learner = build(self.spec)
        rule = "cannot restore its state"
        known = isinstance(learner, Learner)
        require(known, "learner", learner.name, rule, "define its methods state and set_state")
        self.learner: Learner = learner
        self.networks = learner.networks
        self._starts = np.ones(self.networks, np.bool_)
        self._began: dict[str, NDArray[Any]] = learner.state()
        self._steps: list[list[_Step]] = [[] for _ in range(self.networks)]

    def begin(self, network: int) -> None:
        """Begin an episode of a network: `Trials.starts` marks its first step."""
        self._starts[network] = True
        self._steps[network] = []

    def act(self, observations: Sequence[Any]) -> list[int | None]:
        """The action of each network; None without an observation.

        Raises
        ------
        ParameterError
            If there is not one observation, or None, per network, or one does not fit the coding.
        """
        require(
            len(observations) == self.networks,
            "LearnerPolicy.act: observations",
            len(observations),
            f"differ from the {self.networks} networks",
            "give one for every network, or None",
        )
        if all(seen is None for seen in observations):
            return [None] * self.networks
        before = self.learner.state()
        looking: list[list[_Step]] = [
            [] if seen is None else [_Step(self.coding.shown(seen), bool(starts))]
            for seen, starts in zip(observations, self._starts, strict=True)
        ]
        response = self.learner.run(self._block(looking), learn=False).response[:, 0]
        for network, step in enumerate(looking):
            if not step:
                continue
            if self.learn_at is LearnAt.STEP or not self._steps[network]:
                self._steps[network] = []
                for name, rows in before.items():
                    self._began[name][network] = rows[network]
            self._steps[network] += step
            self._starts[network] = False
        return [self._chosen(of[0], int(own)) if of else None for of, own in zip(looking, response, strict=True)]

    def _chosen(self, step: "_Step", response: int) -> int:
        step.action = step.response = response
        if self._rng is not None and self._rng.random() < self.exploration:
            step.action = int(self._rng.integers(len(self.spec.responses)))
        return self._first + step.action

    def judge(self, network: int, right: bool | None, target: int | None = None) -> None:
        """Set the outcome of a network's last action: correct, wrong, or None if nothing was expected.

        If the correct action is known, give it as the `target`.

        Raises
        ------
        ParameterError
            If the network has not acted yet, or the target is no action.
        """
        acted, number = bool(self._steps[network]), len(self._steps[network])
        require(acted, "LearnerPolicy.judge: steps", number, "leave nothing to judge", "call act first")
        if target is not None:
            last = self._first + len(self.spec.responses) - 1
            require_integer("LearnerPolicy.judge: target", target, least=self._first, most=last)
        step = self._steps[network][-1]
        if target is not None:
            step.target, step.judged = target - self._first, right is not None
        elif right:
            step.target, step.judged = step.action, True
        else:
            # The outcome of a random action says nothing about the network's own.
            step.judged = right is not None and step.action == step.response

    def learn(self, networks: Sequence[int]) -> None:
        """Let networks learn from their last step or episode."""
        wanted = [self._steps[n] if n in networks else [] for n in range(self.networks)]
        now = self.learner.state()
        for name, rows in now.items():
            for network in networks:
                rows[network] = self._began[name][network]
        self.learner.set_state(now)
        self.learner.run(self._block(wanted))

    def _block(self, steps: Sequence[Sequence["_Step"]]) -> TrialBlock:
        length = np.array([len(of) for of in steps], np.intp)
        shape = (self.networks, int(length.max(initial=0)))
        # In the precision of Python's numbers, so that the network rejects those that are too large.
        symbols: NDArray[Any] = np.full((*shape, len(self.spec.channels)), SILENCE, np.int64)
        values: NDArray[Any] = np.zeros((*shape, len(self.spec.analog)))
        target, judged, starts = np.full(shape, SILENCE, np.int16), np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
        for network, of in enumerate(steps):
            for i, step in enumerate(of):
                symbols[network, i], values[network, i] = step.shown
                target[network, i], judged[network, i], starts[network, i] = step.target, step.judged, step.starts
        return TrialBlock(
            length=length,
            symbols=symbols,
            target=target,
            counts=target != SILENCE,
            rewarded=judged,
            event=np.zeros(shape, np.int16),
            starts=starts,
            ideal_gate=np.zeros((*shape, 0), np.int8),
            values=values,
        )


@dataclass
class _Step:
    shown: tuple[list[int], list[float]]
    starts: bool
    action: int = SILENCE
    response: int = SILENCE
    target: int = SILENCE
    judged: bool = False


@dataclass(frozen=True, kw_only=True)
class Play:
    """Results of networks in their environments.

    Attributes
    ----------
    rewards : float array (network, episode)
        Sum of the rewards of each episode.
    steps : int array (network, episode)
        Steps of each episode.
    """

    rewards: NDArray[np.float64]
    steps: NDArray[np.intp]


def play(
    policy: LearnerPolicy,
    environments: Sequence[Env[Any, Any]],
    episodes: int,
    *,
    seeds: Sequence[int],
    learn: bool = True,
    judge: Judge = by_sign,
    most_steps: int | None = None,
) -> Play:
    """Let every network play episodes in its own environment.

    Parameters
    ----------
    policy
        The networks.
    environments, seeds
        For each network, an environment and the seed of its first episode.
    episodes, learn
        Number of episodes, and whether the networks learn.
    judge
        Interpretation of a reward.
    most_steps
        Largest number of steps of an episode; None: no limit.

    Raises
    ------
    ParameterError
        If networks, environments, and seeds do not match; if a number is invalid; if an observation is missing or does
        not fit the space; or if a reward is not a finite number.
    """
    require_integer("play: episodes", episodes, least=1)
    for name, given in (("environments", environments), ("seeds", seeds)):
        if len(given) != policy.networks:
            raise ParameterError(
                f"play: {len(given)} {name} do not match the {policy.networks} networks; give one for each"
            )
    rewards, steps = np.zeros((policy.networks, episodes)), np.zeros((policy.networks, episodes), np.intp)
    seen: list[Any] = [env.reset(seed=seed)[0] for env, seed in zip(environments, seeds, strict=True)]
    episode = [0] * policy.networks
    while any(observation is not None for observation in seen):
        over = []
        for network, action in enumerate(policy.act(seen)):
            if action is None:
                continue
            seen[network], reward, terminated, truncated, said = environments[network].step(action)
            place, remedy = f"of network {network}, episode {episode[network]}", "correct the environment, or wrap it"
            require(seen[network] is not None, f"play: observation {place}", None, "is missing", remedy)
            require(_is_finite(reward), f"play: reward {place}", reward, "must be a finite number", remedy)
            policy.judge(network, judge(float(reward), said))
            rewards[network, episode[network]] += float(reward)
            steps[network, episode[network]] += 1
            given_up = most_steps is not None and steps[network, episode[network]] >= most_steps
            if terminated or truncated or given_up:
                over.append(network)
        acting = [n for n, observation in enumerate(seen) if observation is not None]
        if learn and (which := acting if policy.learn_at is LearnAt.STEP else over):
            policy.learn(which)
        for network in over:
            episode[network] += 1
            policy.begin(network)
            going_on = episode[network] < episodes
            seen[network] = environments[network].reset()[0] if going_on else None
    return Play(rewards=rewards, steps=steps)


def _is_finite(reward: Any) -> bool:
    try:
        return isfinite(reward)
    except (TypeError, OverflowError):
        return False
