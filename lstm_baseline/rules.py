"""Learning rules, which define a gradient, and optimizers, which turn it into weight changes."""

from dataclasses import dataclass, field
from enum import StrEnum

from lstm_baseline.checks import (
    require_at_least,
    require_below_one,
    require_choice,
    require_count,
    require_field,
    require_kinds,
    require_object,
    require_positive,
)

__all__ = ["BPTT", "SGD", "Adam", "Decay", "EProp", "Feedback", "Learning", "Reward", "Truncated", "Update"]


class Update(StrEnum):
    """When an online rule changes the weights."""

    STEP = "step"
    SEQUENCE = "sequence"


class Decay(StrEnum):
    """Unit of the decay of a learning rate."""

    SEQUENCE = "sequence"
    """Sequences, from the first on."""
    STEP = "step"
    """Steps of a sequence; every sequence starts with the initial rate."""


class Feedback(StrEnum):
    """Weights through which e-prop sends output errors to the cells."""

    SYMMETRIC = "symmetric"
    RANDOM = "random"


@dataclass(frozen=True, kw_only=True)
class BPTT:
    """Backpropagation through time: the exact gradient within a window (Werbos, 1990).

    Attributes
    ----------
    window : int or None, steps
        Errors flow back through this many steps; the state carries over. None: one window and one update per epoch, or
        block of trials.
    """

    window: int | None = 20

    def __post_init__(self) -> None:
        if self.window is not None:
            require_count(self, "window")


@dataclass(frozen=True, kw_only=True)
class Truncated:
    """The rule of Hochreiter & Schmidhuber (1997, appendix A.1) and Gers, Schmidhuber & Cummins (2000, section 3.2).

    Online: partial derivatives of the states by the weights are carried forward. An error that reaches the net input of
    a cell or gate is propagated no further; it persists only in the carousel.

    Attributes
    ----------
    update : Update
        Whether weights change at steps with a target, or after a sequence (or epoch) by the sum over its steps.
    """

    update: Update = Update.STEP

    def __post_init__(self) -> None:
        require_choice(self, "update", Update)


@dataclass(frozen=True, kw_only=True)
class EProp:
    """E-prop (Bellec et al., 2020, Nature Communications 11:3625): a local eligibility trace times a broadcast error.

    Attributes
    ----------
    feedback : Feedback
        ``symmetric``: the weights from cells to outputs; ``random``: fixed random ones with the same initial
        distribution.
    update : Update
        As in `Truncated`.
    """

    feedback: Feedback = Feedback.SYMMETRIC
    update: Update = Update.SEQUENCE

    def __post_init__(self) -> None:
        require_choice(self, "feedback", Feedback)
        require_choice(self, "update", Update)


@dataclass(frozen=True, kw_only=True)
class Reward:
    """Learning from reward alone: policy gradient with a learned baseline (Williams, 1992), within windows of time.

    At rewarded steps (`Trials.rewarded`), responses are drawn with the probabilities of the outputs; the reward is 1
    for a correct response, else 0.

    Attributes
    ----------
    window : int, steps
        As in `BPTT`.
    critic_part : float
        κ, weight of the critic's error in the learning of cells; 0: the critic only reads the cells.
    entropy : float
        β, weight of the entropy relative to reward (Williams & Peng, 1991), for exploration.
    every_step : bool
        Whether every counted response is rewarded, or only those that the task rewards.
    """

    window: int = 20
    critic_part: float = 0.5
    entropy: float = 0.03
    every_step: bool = False

    def __post_init__(self) -> None:
        require_kinds(self)
        require_count(self, "window")
        for name in ("critic_part", "entropy"):
            require_at_least(self, name, 0.0)


@dataclass(frozen=True, kw_only=True)
class Adam:
    """Adam (Kingma & Ba, 2015, algorithm 1).

    Attributes
    ----------
    learning_rate : float, per update
        Step size α.
    beta1, beta2 : float, in [0, 1)
        Decay per update of the first and second moment; defaults of the paper.
    epsilon : float
        ε, 1e−8 in the paper.
    """

    learning_rate: float = 0.03
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        require_kinds(self)
        require_positive(self, "learning_rate", "epsilon")
        require_below_one(self, "beta1", "beta2")


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
        require_kinds(self)
        require_positive(self, "learning_rate")
        require_below_one(self, "momentum")


Rules = BPTT | Truncated | EProp | Reward
Optimizers = Adam | SGD


@dataclass(frozen=True, kw_only=True)
class Learning:
    """A learning rule and an optimizer.

    Attributes
    ----------
    rule
        Defines the gradient.
    optimiser
        Converts it into weight changes.
    clip_norm : float or None
        Largest norm of a network's gradient (Pascanu et al., 2013); None: no limit.
    decay : float, in (0, 1]
        Factor of the learning rate after `decay_every` sequences or steps; 1: none.
    decay_every : int
        Number of sequences or steps between reductions.
    decay_by : Decay
        What is counted. `Trials.starts` or, with `until_error`, an error separates sequences.

    Examples
    --------
    >>> Learning(rule=BPTT(window=5)).rule.window
    5
    """

    rule: Rules = field(default_factory=BPTT)
    optimiser: Optimizers = field(default_factory=Adam)
    clip_norm: float | None = 1.0
    decay: float = 1.0
    decay_every: int = 1
    decay_by: Decay = Decay.SEQUENCE

    def __post_init__(self) -> None:
        require_object(self, "rule", (BPTT, Truncated, EProp, Reward))
        require_object(self, "optimiser", (Adam, SGD))
        require_kinds(self)
        if self.clip_norm is not None:
            require_field(self.clip_norm > 0, self, "clip_norm", "must be above 0, or None not to clip")
        require_field(0.0 < self.decay <= 1.0, self, "decay", "must lie in (0, 1]")
        require_count(self, "decay_every")
        require_choice(self, "decay_by", Decay)
