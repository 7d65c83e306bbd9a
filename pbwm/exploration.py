"""Exploration: noise in the gates that decreases with success."""

from dataclasses import dataclass, field
from enum import StrEnum

from pbwm.checks import require_at_least, require_choice, require_kinds
from pbwm.kernels import tables
from tasks.base.serialization import LATER

__all__ = ["Exploration", "NoiseSite"]


class NoiseSite(StrEnum):
    """Where the noise is added."""

    PALLIDUM = "gpi"
    STRIATUM = "striatum"


@dataclass(frozen=True, kw_only=True)
class Exploration:
    """Gaussian noise, one draw per stripe and trial, of standard deviation ``sd · min(1, gain (1 − r̄))``.

    r̄ is the running mean of reward (docs/pbwm.md §6). Without a control symbol, the striatum has no input, and there is
    no noise, except in stripes that see ages.

    Attributes
    ----------
    sd
        Largest standard deviation, in excitatory conductance; 0: no noise (the reference).
    gain
        Increase of the noise with missing reward.
    by_prediction
        Whether predicted reward replaces r̄ where a reward is expected.
    by_stripe
        Whether noise is also multiplied by ``1 − r̄_k``, r̄_k the mean reward of trials that used stripe k.
    reward_tau
        τ of r̄ and r̄_k, in rewarded trials; both start at 0.
    when_frozen
        Whether gates are also noisy while weights are frozen.
    site
        Where noise is added: to the drive of the gate, or to Go and, with the opposite sign, NoGo.
    """

    sd: float = 0.0
    gain: float = 1.0
    by_prediction: bool = False
    by_stripe: bool = False
    reward_tau: float = 50.0
    when_frozen: bool = field(default=True, metadata=LATER)
    site: NoiseSite = NoiseSite.PALLIDUM

    def __post_init__(self) -> None:
        require_kinds(self)
        require_at_least(self, "sd", 0.0)
        require_at_least(self, "gain", 0.0)
        require_at_least(self, "reward_tau", 1.0)
        require_choice(self, "site", NoiseSite)

    def constants(self) -> tables.Exploration:
        """Constants for the kernels."""
        return tables.Exploration(
            on=self.sd > 0,
            at_gpi=self.sd if self.site is NoiseSite.PALLIDUM else 0.0,
            at_striatum=self.sd if self.site is NoiseSite.STRIATUM else 0.0,
            gain=self.gain,
            by_prediction=self.by_prediction,
            by_stripe=self.by_stripe,
            when_frozen=self.when_frozen,
            reward_dt=1 / self.reward_tau,
        )
