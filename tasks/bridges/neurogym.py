"""NeuroGym tasks as ours, and ours as NeuroGym trial environments.

NeuroGym (Molano-Mazón et al., 2022) requires old versions of NumPy and Gymnasium. ``make neurogym-check`` tests this
module in a separate environment (``.venv-neurogym``).

A NeuroGym task draws a whole trial: inputs at every step of `dt` milliseconds, and the correct action, its ground
truth. Periods of the trial become kinds of step.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.base.answers import Choice
from tasks.base.errors import ParameterError, require, require_integer
from tasks.base.rng import require_draw
from tasks.base.spec import Criterion, TaskSpec
from tasks.base.task import SILENCE, Task
from tasks.base.trials import Trials
from tasks.bridges.codings import Bins, Coding, Population, Values, coding_of, numbers_by_name

__all__ = ["NeuroGymTask", "seed_environment", "trial_environment"]

FIXATION = "fixation"
"""NeuroGym's name of the signal to wait, and of action 0."""
NO_PERIOD = "no period"
"""Kind of a step outside all periods."""
TRIED = 10
"""Trials drawn to test for a ground truth."""


def _neurogym() -> Any:
    try:
        import neurogym
    except ImportError as error:
        raise ParameterError(
            f"NeuroGym cannot be imported ({error}); install it in a separate environment, because its dependencies "
            "conflict with those of the other extras: pip install 'pbwm[neurogym]'"
        ) from None
    logging.getLogger("neurogym").setLevel(logging.WARNING)
    return neurogym


def seed_environment(environment: Any, seed: int | np.random.SeedSequence) -> None:
    """Seed a NeuroGym environment, with a stream for each source of random numbers.

    Sources are the generators of the environment, its wrappers, and the distributions in its timing.
    """
    root = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    for count, (holder, name) in enumerate(list(_sources(environment))):
        bits = np.random.MT19937(np.random.SeedSequence(root.entropy, spawn_key=(*root.spawn_key, count)))
        old = getattr(holder, name)
        made = np.random.RandomState(bits) if isinstance(old, np.random.RandomState) else np.random.Generator(bits)
        setattr(holder, name, made)


def _sources(environment: Any) -> Iterator[tuple[Any, str]]:
    kinds = (np.random.RandomState, np.random.Generator)
    layer, seen = environment, set()
    while layer is not None and id(layer) not in seen:
        seen.add(id(layer))
        inner = vars(layer).get("env")
        for value in list(vars(layer).values()):
            held = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else [value]
            for thing in held:
                if thing is not inner and id(thing) not in seen and hasattr(thing, "__dict__"):
                    seen.add(id(thing))
                    yield from ((thing, n) for n, v in sorted(vars(thing).items()) if isinstance(v, kinds))
        yield from ((layer, name) for name, v in sorted(vars(layer).items()) if isinstance(v, kinds))
        layer = inner


