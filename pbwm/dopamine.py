"""Where dopamine comes from: reward minus the reward that was expected."""

from dataclasses import dataclass

from pbwm.checks import require_at_least, require_kinds
from pbwm.errors import PBWMParameterError
from pbwm.kernels.tables import Dopamine
from tasks.base.errors import require

__all__ = ["RescorlaWagner"]


@dataclass(frozen=True, kw_only=True)
class RescorlaWagner:
    """Dopamine = reward − prediction where a reward is due, 0 elsewhere (Rescorla & Wagner, 1972).

    Defaults are those of the reference SIR-2 simulation.

    Attributes
    ----------
    learning_rate
        Rate of the prediction's weights.
    prediction_min, prediction_max
        Range of predictions; a minimum above 0 leaves a dip to learn from where reward stays away.
    reward_threshold
        Reward or prediction above which acetylcholine is fully released.
    senders
        Layers that the prediction sees.
    """

    learning_rate: float = 0.02
    prediction_min: float = 0.02
    prediction_max: float = 0.95
    reward_threshold: float = 0.1
    senders: tuple[str, ...] = ("control_input", "pfc_maintenance_deep", "pfc_output_deep")

    def __post_init__(self) -> None:
        require_kinds(self)
        require_at_least(self, "learning_rate", 0.0)
        require_at_least(self, "reward_threshold", 0.0)
        require(
            0.0 <= self.prediction_min < self.prediction_max <= 1.0,
            "RescorlaWagner.prediction_min, prediction_max",
            (self.prediction_min, self.prediction_max),
            "must be a range within [0, 1]",
            "the published range is 0.02 to 0.95",
            error=PBWMParameterError,
        )
        require(
            isinstance(self.senders, tuple) and len(self.senders) > 0,
            "RescorlaWagner.senders",
            self.senders,
            "must name at least one layer",
            "the published senders are control_input, pfc_maintenance_deep and pfc_output_deep",
            error=PBWMParameterError,
        )

    def constants(self, g_tau: float, reward_tau: float) -> Dopamine:
        """Constants for the kernels; the prediction follows its input with `g_tau`, reward fades with `reward_tau`."""
        return Dopamine(
            learning_rate=self.learning_rate,
            prediction_min=self.prediction_min,
            prediction_max=self.prediction_max,
            g_dt=1 / g_tau,
            reward_threshold=self.reward_threshold,
            reward_decay=1 / reward_tau,
        )
