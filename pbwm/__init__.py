"""PBWM: working memory gated by disinhibition, trained by dopamine (O'Reilly & Frank, 2006)."""

from pbwm.circuit import Circuit, Layer, Path, Wiring
from pbwm.dopamine import RescorlaWagner
from pbwm.errors import PBWMError, PBWMNumberError, PBWMParameterError, PBWMTaskError, PBWMWeightsError
from pbwm.gate import Disinhibition, GradedRelay, MergedGate, NoiseScaledRelay, PointRelay
from pbwm.learner import PBWM
from pbwm.learning import CortexLearning, StriatumLearning
from pbwm.params import GatingParams, Inhibition, LayerInhibition, NeuronParams, PathParams, PBWMParams

__all__ = [
    "PBWM",
    "Circuit",
    "CortexLearning",
    "Disinhibition",
    "GatingParams",
    "GradedRelay",
    "Inhibition",
    "Layer",
    "LayerInhibition",
    "MergedGate",
    "NeuronParams",
    "NoiseScaledRelay",
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
    "Wiring",
]
