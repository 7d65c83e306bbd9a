"""How an LSTM learns: a rule, which says what the gradient is, and an optimiser, which says what weights make of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from numbers import Integral, Real
from typing import Any

from lstm_baseline.errors import LSTMParameterError
from tasks.base.errors import require

__all__ = ["BPTT", "Adam", "Learning", "Reward"]


def _need(condition: bool, field_name: str, value: object, rule: str, remedy: str) -> None:
    require(condition, field_name, value, rule, remedy, error=LSTMParameterError)


def need_count(owner: str, name: str, value: Any) -> None:
    """Refuse what is no whole number of at least 1."""
    whole = isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= 1
    _need(whole, f"{owner}.{name}", value, "must be a whole number of at least 1", "give such a number")


def need_number(owner: str, name: str, value: Any, holds: Callable[[float], bool], rule: str, example: str) -> None:
    """Refuse what is no number, or one for which `holds` does not hold."""
    number = isinstance(value, Real) and not isinstance(value, bool)
    _need(number and holds(float(value)), f"{owner}.{name}", value, rule, f"give a number such as {example}")


def need_one_of(owner: str, name: str, value: Any, kinds: tuple[type, ...]) -> None:
    """Refuse what belongs to none of the classes `kinds`."""
    rule, remedy = f"is no {' or '.join(kind.__name__ for kind in kinds)}", "give one of them"
    _need(isinstance(value, kinds), f"{owner}.{name}", value, rule, remedy)


@dataclass(frozen=True, kw_only=True)
class BPTT:
    """Backpropagation through time: the exact gradient within a window (Werbos, 1990).

    Attributes
    ----------
    window : int, steps
        Errors flow back through this many steps and are cut at the edge; the state is carried over.
    """

    window: int = 20

    def __post_init__(self) -> None:
        need_count("BPTT", "window", self.window)


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
        β, what the entropy of the responses is worth beside their reward (Williams & Peng, 1991): it keeps the choice
        open where no reward speaks against it.
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
        above, below = (
            (lambda x: 0.0 < x < inf, "must be finite and above 0"),
            (lambda x: 0.0 <= x < 1.0, "must lie in [0, 1)"),
        )
        need_number("Adam", "learning_rate", self.learning_rate, *above, "0.03")
        need_number("Adam", "epsilon", self.epsilon, *above, "1e-8")
        need_number("Adam", "beta1", self.beta1, *below, "0.9")
        need_number("Adam", "beta2", self.beta2, *below, "0.999")


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

    Examples
    --------
    >>> Learning(rule=BPTT(window=5)).rule.window
    5
    """

    rule: BPTT | Reward = field(default_factory=BPTT)
    optimiser: Adam = field(default_factory=Adam)
    clip_norm: float | None = 1.0

    def __post_init__(self) -> None:
        need_one_of("Learning", "rule", self.rule, (BPTT, Reward))
        need_one_of("Learning", "optimiser", self.optimiser, (Adam,))
        if self.clip_norm is not None:
            holds = (lambda x: x > 0.0, "must be above 0, or None not to clip")
            need_number("Learning", "clip_norm", self.clip_norm, *holds, "1.0")
