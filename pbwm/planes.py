"""Response of the gate to content and gating signal."""

import numpy as np

from pbwm.gate import Disinhibition
from pbwm.params import PBWMParams
from pbwm.relay import relay_response
from tasks.base.gate_plane import GatePlane

__all__ = ["gate_planes"]

POINTS = 21
"""Values of each axis."""


def gate_planes(params: PBWMParams) -> tuple[GatePlane, ...]:
    """The gate of a configuration, on a grid.

    With disinhibition: the response of the thalamus to Ge from 0 to 1 and GPi conductance from 0 to its maximum.
    Merged: the activity that a deep unit maintains, by superficial and gating activity.
    """
    content = np.linspace(0.0, 1.0, POINTS)
    if isinstance(params.gate, Disinhibition):
        conductance = np.linspace(0.0, params.gate.gpi_to_thalamus, POINTS)
        response, closing = relay_response(params.gate.relay, content, conductance, params.neuron), conductance
        relay = type(params.gate.relay).__name__
        name, labels = f"disinhibition: {relay}", ("drive Ge of the thalamus", "GPi conductance Gi")
    else:
        closing = np.linspace(0.0, 1.0, POINTS)
        response = np.outer(params.gating.maintenance_gain * content, 1.0 - closing >= params.gating.threshold)
        name, labels = "merged gate", ("superficial activity", "1 − activity of the gating unit")
    return (
        GatePlane(
            name=name,
            content=content,
            closing=closing,
            response=response,
            content_label=labels[0],
            closing_label=labels[1],
        ),
    )
