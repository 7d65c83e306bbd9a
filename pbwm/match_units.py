"""Parameters of match units."""

from dataclasses import dataclass

from pbwm.checks import require_at_least, require_kinds, require_positive
from pbwm.errors import PBWMParameterError
from tasks.base.errors import require

__all__ = ["MatchUnits"]


@dataclass(frozen=True, kw_only=True)
class MatchUnits:
    """Match units: one for each symbol of each stripe, active if the stimulus equals the content (docs/pbwm.md §4).

    Values were chosen on seeds from 5000 on (docs/learning.md).

    Attributes
    ----------
    to_output, to_hidden
        Absolute strength of the paths to the output and hidden layers, at least 0; 0: no path.
    drive
        Excitatory conductance from the stimulus, and from the content, at an activity of 1; above 0.
    inhibition
        Tonic inhibitory conductance, which puts the threshold between one input and two.

    Examples
    --------
    >>> MatchUnits(to_output=0.0, to_hidden=0.0)
    Traceback (most recent call last):
    pbwm.errors.PBWMParameterError: MatchUnits.to_output, to_hidden = (0.0, 0.0) must not both be 0; \
set one above 0, or give PBWMParams(match_units=None)
    """

    to_output: float = 0.5
    to_hidden: float = 0.3
    drive: float = 0.5
    inhibition: float = 1.2

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("to_output", "to_hidden", "inhibition"):
            require_at_least(self, name, 0.0)
        require_positive(self, "drive")
        require(
            self.to_output > 0 or self.to_hidden > 0,
            "MatchUnits.to_output, to_hidden",
            (self.to_output, self.to_hidden),
            "must not both be 0",
            "set one above 0, or give PBWMParams(match_units=None)",
            error=PBWMParameterError,
        )