@dataclass(frozen=True, kw_only=True)
class NeuroGymTask:
    """A NeuroGym task as one of ours.

    A sequence is a trial, and `Trials.starts` marks its first step. The target is the ground truth, and every response
    counts. The task rewards targets other than waiting (action 0), and the last step of every trial. If inputs depend
    on responses, or there is no ground truth, use policies (`tasks.bridges.policies`).

    Attributes
    ----------
    environment
        Id of a NeuroGym environment, or a function that makes one.
    options
        Keyword arguments for it: ``{"dt": 20, "timing": {"delay": 500}}``.
    boxes
        Coding of its inputs (`tasks.bridges.codings`); by default values.
    name
        Name of the task; by default that of the environment.
    trials_per_epoch, zero_error_epochs
        100 and 2, as in SIR.

    Raises
    ------
    ParameterError
        If a number is invalid, NeuroGym is missing, or the environment has no ground truth or discrete actions.
    """

    environment: str | Callable[..., Any]
    options: Mapping[str, Any] = field(default_factory=dict)
    boxes: Values | Bins | Population = field(default_factory=Values)
    name: str = ""
    trials_per_epoch: int = 100
    zero_error_epochs: int = 2

    def __post_init__(self) -> None:
        require_integer("NeuroGymTask.trials_per_epoch", self.trials_per_epoch, least=1)
        require_integer("NeuroGymTask.zero_error_epochs", self.zero_error_epochs, least=1)
        environment = self._make(np.random.SeedSequence(0))
        label, actions = self.name or type(environment.unwrapped).__name__, environment.action_space
        number = getattr(actions, "n", 0)
        rule, remedy = "has no discrete actions to choose from", "use it as an environment for a policy"
        require(number > 1, "NeuroGymTask.environment", label, rule, f"choose another, or {remedy}")
        truth = self._new_trial(environment)[1]
        rule = "has no ground truth"
        require(truth is not None, "NeuroGymTask.environment", label, rule, remedy)
        object.__setattr__(self, "name", label)
        for _ in range(TRIED):
            self._check_truth(self._new_trial(environment)[1], number)
        object.__setattr__(self, "_coding", self._coding_of(environment))
        object.__setattr__(self, "_spec", self._spec_of(environment, label))

    def _make(self, seed: np.random.SeedSequence) -> Any:
        neurogym = _neurogym()
        make = partial(neurogym.make, self.environment) if isinstance(self.environment, str) else self.environment
        environment = make(**self.options)
        seed_environment(environment, seed)
        return environment

    def _check_truth(self, truth: NDArray[Any] | None, actions: int) -> None:
        whole = truth is not None and truth.ndim == 1 and ((truth >= 0) & (truth < actions)).all()
        rule, remedy = (
            f"has a ground truth that is not one of its {actions} actions",
            "use it as an environment for a policy",
        )
        require(bool(whole), "NeuroGymTask.environment", self.name, rule, remedy)

    def _coding_of(self, environment: Any) -> Coding:
        space = environment.observation_space
        named = isinstance(getattr(space, "name", None), dict) and FIXATION in space.name
        joint = isinstance(self.boxes, Bins) and self.boxes.joint
        return coding_of(space, boxes=self.boxes, control=(FIXATION,) if named and not joint else ())

    def _spec_of(self, environment: Any, label: str) -> TaskSpec:
        actions, coding = environment.action_space, self._coding_of(environment)
        paper = environment.unwrapped.metadata.get("paper_name")
        source = " ".join(f"NeuroGym; {paper}".split()) if paper else "NeuroGym"
        return TaskSpec(
            name=label,
            source=source,
            channels=coding.channels,
            analog=coding.analog,
            responses=tuple(numbers_by_name(actions, int(actions.n), "action")),
            events=(*environment.unwrapped.timing, NO_PERIOD),
            items=(),
            sequence="trial",
            sequences_per_epoch=self.trials_per_epoch,
            criterion=Criterion(zero_error_epochs=self.zero_error_epochs),
        )

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        spec: TaskSpec = self.__dict__["_spec"]
        return spec

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` trials of a new environment with a seed from `rng` (`Task.trials`)."""
        require_draw("NeuroGymTask", n, rng)
        seed = np.random.SeedSequence(rng.integers(2**32, size=4).tolist())
        environment = self._make(seed)
        coding: Coding = self.__dict__["_coding"]
        observations, truths, periods = zip(*(self._new_trial(environment) for _ in range(n)), strict=True)
        shown = [coding.shown(observation) for trial in observations for observation in trial]
        for truth in truths:
            self._check_truth(truth, len(self.spec.responses))
        target = np.concatenate(truths).astype(np.int16)
        ends = np.cumsum([len(truth) for truth in truths])
        starts, last = np.zeros(len(target), np.bool_), np.zeros(len(target), np.bool_)
        starts[[0, *ends[:-1]]], last[ends - 1] = True, True
        return Trials(
            symbols=np.array([symbols for symbols, _ in shown], np.int16).reshape(len(target), -1),
            values=np.array([values for _, values in shown], np.float32).reshape(len(target), -1),
            target=target,
            counts=np.ones(len(target), np.bool_),
            rewarded=(target != 0) | last,
            event=np.concatenate(periods),
            starts=starts,
            ideal_gate=np.zeros((len(target), 0), np.int8),
        )

    @staticmethod
    def _new_trial(environment: Any) -> tuple[NDArray[Any], NDArray[Any] | None, NDArray[np.int16]]:
        task = environment.unwrapped
        for times in (task.start_t, task.end_t, task.start_ind, task.end_ind):
            times.clear()  # or periods of an earlier trial would remain
        task._top.new_trial()
        if not task._has_gt:
            return np.zeros((0, 1)), None, np.zeros(0, np.int16)
        names = list(task.timing)
        periods = np.full(len(task.gt), len(names), np.int16)
        for number, name in enumerate(names):
            if name in task.start_ind:
                periods[task.start_ind[name] : task.end_ind[name]] = number
        return task.ob.copy(), task.gt.copy(), periods


def trial_environment(task: Task, *, dt: int = 100, rewards: Mapping[str, float] | None = None) -> Any:
    """One of our tasks as a NeuroGym ``TrialEnv``.

    A trial is a stretch of the task that is independent of earlier steps. Each step is a period, named by its number
    and kind ("2 cue"). Observations have a unit for every symbol, then the real values. Action 0 is to wait, which is
    correct without a target; response i is action i + 1. The information of a step has ``gt``, ``event`` and
    ``ideal_gate``.

    Parameters
    ----------
    task
        A task with one correct response.
    dt
        Milliseconds of a step.
    rewards
        Rewards for ``"correct"`` and ``"fail"`` at rewarded steps; by default 1 and 0.

    Raises
    ------
    ParameterError
        If NeuroGym is missing, a number is invalid, or the task has other answers.
    """
    require_integer("trial_environment: dt", dt, least=1)
    spec = task.spec
    rule = "does not have one correct response, as NeuroGym tasks do"
    require(isinstance(spec.answer, Choice), "task", spec.name, rule, "choose another task")
    _neurogym()
    from neurogym.core import TrialEnv
    from neurogym.utils import spaces

    units = [f"{channel.name} {symbol}" for channel in spec.channels for symbol in channel.symbols]
    units += [channel.name for channel in spec.analog]
    offsets = np.cumsum([0, *(len(channel.symbols) for channel in spec.channels)])

    class OurTrialEnv(TrialEnv):  # type: ignore[misc]  # NeuroGym has no types
        """The task."""

        metadata = {"paper_name": spec.source, "paper_link": None, "tags": ["working memory", "supervised"]}  # noqa: RUF012

        def __init__(self) -> None:
            super().__init__(dt=dt)
            self.timing = {"step": dt}
            self.rewards = {"correct": 1.0, "fail": 0.0, **(rewards or {})}
            self.observation_space = spaces.Box(
                -np.inf, np.inf, shape=(len(units),), dtype=np.float32, name={unit: i for i, unit in enumerate(units)}
            )
            choices = {name: i + 1 for i, name in enumerate(spec.responses)}
            self.action_space = spaces.Discrete(1 + len(choices), name={FIXATION: 0, **choices})
            self.seed()

        def seed(self, seed: int | None = None) -> list[int | None]:
            """Seed all that is random."""
            self._generator = np.random.default_rng(seed)
            self._ahead: list[Trials] = []
            return list(super().seed(seed))

        def reset(self, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:  # noqa: ARG002
            """Begin a trial; the first observation."""
            if seed is not None:
                self.seed(seed)
            self.num_tr = self.t = self.t_ind = 0
            self._top.new_trial()
            return self.ob[0], {}

        def _new_trial(self, **_: Any) -> dict[str, Any]:
            if not self._ahead:
                self._ahead = _stretches(task.trials(spec.sequences_per_epoch, self._generator))
            trials = self._now = self._ahead.pop(0)
            names = [f"{i + 1} {spec.events[event]}" for i, event in enumerate(trials.event)]
            for before, name in zip([None, *names], names, strict=False):
                self.add_period(name, duration=dt, after=before)
            self._write(trials, names)
            return {"target": trials.target, "event": trials.event}

        def _write(self, trials: Trials, names: list[str]) -> None:
            for i, name in enumerate(names):
                shown = np.zeros(len(units), np.float32)
                on = [o + s for o, s in zip(offsets, trials.symbols[i], strict=False) if s != SILENCE]
                shown[on] = 1
                shown[offsets[-1] :] = trials.values[i]
                self.set_ob(shown, name)
                self.set_groundtruth(int(trials.target[i]) + 1, name)

        def _step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
            now, trials = self.t_ind, self._now
            last, right = now == len(trials) - 1, int(action) == int(self.gt_now)
            reward = self.rewards["correct" if right else "fail"] if trials.rewarded[now] else 0.0
            if trials.rewarded[now]:
                self.performance = float(right)
            said = {"new_trial": last, "gt": self.gt_now, "event": int(trials.event[now])}
            return self.ob_now, reward, False, False, said | {"ideal_gate": trials.ideal_gate[now]}

    return OurTrialEnv()


def _stretches(trials: Trials) -> list[Trials]:
    names = trials.__dataclass_fields__
    ends = trials.sequences()
    return [Trials(**{name: getattr(trials, name)[begin:end] for name in names}) for begin, end in ends]
