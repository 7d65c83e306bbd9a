"""Errors of the PBWM model."""

__all__ = ["PBWMError", "PBWMParameterError", "PBWMTaskError", "PBWMWeightsError"]


class PBWMError(Exception):
    """Root of the errors that `pbwm` raises."""


class PBWMParameterError(PBWMError, ValueError):
    """A parameter has a value that it cannot have."""


class PBWMTaskError(PBWMError, ValueError):
    """A task has channels that the model has no layer for."""


class PBWMWeightsError(PBWMError, ValueError):
    """Weights do not fit the network, or are not finite."""
