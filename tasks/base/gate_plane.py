"""What a gate lets pass, over a plane of contents and of inputs to the gate: one form for all models."""

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
        Which gate of which form.
    content : float array (content,)
        What drives the content, from nothing to a strong input; `content_label` says in which unit.
    closing : float array (closing,)
        What closes the gate, from open to closed; `closing_label` says in which unit.
    response : float array (content, closing)
        What passes.
    """

    name: str
    content: NDArray[np.float64]
    closing: NDArray[np.float64]
    response: NDArray[np.float64]
    content_label: str
    closing_label: str
