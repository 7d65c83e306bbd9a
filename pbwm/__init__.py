"""PBWM: working memory gated by disinhibition, trained by dopamine (O'Reilly & Frank, 2006)."""

from pbwm.circuit import Circuit, Layer, Path, Wiring
from pbwm.dopamine import PVLV, RescorlaWagner, TemporalDifference
from pbwm.errors import PBWMError, PBWMNumberError, PBWMParameterError, PBWMTaskError, PBWMWeightsError
from pbwm.exploration import Exploration, NoiseSite
from pbwm.learner import PBWM
from pbwm.learning import CortexLearning
from pbwm.params import GatingParams, Inhibition, LayerInhibition, NeuronParams, PathParams, PBWMParams
from pbwm.striatum import ActivityFactor, CovarianceRule, StriatumLearning, TagRule, TraceRule

__all__ = [
    "PBWM",
    "PVLV",
    "ActivityFactor",
    "Circuit",
    "CortexLearning",
    "CovarianceRule",
    "Exploration",
    "GatingParams",
    "Inhibition",
    "Layer",
    "LayerInhibition",
    "NeuronParams",
    "NoiseSite",
    "PBWMError",
    "PBWMNumberError",
    "PBWMParameterError",
    "PBWMParams",
    "PBWMTaskError",
    "PBWMWeightsError",
    "Path",
    "PathParams",
    "RescorlaWagner",
    "StriatumLearning",
    "TagRule",
    "TemporalDifference",
    "TraceRule",
    "Wiring",
]
