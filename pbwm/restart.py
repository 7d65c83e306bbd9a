"""Re-initialization: a network that is still rewarded too rarely after many epochs gets new random weights.

In such a network, gating and cortex have adapted to each other, and resetting one of them does not help. A new network
with new weights therefore replaces it and continues with its trials. This is not a mechanism of the brain. It models a
subject that abandons a strategy, and is a parameter so that results with and without it can be compared.
"""

from dataclasses import dataclass

from pbwm.checks import require_at_least, require_fraction, require_kinds

__all__ = ["Restart"]


@dataclass(frozen=True, kw_only=True)
class Restart:
    """When to re-initialize a network: at the end of an epoch, after `patience` epochs or more, if r̄ is below `reward`.

    A network that makes no error in that epoch is kept, because r̄ lags behind learning.

    r̄ is the running mean of reward of `Exploration.reward_tau`; it starts at 0 in a new network. Initial weights of
    each life have their own address. Epochs to criterion count all lives.

    Attributes
    ----------
    patience
        Minimum number of epochs of a life. Only epochs of `train` count: a network that is run step by step, as in an
        environment, is never re-initialized.
    reward
        Mean reward from which on a network is kept, in [0, 1].
    """

    patience: int = 100
    reward: float = 0.9

    def __post_init__(self) -> None:
        require_kinds(self)
        require_at_least(self, "patience", 1)
        require_fraction(self, "reward")
