"""How an LSTM learns: a rule, which says what the gradient is, and an optimiser, which says what weights make of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from typing import Any

from lstm_baseline.errors import LSTMParameterError
from tasks.base.errors import MOST, is_count, is_number, require

__all__ = ["BPTT", "SGD", "Adam", "Decay", "EProp", "Feedback", "Learning", "Reward", "Truncated", "Update"]


DTYPES = ("float32", "float64")
"""Precisions."""


def _need(condition: bool, field_name: str, value: object, rule: str, remedy: str) -> None:
    require(condition, field_name, value, rule, remedy, error=LSTMParameterError)


def need_count(owner: str, name: str, value: Any) -> None:
    """Refuse what is no whole number of at least 1, or too large a one."""
    at_least_one = not is_count(value, -MOST) or int(value) >= 1
    rule = "must be a whole number of at least 1" + (f" and at most {MOST:,}" if at_least_one else "")
    _need(is_count(value), f"{owner}.{name}", value, rule, "give such a number")


def need_truths(owner: Any, *names: str) -> None:
    """Refuse what is neither True nor False in some fields of an object."""
    for name in names:
        value = getattr(owner, name)
        _need(isinstance(value, bool), f"{type(owner).__name__}.{name}", value, "must be True or False", "give one")


def need_precision(owner: Any) -> None:
    """Refuse what is no precision in the field ``dtype`` of an object."""
    known = isinstance(owner.dtype, str) and owner.dtype in DTYPES
    rule = f"is not one of {', '.join(DTYPES)}"
    _need(known, f"{type(owner).__name__}.dtype", owner.dtype, rule, "choose one of them")


def need_number(owner: str, name: str, value: Any, holds: Callable[[float], bool], rule: str, example: str) -> None:
    """Refuse what is no number, or one for which `holds` does not hold."""
    _need(is_number(value) and holds(float(value)), f"{owner}.{name}", value, rule, f"give a number such as {example}")


def need_one_of(owner: str, name: str, value: Any, kinds: tuple[type, ...]) -> None:
    """Refuse what belongs to none of the classes `kinds`."""
    rule, remedy = f"is no {' or '.join(kind.__name__ for kind in kinds)}", "give one of them"
    _need(isinstance(value, kinds), f"{owner}.{name}", value, rule, remedy)


class Update(StrEnum):
    """When an online rule changes the weights."""

    STEP = "step"
    SEQUENCE = "sequence"


class Decay(StrEnum):
    """What the decay of a learning rate counts."""

    SEQUENCE = "sequence"
    """Sequences, from the first on."""
    STEP = "step"
    """Steps of a sequence: with each the rate is again what it was at first."""


class Feedback(StrEnum):
    """By which weights e-prop sends the errors of outputs to the cells."""

    SYMMETRIC = "symmetric"
    RANDOM = "random"


@dataclass(frozen=True, kw_only=True)
class BPTT:
    """Backpropagation through time: the exact gradient within a window (Werbos, 1990).

    Attributes
    ----------
    window : int or None, steps
        Errors flow back through this many steps and are cut at the edge; the state is carried over. None: through the
        whole epoch, or block of trials, which then brings one update.
    """

    window: int | None = 20

    def __post_init__(self) -> None:
        if self.window is not None:
            need_count("BPTT", "window", self.window)


@dataclass(frozen=True, kw_only=True)
class Truncated:
    """The rule of Hochreiter & Schmidhuber (1997, appendix A.1) and Gers, Schmidhuber & Cummins (2000, section 3.2).

    Online: partial derivatives of the states by the weights are carried forward, at a cost per step in proportion to
    the number of weights. An error that reaches the net input of a cell or gate changes the weights there and goes no
    further; only in the carousel does it live on.

    Attributes
    ----------
    update : Update
        Whether weights change at every step that has a target, or once at the end of a sequence (before the next step
        at which `Trials.starts`, and at the end of an epoch), by the sum of its steps.
    """

    update: Update = Update.STEP

    def __post_init__(self) -> None:
        need_one_of("Truncated", "update", self.update, (Update,))


@dataclass(frozen=True, kw_only=True)
class EProp:
    """E-prop (Bellec et al., 2020, Nature Communications 11:3625): a local eligibility trace times a broadcast error.

    Attributes
    ----------
    feedback : Feedback
        ``symmetric``: by the weights from the cells to the outputs; ``random``: by weights drawn at the start, as those
        are, which stay.
    update : Update
        As in `Truncated`.
    """

    feedback: Feedback = Feedback.SYMMETRIC
    update: Update = Update.SEQUENCE

    def __post_init__(self) -> None:
        need_one_of("EProp", "feedback", self.feedback, (Feedback,))
        need_one_of("EProp", "update", self.update, (Update,))


@dataclass(frozen=True, kw_only=True)
class Reward:
    """Learning from reward alone: policy gradient with a learned baseline (Williams, 1992), through a window of time.

    At the steps that the task rewards (`Trials.rewarded`) the response is drawn with the probabilities that the outputs
    give; it earns 1 if it is right, 0 if not. Nothing else is learned from: neither what would have been right nor, by
    default, the steps that are not rewarded.

    Attributes
    ----------
    window : int, steps
        As in `BPTT`.
    critic_part : float
        κ, the part that the critic's error has in what cells learn: 0 if the critic reads them and leaves them alone.
    entropy : float
        β, the weight of the entropy of the responses relative to their reward (Williams & Peng, 1991): it keeps the
        choice open where no reward speaks against it.
    every_step : bool
        Whether every response that counts earns its reward, and not those alone that the task rewards.
    """

    window: int = 20
    critic_part: float = 0.5
    entropy: float = 0.03
    every_step: bool = False

    def __post_init__(self) -> None:
        need_count("Reward", "window", self.window)
        for name in ("critic_part", "entropy"):
            rule, value = "must be finite and not negative", getattr(self, name)
            need_number("Reward", name, value, lambda x: 0.0 <= x < inf, rule, "0.03")
        _need(isinstance(self.every_step, bool), "Reward.every_step", self.every_step, "is no truth value", "give one")


@dataclass(frozen=True, kw_only=True)
class Adam:
    """Adam (Kingma & Ba, 2015, algorithm 1).

    Attributes
    ----------
    learning_rate : float, per update
        Step size α. The default lies within .02 to .05, tried on development seeds, where every network learned
        (``tests/lstm_baseline/test_study.py``).
    beta1, beta2 : float, in [0, 1)
        Decay per update of the first and second moment: .9 and .999 in the paper.
    epsilon : float
        ε, 1e−8 in the paper.
    """

    learning_rate: float = 0.03
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        above = (lambda x: 0.0 < x < inf, "must be finite and above 0")
        below = (lambda x: 0.0 <= x < 1.0, "must lie in [0, 1)")
        need_number("Adam", "learning_rate", self.learning_rate, *above, "0.03")
        need_number("Adam", "epsilon", self.epsilon, *above, "1e-8")
        need_number("Adam", "beta1", self.beta1, *below, "0.9")
        need_number("Adam", "beta2", self.beta2, *below, "0.999")


@dataclass(frozen=True, kw_only=True)
class SGD:
    """Gradient descent, with momentum if wanted (Rumelhart, Hinton & Williams, 1986): v ← μ v + g, w ← w − α v.

    Attributes
    ----------
    learning_rate : float, per update
        Step size α.
    momentum : float, in [0, 1)
        μ; 0: none.
    """

    learning_rate: float = 0.1
    momentum: float = 0.0

    def __post_init__(self) -> None:
        above = (lambda x: 0.0 < x < inf, "must be finite and above 0")
        need_number("SGD", "learning_rate", self.learning_rate, *above, "0.1")
        need_number("SGD", "momentum", self.momentum, lambda x: 0.0 <= x < 1.0, "must lie in [0, 1)", "0.9")


Rules = BPTT | Truncated | EProp | Reward
Optimisers = Adam | SGD


@dataclass(frozen=True, kw_only=True)
class Learning:
    """A learning rule and an optimiser.

    Attributes
    ----------
    rule
        What the gradient is.
    optimiser
        What the weights make of it.
    clip_norm : float or None
        Largest norm of a network's gradient (Pascanu et al., 2013); None: as large as it is.
    decay : float, in (0, 1]
        Factor of the learning rate after every `decay_every` sequences or steps; 1: it stays.
    decay_every : int
    decay_by : Decay
        What is counted. Each `Trials.starts` begins a sequence; where networks run `until_error`, a sequence goes on to
        the error.

    Examples
    --------
    >>> Learning(rule=BPTT(window=5)).rule.window
    5
    """

    rule: Rules = field(default_factory=BPTT)
    optimiser: Optimisers = field(default_factory=Adam)
    clip_norm: float | None = 1.0
    decay: float = 1.0
    decay_every: int = 1
    decay_by: Decay = Decay.SEQUENCE

    def __post_init__(self) -> None:
        need_one_of("Learning", "rule", self.rule, (BPTT, Truncated, EProp, Reward))
        need_one_of("Learning", "optimiser", self.optimiser, (Adam, SGD))
        if self.clip_norm is not None:
            holds = (lambda x: x > 0.0, "must be above 0, or None not to clip")
            need_number("Learning", "clip_norm", self.clip_norm, *holds, "1.0")
        need_number("Learning", "decay", self.decay, lambda x: 0.0 < x <= 1.0, "must lie in (0, 1]", "0.99")
        need_count("Learning", "decay_every", self.decay_every)
        need_one_of("Learning", "decay_by", self.decay_by, (Decay,))
