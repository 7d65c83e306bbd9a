"""Re-initialization of a network that is rewarded too rarely: a model of a subject that abandons a strategy."""

from dataclasses import dataclass

from pbwm.checks import require_at_least, require_fraction, require_kinds

__all__ = ["Restart"]


@dataclass(frozen=True, kw_only=True)
class Restart:
    """When to re-initialize a network: after `patience` epochs or more, if mean reward r̄ is below `reward`.

    r̄ is the running mean of `Exploration.reward_tau`. A network without an error in the last epoch is kept, because r̄
    lags behind learning. Epochs to criterion include those before a re-initialization.

    Attributes
    ----------
    patience
        Smallest number of epochs of `train` between initializations.
    reward
        Mean reward from which a network is kept, in [0, 1].
    """

    patience: int = 100
    reward: float = 0.9

    def __post_init__(self) -> None:
        require_kinds(self)
        require_at_least(self, "patience", 1)
        require_fraction(self, "reward")
