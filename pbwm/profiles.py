"""Profiles of deep prefrontal cortex: activity of a stripe by the time since it gated (docs/pbwm.md §5).

The profiles are those of PBWM, version 5. Some prefrontal neurons respond only to the cue; others rise or decay during
the delay (Fuster, 1973, *J. Neurophysiol.* 36:61; Brody, Hernández, Zainos & Romo, 2003, *Cerebral Cortex* 13:1196).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pbwm.checks import require_at_least, require_fraction, require_kinds

__all__ = ["DeepProfile"]


@dataclass(frozen=True, kw_only=True)
class DeepProfile:
    """The proportion of its content that a deep stripe expresses, by updates since storing.

    It rises linearly from `initial` to 1, and then falls linearly to 0. The default is stable maintenance.

    Attributes
    ----------
    initial
        Value at the update that stores the content, in [0, 1].
    rise_tau
        Updates from `initial` to 1; 0: no rise.
    decay_tau
        Updates from the maximum to 0; 0: no decay.
    least
        Minimum, in [0, 1].

    Examples
    --------
    >>> DeepProfile.rise_and_fall(rise_tau=2, decay_tau=4).value(range(7)).round(2).tolist()
    [0.1, 0.55, 1.0, 0.75, 0.5, 0.25, 0.0]
    >>> DeepProfile.phasic().value(range(4)).tolist()
    [1.0, 0.001, 0.001, 0.001]
    """

    initial: float = 1.0
    rise_tau: float = 0.0
    decay_tau: float = 0.0
    least: float = 0.001

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("initial", "least"):
            require_fraction(self, name)
        for name in ("rise_tau", "decay_tau"):
            require_at_least(self, name, 0.0)

    @classmethod
    def stable(cls) -> Self:
        """Steady maintenance."""
        return cls()

    @classmethod
    def phasic(cls) -> Self:
        """A response to the gate that ends at the next update."""
        return cls(decay_tau=1.0)

    @classmethod
    def rising(cls, *, rise_tau: float = 10.0) -> Self:
        """Activity that rises and stays."""
        return cls(initial=0.1, rise_tau=rise_tau)

    @classmethod
    def decaying(cls, *, decay_tau: float = 10.0) -> Self:
        """Activity that decays."""
        return cls(decay_tau=decay_tau)

    @classmethod
    def rise_and_fall(cls, *, rise_tau: float = 5.0, decay_tau: float = 10.0) -> Self:
        """Activity that rises and then decays."""
        return cls(initial=0.1, rise_tau=rise_tau, decay_tau=decay_tau)

    @property
    def slopes(self) -> tuple[float, float]:
        """Rise, and subsequent fall, per update."""
        up = (1.0 - self.initial) / self.rise_tau if self.rise_tau else 0.0
        top = 1.0 if self.rise_tau else self.initial
        return up, top / self.decay_tau if self.decay_tau else 0.0

    def value(self, updates: ArrayLike) -> NDArray[np.float64]:
        """The proportion after each number of `updates` since storing: an array of the same shape."""
        t, (up, down) = np.asarray(updates, np.float64), self.slopes
        risen = self.initial + up * np.minimum(t, self.rise_tau)
        return np.maximum(risen - down * np.maximum(t - self.rise_tau, 0.0), self.least)
