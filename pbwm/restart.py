"""Re-initialization: a network that is still rewarded too rarely after many epochs gets new random weights.

In such a network the gating policy and the cortex have adapted to each other, and resetting one of them does not help.
So everything that it learned is discarded: a new network with new weights continues with the
trials that the old one would have had. No part of the brain does this. It stands for a subject that drops a strategy,
and is a parameter so that results with and without it can be compared.
"""

from dataclasses import dataclass

from pbwm.checks import require_at_least, require_fraction, require_kinds

__all__ = ["Restart"]


@dataclass(frozen=True, kw_only=True)
class Restart:
    """When a network is re-initialized: at the end of an epoch, if it had `patience` of them and r̄ is below `reward`.

    A network that makes no error in that very epoch is kept, although r̄ lags behind what it has learned.

    r̄ is the running mean of reward that exploration knows too (`Exploration.reward_tau`); a new network begins with 0.
    The weights of each life are drawn at an address of their own. Epochs to criterion count all lives.

    Attributes
    ----------
    patience
        Epochs in which a network, since its beginning or its last new one, learns undisturbed. They are those of
        `train`: a network that is only run, step by step as in an environment, is never re-initialized.
    reward
        Mean reward with which it goes on, in [0, 1].
    """

    patience: int = 100
    reward: float = 0.9

    def __post_init__(self) -> None:
        require_kinds(self)
        require_at_least(self, "patience", 1)
        require_fraction(self, "reward")
