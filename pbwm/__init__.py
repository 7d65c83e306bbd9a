"""PBWM: working memory gated by disinhibition, trained by dopamine (O'Reilly & Frank, 2006)."""

from pbwm.circuit import Circuit, Layer, Path, Wiring
from pbwm.dopamine import RescorlaWagner
from pbwm.errors import PBWMError, PBWMNumberError, PBWMParameterError, PBWMTaskError, PBWMWeightsError
from pbwm.learner import PBWM
from pbwm.learning import CortexLearning, StriatumLearning
from pbwm.manipulations import ClampGate, DopamineGain, Gate, Lesion, Manipulation
from pbwm.params import GatingParams, Inhibition, LayerInhibition, NeuronParams, PathParams, PBWMParams

__all__ = [
    "PBWM",
    "Circuit",
    "ClampGate",
    "CortexLearning",
    "DopamineGain",
    "Gate",
    "GatingParams",
    "Inhibition",
    "Layer",
    "LayerInhibition",
    "Lesion",
    "Manipulation",
    "NeuronParams",
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
    "Wiring",
]
