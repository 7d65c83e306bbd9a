"""Test of whether a gate multiplies its content, subtracts from it, or shifts its threshold.

On a grid of drive d (excitatory conductance) and GPi conductance G, the response of the thalamus is fitted by f(d) ·
g(G), f(d) + g(G), and h(d − s(G)). Gates of other models are tested on a grid of contents and gate inputs
(`tasks.base.gate_plane`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BSpline
from scipy.linalg import lstsq, svd
from scipy.optimize import least_squares

from pbwm.gate import Disinhibition, GradedRelay, NoiseScaledRelay, PointRelay
from pbwm.relay import relay_response
from tasks.base.arguments import checked
from tasks.base.gate_plane import GatePlane
from tasks.base.record import GateRecord

__all__ = [
    "MODELS_OF_RESPONSE",
    "RELAYS",
    "Multiplicativity",
    "additive_fit",
    "gpi_range",
    "judged",
    "multiplicativity",
    "product_fit",
    "shift_fit",
]

PLANE = ("drive", "conductance")
"""Axes of a response."""

RELAYS: Mapping[str, PointRelay | GradedRelay | NoiseScaledRelay] = {
    "point neuron, γ = 100": PointRelay(gain=100.0),
    "point neuron, γ = 5": PointRelay(gain=5.0),
    "graded": GradedRelay(),
    "noise-scaled": NoiseScaledRelay(),
}
"""Name in figures → relay."""

MODELS_OF_RESPONSE = ("product", "additive", "shift")
"""Fields of `Multiplicativity`."""

DRIVE = (0.0, 1.0)
"""Range of the drive (docs/pbwm.md §1)."""

POINTS = 21
"""Points per axis of the grid; with 31, no R² of the relays differs by .01."""

SPLINE_PIECES = POINTS - 1
"""Pieces of h, which then has as many values as the f of a product."""


@dataclass(frozen=True, kw_only=True)
class Multiplicativity:
    """Response of a relay or another gate, and the fit of each model.

    Attributes
    ----------
    relay
        Name of the relay or gate.
    drive : float array (drive,)
        Excitatory conductance, or drive of the content.
    conductance : float array (conductance,)
        GPi conductance, or input that closes the gate.
    response : float array (drive, conductance)
        Output of the thalamus, in [0, 1], or content that passes.
    product, additive, shift : float array (drive, conductance)
        The best fit of each model.
    """

    relay: str
    drive: NDArray[np.float64]
    conductance: NDArray[np.float64]
    response: NDArray[np.float64]
    product: NDArray[np.float64]
    additive: NDArray[np.float64]
    shift: NDArray[np.float64]

    def r_squared(self, model: str) -> float:
        """Fraction of the variance of the response that a model explains."""
        left = ((self.response - getattr(self, model)) ** 2).sum()
        return float(1 - left / ((self.response - self.response.mean()) ** 2).sum())

    @property
    def effective_gate(self) -> NDArray[np.float64]:
        """Response over that of the open gate, (drive, conductance), or NaN. A product gives one curve."""
        free = self.response[:, :1]
        return np.divide(self.response, free, out=np.full_like(self.response, np.nan), where=free > 0)


@checked(response=PLANE)
def product_fit(response: NDArray[np.float64]) -> NDArray[np.float64]:
    """The best f(d) · g(G): the first term of the singular value decomposition (Eckart & Young, 1936).

    Examples
    --------
    >>> response = np.outer([1.0, 2.0, 3.0], [1.0, 0.5])
    >>> bool(np.allclose(product_fit(response), response))
    True
    """
    left, size, right = svd(response, full_matrices=False)
    best: NDArray[np.float64] = size[0] * np.outer(left[:, 0], right[0])
    return best


@checked(response=PLANE)
def additive_fit(response: NDArray[np.float64]) -> NDArray[np.float64]:
    """The best f(d) + g(G): row means and column means.

    Examples
    --------
    >>> response = np.add.outer([1.0, 2.0, 3.0], [1.0, 0.5])
    >>> bool(np.allclose(additive_fit(response), response))
    True
    """
    best: NDArray[np.float64] = response.mean(1, keepdims=True) + response.mean(0, keepdims=True) - response.mean()
    return best


def _shifted(
    response: NDArray[np.float64], drive: NDArray[np.float64], shift: NDArray[np.float64]
) -> NDArray[np.float64]:
    moved = (drive[:, None] - shift[None]).ravel()
    low, high = moved.min(), moved.max()
    inner = np.linspace(low, high, SPLINE_PIECES + 1)
    basis = BSpline.design_matrix(moved, np.r_[low, inner, high], 1).toarray()
    weights = lstsq(basis, response.ravel())[0]
    fitted: NDArray[np.float64] = (basis @ weights).reshape(response.shape)
    return fitted


@checked(response=PLANE, drive=PLANE[:1])
def shift_fit(response: NDArray[np.float64], drive: NDArray[np.float64]) -> NDArray[np.float64]:
    """The best h(d − s(G)) of a response (drive, conductance), by least squares, from shifts that align its columns."""
    candidates = np.linspace(-1, 1, 81) * np.ptp(drive)
    moved = np.interp(drive[None] - candidates[:, None], drive, response[:, 0])
    start = candidates[((moved[:, :, None] - response[None]) ** 2).sum(1).argmin(0)]

    def left(shift: NDArray[np.float64]) -> NDArray[np.float64]:
        return (response - _shifted(response, drive, np.r_[0.0, shift])).ravel()

    found = least_squares(left, start[1:], diff_step=1e-3, max_nfev=15)
    return _shifted(response, drive, np.r_[0.0, found.x])


@checked()
def multiplicativity(
    conductance: tuple[float, float],
    drive: tuple[float, float] = DRIVE,
    relays: Mapping[str, PointRelay | GradedRelay | NoiseScaledRelay] = RELAYS,
) -> list[Multiplicativity]:
    """The response of each relay to GPi conductance and drive, with the three fits."""
    d, g = np.linspace(*drive, POINTS), np.linspace(*conductance, POINTS)
    return [_fitted(name, d, g, relay_response(relay, d, g)) for name, relay in relays.items()]


@checked()
def judged(plane: GatePlane) -> Multiplicativity:
    """The three fits for a gate of any model."""
    return _fitted(plane.name, plane.content, plane.closing, plane.response)


def _fitted(
    name: str, d: NDArray[np.float64], g: NDArray[np.float64], response: NDArray[np.float64]
) -> Multiplicativity:
    return Multiplicativity(
        relay=name, drive=d, conductance=g, response=response, product=product_fit(response),
        additive=additive_fit(response), shift=shift_fit(response, d),
    )  # fmt: skip


@checked()
def gpi_range(records: Sequence[GateRecord], gate: Disinhibition) -> tuple[float, float]:
    """Range of GPi conductances in networks, from 0 (a pause)."""
    largest = max(float(np.nanmax(record.signals["gpi"])) for record in records)
    return 0.0, gate.gpi_to_thalamus * largest
