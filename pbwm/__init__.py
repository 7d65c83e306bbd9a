"""PBWM: working memory gated by disinhibition, trained by dopamine (O'Reilly & Frank, 2006)."""

from pbwm.circuit import Circuit, Layer, Path, Wiring
from pbwm.dopamine import RescorlaWagner
from pbwm.errors import PBWMError, PBWMNumberError, PBWMParameterError, PBWMTaskError, PBWMWeightsError
from pbwm.exploration import Exploration, NoiseSite
from pbwm.gate import Disinhibition, GradedRelay, MergedGate, NoiseScaledRelay, PointRelay
from pbwm.learner import PBWM
from pbwm.learning import CortexLearning
from pbwm.params import GatingParams, Inhibition, LayerInhibition, NeuronParams, PathParams, PBWMParams
from pbwm.striatum import ActivityFactor, CovarianceRule, StriatumLearning, TagRule, TraceRule

__all__ = [
    "PBWM",
    "ActivityFactor",
    "Circuit",
    "CortexLearning",
    "CovarianceRule",
    "Disinhibition",
    "Exploration",
    "GatingParams",
    "GradedRelay",
    "Inhibition",
    "Layer",
    "LayerInhibition",
    "MergedGate",
    "NeuronParams",
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
    "StriatumLearning",
    "TagRule",
    "TraceRule",
    "Wiring",
]
