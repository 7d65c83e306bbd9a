"""Steady response of the thalamic relay to the drive of prefrontal cortex and the inhibition of GPi."""

import numpy as np
from numpy.typing import NDArray

from pbwm.gate import GradedRelay, NoiseScaledRelay, PointRelay
from pbwm.kernels.nuclei import relay_responses
from pbwm.params import NeuronParams
from tasks.engine.lanes import LANES, aligned_zeros

__all__ = ["relay_response"]


def relay_response(
    relay: PointRelay | GradedRelay | NoiseScaledRelay,
    drive: NDArray[np.floating],
    conductance: NDArray[np.floating],
    neuron: NeuronParams | None = None,
) -> NDArray[np.float64]:
    """Steady output of a relay (docs/pbwm.md §5): float array (drive, conductance), computed by the kernels.

    Parameters
    ----------
    drive : float array (drive,)
        Excitatory conductance Ge.
    conductance : float array (conductance,)
        Inhibitory conductance Gi from GPi.
    neuron
        Constants of the neuron; by default the reference.

    Examples
    --------
    >>> relay_response(GradedRelay(), np.array([0.0, 0.4]), np.array([0.0, 1.0])).round(3)
    array([[0.   , 0.   ],
           [0.571, 0.193]])
    """
    grid = np.broadcast_arrays(drive[:, None], conductance[None])
    count = grid[0].size
    ge, gi, out = (aligned_zeros(-(-count // LANES), np.float64) for _ in range(3))
    for rows, values in zip((ge, gi), grid, strict=True):
        rows.reshape(-1)[:count] = values.ravel()
    relay_responses(ge, gi, relay.constants(neuron or NeuronParams()), out)
    return out.reshape(-1)[:count].reshape(grid[0].shape).astype(np.float64)
