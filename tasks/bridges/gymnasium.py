"""Our tasks as Gymnasium environments: ``gymnasium.make("pbwm/12ax-v0")``.

Importing this module registers an environment for every task of the catalog;
``gymnasium.make("tasks.bridges.gymnasium:pbwm/12ax-v0")`` imports it, too.

An agent that keeps its memory over episodes performs the continuing task. One that is reset with the environment
performs an easier task.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, ClassVar

import numpy as np

from tasks.base.answers import Quantity, Several
from tasks.base.errors import ParameterError, require, require_choice
from tasks.base.task import SILENCE, Task, TaskSpec, Trials
from tasks.bridges.extra import gymnasium, spaces
from tasks.catalog import TASKS

__all__ = ["Episode", "Observation", "Reward", "TaskEnv", "environment_id", "register_tasks"]

NO_STEP = -1
"""Event after the last step."""


class Episode(StrEnum):
    """Unit of an episode."""

    SEQUENCE = "sequence"
    EPOCH = "epoch"


class Observation(StrEnum):
    """Form of observations."""

    DICT = "dict"
    BOX = "box"


class Reward(StrEnum):
    """Which correct responses are rewarded."""

    REWARDED = "rewarded"
    COUNTED = "counted"


class TaskEnv(gymnasium.Env[Any, Any]):
    """A task as an environment.

    The observation is the input of a step. Actions are the indices of responses or, for a quantity, a real value in an
    array (1,) within its limits.

    Parameters
    ----------
    task
        A task, or the name of one in the catalog.
    episode
        ``"sequence"``: an episode is a stretch that is independent of earlier steps (`Trials.starts`), and then
        terminated. In SIR, it is the epoch. ``"epoch"``: an episode is an epoch, and then truncated.
    observation
        ``"dict"``: by channel, 0 if silent and i + 1 for symbol i, or a real value in an array (1,). ``"box"``: one
        array with a unit for every symbol, then the real values. After the last step, nothing is shown.
    reward
        1 for any correct response, else 0, at steps that the task rewards (``"rewarded"``) or that count
        (``"counted"``).
    render_mode
        ``"ansi"``: `render` returns a line of text; or None.
    changes
        Changes to the parameters of a named task.

    Raises
    ------
    UnknownNameError, ParameterError
        If there is no such task, or a choice is invalid.

    Notes
    -----
    ``reset`` and ``step`` return information about the observed step:

    ``trial``, ``position``
        Number of the stretch since the last seed, and number of the step in the stretch, both from 0.
    ``resets``
        Whether the task requires memory to be reset before this step.
    ``event``
        Kind of step, an index into ``task.spec.events``; −1 after the last step.
    ``ideal_gate``
        int8 array (item,): actions of a perfect memory (`GateAction`).
    ``target``, ``counts``, ``rewarded``
        As in `Trials`; also ``allowed`` or ``quantity``.

    ``step`` adds, about the action: ``answered``, whether it counted; ``expected``, whether it could be rewarded; and
    ``correct``.

    Examples
    --------
    >>> env = gymnasium.make("pbwm/12ax-v0", render_mode="ansi")
    >>> observation, info = env.reset(seed=1)
    >>> env.render()
    'task: symbol 1'
    >>> observation, reward, terminated, truncated, info = env.step(0)
    >>> reward, info["correct"], env.render()
    (0.0, True, 'cue: symbol C')
    """

    metadata: ClassVar[dict[str, Any]] = {"render_modes": ["ansi"], "render_fps": 1}  # type: ignore[misc]

    def __init__(
        self,
        task: str | Task,
        *,
        episode: Episode | str = Episode.SEQUENCE,
        observation: Observation | str = Observation.DICT,
        reward: Reward | str = Reward.REWARDED,
        render_mode: str | None = None,
        **changes: Any,
    ) -> None:
        require(
            isinstance(task, str) or not changes,
            "TaskEnv.changes",
            changes,
            "cannot change a task that is already built",
            "give the name of a task in the catalog, or build the task with these values",
        )
        known = (None, *self.metadata["render_modes"])
        require(
            render_mode in known, "TaskEnv.render_mode", render_mode, f"must be one of {known}", "give one of these"
        )
        self.task: Task = TASKS[task].build(**changes) if isinstance(task, str) else task
        self.render_mode = render_mode
        self.episode = require_choice("TaskEnv.episode", episode, Episode)
        self.observation = require_choice("TaskEnv.observation", observation, Observation)
        self.reward = require_choice("TaskEnv.reward", reward, Reward)
        self._task_spec = self.task.spec
        self.action_space = self._action_space()
        self.observation_space = self._dict_space() if self.observation is Observation.DICT else self._box_space()
        self._nothing = _one_step_of_nothing(self._task_spec)
        self._ahead: Iterator[tuple[int, int]] = iter(())
        self._trials: Trials | None = None
        self._now = self._end = self._position = 0
        self._trial = -1

    def _action_space(self) -> spaces.Space[Any]:
        answer = self._task_spec.answer
        if isinstance(answer, Quantity):
            return spaces.Box(answer.low, answer.high, (1,), np.float32)
        return spaces.Discrete(len(self._task_spec.responses))

    def _dict_space(self) -> spaces.Space[Any]:
        parts: dict[str, spaces.Space[Any]] = {
            channel.name: spaces.Discrete(1 + len(channel.symbols)) for channel in self._task_spec.channels
        }
        for analog in self._task_spec.analog:
            low, high = self._limits(analog.low, analog.high)
            parts[analog.name] = spaces.Box(low, high, (1,), np.float32)
        return spaces.Dict(list(parts.items()))  # as a list, or it would be sorted by name

    def _box_space(self) -> spaces.Space[Any]:
        units = sum(len(channel.symbols) for channel in self._task_spec.channels)
        limits = [(0.0, 1.0)] * units + [self._limits(analog.low, analog.high) for analog in self._task_spec.analog]
        low, high = np.array(limits, np.float32).T
        return spaces.Box(low, high, dtype=np.float32)

    @staticmethod
    def _limits(low: float, high: float) -> tuple[float, float]:
        return min(low, 0.0), max(high, 0.0)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Start the next episode or, with a `seed`, the first of its stream."""
        super().reset(seed=seed, options=options)
        if seed is not None:
            self._ahead, self._trial = iter(()), -1
        try:
            self._now, self._end = next(self._ahead)
        except StopIteration:
            self._ahead = self._draw()
            self._now, self._end = next(self._ahead)
        self._trial += 1
        self._position = 0
        return self._shown(), self._said()

    def _draw(self) -> Iterator[tuple[int, int]]:
        trials = self._trials = self.task.trials(self._task_spec.sequences_per_epoch, self.np_random)
        whole = self.episode is Episode.EPOCH
        return iter([(0, len(trials))] if whole else trials.sequences())

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Respond to the observation.

        Raises
        ------
        ParameterError
            If there is no current episode, or the action is not in its space.
        """
        action = self._checked(action)
        trials = self._trials
        if trials is None or self._now >= self._end:
            raise ParameterError("TaskEnv.step: the episode has ended or has not begun; call reset")
        now = self._now
        correct = self._is_right(trials, now, action)
        counts, rewarded = bool(trials.counts[now]), bool(trials.rewarded[now])
        expected = rewarded if self.reward is Reward.REWARDED else counts
        self._now += 1
        self._position += 1
        over = self._now == self._end
        if not over and trials.starts[self._now]:
            self._trial += 1
            self._position = 0
        ends = self.episode is Episode.SEQUENCE
        info = self._said() | {"answered": counts, "expected": expected, "correct": correct}
        return self._shown(), float(expected and correct), over and ends, over and not ends, info

    def _checked(self, action: Any) -> Any:
        given = action
        if isinstance(self._task_spec.answer, Quantity):
            try:
                action = np.asarray(action, np.float32).reshape(1)
            except (TypeError, ValueError):
                action = np.full(1, np.nan, np.float32)
        fits = self.action_space.contains(action)
        remedy = "clip it to the limits of the space, or draw it with action_space.sample()"
        require(fits, "TaskEnv.step: action", given, f"is not one of {self.action_space}", remedy)
        return action

    def _is_right(self, trials: Trials, now: int, action: Any) -> bool:
        answer = self._task_spec.answer
        if trials.target[now] == SILENCE:
            return False
        if isinstance(answer, Quantity):
            off = float(action[0]) - float(trials.quantity[now])
            return abs(off) < answer.tolerance
        if isinstance(answer, Several):
            return bool(trials.allowed[now, int(action)])
        return int(action) == int(trials.target[now])

    def _here(self) -> tuple[Trials, int]:
        going_on = self._trials is not None and self._now < self._end
        return (self._trials, self._now) if self._trials is not None and going_on else (self._nothing, 0)

    def _shown(self) -> Any:
        trials, now = self._here()
        channels, analog = self._task_spec.channels, self._task_spec.analog
        symbols, values = trials.symbols[now], trials.values[now].astype(np.float32)
        if self.observation is Observation.DICT:
            names = {channel.name: np.int64(s + 1) for channel, s in zip(channels, symbols, strict=True)}
            return names | {channel.name: values[i : i + 1] for i, channel in enumerate(analog)}
        units = [np.arange(len(channel.symbols)) == s for channel, s in zip(channels, symbols, strict=True)]
        return np.concatenate([*units, values], dtype=np.float32)

    def _said(self) -> dict[str, Any]:
        trials, now = self._here()
        said: dict[str, Any] = {
            "trial": self._trial,
            "position": self._position,
            "resets": self._task_spec.resets_memory and bool(trials.starts[now]),
            "event": int(trials.event[now]),
            "ideal_gate": trials.ideal_gate[now].copy(),
            "target": int(trials.target[now]),
            "counts": bool(trials.counts[now]),
            "rewarded": bool(trials.rewarded[now]),
        }
        if isinstance(self._task_spec.answer, Several):
            said["allowed"] = trials.allowed[now].copy()
        if isinstance(self._task_spec.answer, Quantity):
            said["quantity"] = float(trials.quantity[now])
        return said

    def render(self) -> Any:
        """The current step as a line of text, or None."""
        if self.render_mode is None:
            return None
        trials, now = self._here()
        if trials is self._nothing:
            return "nothing"
        channels, analog = self._task_spec.channels, self._task_spec.analog
        shown = [f"{c.name} {c.symbols[s]}" for c, s in zip(channels, trials.symbols[now], strict=True) if s != SILENCE]
        shown += [f"{channel.name} {value:.3g}" for channel, value in zip(analog, trials.values[now], strict=True)]
        return f"{self._task_spec.events[trials.event[now]]}: {', '.join(shown)}"


def _one_step_of_nothing(spec: TaskSpec) -> Trials:
    """The blank step after an episode."""
    several = len(spec.responses) if isinstance(spec.answer, Several) else 0
    return Trials(
        symbols=np.full((1, len(spec.channels)), SILENCE, np.int16),
        target=np.full(1, SILENCE, np.int16),
        counts=np.zeros(1, np.bool_),
        rewarded=np.zeros(1, np.bool_),
        event=np.full(1, NO_STEP, np.int16),
        starts=np.zeros(1, np.bool_),
        ideal_gate=np.zeros((1, len(spec.items)), np.int8),
        values=np.zeros((1, len(spec.analog)), np.float32),
        allowed=np.zeros((1, several), np.bool_),
    )


def environment_id(task: str) -> str:
    """The id of a task of the catalog.

    Examples
    --------
    >>> environment_id("sir2")
    'pbwm/sir2-v0'
    """
    return f"pbwm/{task}-v0"


def register_tasks() -> tuple[str, ...]:
    """Register all tasks of the catalog; return their ids."""
    for name in TASKS:
        if environment_id(name) not in gymnasium.registry:
            gymnasium.register(environment_id(name), entry_point=f"{__name__}:TaskEnv", kwargs={"task": name})
    return tuple(environment_id(name) for name in TASKS)


register_tasks()
