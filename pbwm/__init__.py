"""PBWM: working memory gated by disinhibition, trained by dopamine (O'Reilly & Frank, 2006)."""

from typing import TYPE_CHECKING

try:
    from tasks.base.exports import on_demand
except ModuleNotFoundError:
    import tasks

    where = getattr(tasks, "__file__", None) or "a folder"
    said = f"{where} is called `tasks`, as a package that {__name__} needs, and is found first"
    raise ImportError(f"{said}; rename it, or start Python in another directory") from None

if TYPE_CHECKING:
    from pbwm.circuit import Circuit, Layer, Path, Wiring
    from pbwm.cortex_learning import CortexLearning
    from pbwm.dopamine import PVLV, RescorlaWagner, TemporalDifference
    from pbwm.errors import PBWMError, PBWMNumberError, PBWMParameterError, PBWMTaskError, PBWMWeightsError
    from pbwm.exploration import Exploration, NoiseSite
    from pbwm.gate import Disinhibition, GradedRelay, MergedGate, NoiseScaledRelay, PointRelay
    from pbwm.learner import PBWM
    from pbwm.manipulations import ClampGate, DopamineGain, Gate, Lesion, Manipulation, Noise
    from pbwm.match_units import MatchUnits
    from pbwm.params import GatingParams, Inhibition, LayerInhibition, NeuronParams, PathParams, PBWMParams
    from pbwm.profiles import DeepProfile
    from pbwm.restart import Restart
    from pbwm.striatum import (
        ActivityFactor,
        CovarianceRule,
        FeedbackRule,
        StriatumLearning,
        TagRule,
        Teacher,
        TraceRule,
    )
else:
    __getattr__, __dir__ = on_demand(
        __name__,
        {
            "circuit": "Circuit Layer Path Wiring",
            "dopamine": "PVLV RescorlaWagner TemporalDifference",
            "errors": "PBWMError PBWMNumberError PBWMParameterError PBWMTaskError PBWMWeightsError",
            "exploration": "Exploration NoiseSite",
            "gate": "Disinhibition GradedRelay MergedGate NoiseScaledRelay PointRelay",
            "learner": "PBWM",
            "cortex_learning": "CortexLearning",
            "manipulations": "ClampGate DopamineGain Gate Lesion Manipulation Noise",
            "match_units": "MatchUnits",
            "params": "GatingParams Inhibition LayerInhibition NeuronParams PathParams PBWMParams",
            "profiles": "DeepProfile",
            "restart": "Restart",
            "striatum": "ActivityFactor CovarianceRule FeedbackRule StriatumLearning TagRule Teacher TraceRule",
        },
    )

__all__ = [
    "PBWM",
    "PVLV",
    "ActivityFactor",
    "Circuit",
    "ClampGate",
    "CortexLearning",
    "CovarianceRule",
    "DeepProfile",
    "Disinhibition",
    "DopamineGain",
    "Exploration",
    "FeedbackRule",
    "Gate",
    "GatingParams",
    "GradedRelay",
    "Inhibition",
    "Layer",
    "LayerInhibition",
    "Lesion",
    "Manipulation",
    "MatchUnits",
    "MergedGate",
    "NeuronParams",
    "Noise",
    "NoiseScaledRelay",
    "NoiseSite",
    "PBWMError",
    "PBWMNumberError",
    "PBWMParameterError",
    "PBWMParams",
    "PBWMTaskError",
    "PBWMWeightsError",
    "Path",
    "PathParams",
    "PointRelay",
    "RescorlaWagner",
    "Restart",
    "StriatumLearning",
    "TagRule",
    "Teacher",
    "TemporalDifference",
    "TraceRule",
    "Wiring",
]
