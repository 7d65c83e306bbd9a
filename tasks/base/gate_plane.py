"""Response of a gate on a grid of contents and gate inputs, for all models."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["GatePlane"]


@dataclass(frozen=True, kw_only=True)
class GatePlane:
    """The response of one gate of a model.

    Attributes
    ----------
    name
        Name of the gate and its form.
    content : float array (content,)
        Drive of the content, from 0 (unit: `content_label`).
    closing : float array (closing,)
        Input that closes the gate, from open to closed (unit: `closing_label`).
    response : float array (content, closing)
        Content that passes.
    """

    name: str
    content: NDArray[np.float64]
    closing: NDArray[np.float64]
    response: NDArray[np.float64]
    content_label: str
    closing_label: str
