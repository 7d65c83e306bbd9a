"""Manipulations of the 2006 form for the kernels."""

from collections.abc import Iterable, Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from pbwm.errors import PBWMParameterError
from pbwm.form2006.circuit import Circuit2006
from pbwm.form2006.kernels.tables import Net
from pbwm.form2006.params import PBWM2006Params
from pbwm.manipulations import ClampGate, DopamineGain, Lesion, Manipulation
from tasks.base.errors import require
from tasks.engine.lanes import LANES

__all__ = ["KINDS", "alive_units", "forced_gates", "manipulated_net", "require_stable_gains"]

KINDS: tuple[type[Manipulation], ...] = (Lesion, ClampGate, DopamineGain)
"""Kinds of manipulation that networks of this form accept."""

STRIATUM = ("matrix_go", "matrix_nogo")
"""Layers on which dopamine acts: by D1, and by D2."""


def require_stable_gains(params: PBWM2006Params, manipulations: Iterable[Manipulation]) -> None:
    """Raise `PBWMParameterError` if dopamine lets a potential overshoot its reversal potential.

    Excitation of the striatum is about 1, so tonic dopamine may multiply it by at most 1/dt.
    """
    gains = [m for m in manipulations if isinstance(m, DopamineGain)]
    if not gains:
        return
    burst, dip, d1, d2 = (prod(getattr(gain, name) for gain in gains) for name in ("burst", "dip", "d1", "d2"))
    excess = params.dopamine_step(burst, dip, max(d1, d2))
    require(
        excess <= 1,
        "manipulation",
        gains[-1],
        f"makes dopamine {excess:.3g} times as strong as the limit above which potentials overshoot within a cycle",
        "reduce burst, dip, d1 or d2",
        error=PBWMParameterError,
    )
    most = 1 / params.unit.vm_dt
    for layer in STRIATUM:
        factor = prod(tonic_factors(gain)[layer] for gain in gains)
        require(
            factor <= most,
            "DopamineGain.tonic",
            gains[-1].tonic,
            f"multiplies the excitation of {layer} by {factor:.3g}, but potentials overshoot within a cycle above "
            f"{most:.3g}",
            "give a tonic level nearer to 0, or reduce d1 and d2",
            error=PBWMParameterError,
        )


def tonic_factors(gain: DopamineGain) -> dict[str, float]:
    """Factors of tonic dopamine: ``1 + d1 tonic`` for Go, ``1 − d2 tonic`` for NoGo, at least 0."""
    return {
        layer: max(0.0, 1.0 + effect * gain.tonic) for layer, effect in zip(STRIATUM, (gain.d1, -gain.d2), strict=True)
    }


def alive_units(
    circuit: Circuit2006, manipulations: Iterable[Manipulation], networks: Sequence[int]
) -> NDArray[np.bool_]:
    """Units without a lesion, bool array (unit, 16), in these networks."""
    starts = circuit.starts()
    alive = np.ones((int(starts[-1]), LANES), np.bool_)
    for lesion in (m for m in manipulations if isinstance(m, Lesion)):
        place = circuit.layer(lesion.layer)
        layer, units = circuit.layers[place], np.arange(starts[place], starts[place + 1])
        if lesion.stripe is not None:
            units = units[lesion.stripe * layer.size : (lesion.stripe + 1) * layer.size]
        for lane, network in enumerate(networks):
            alive[lesion.lost(units, network), lane] = False
    return alive


def forced_gates(manipulations: Iterable[Manipulation], steps: int, stripes: int) -> NDArray[np.float64]:
    """Forced gates, float array (step, stripe): 1 open, 0 shut, −1 free."""
    forced = np.full((steps, stripes), -1.0)
    for clamp in (m for m in manipulations if isinstance(m, ClampGate)):
        first, last = clamp.steps or (0, steps)
        forced[first : last + 1, clamp.stripe] = float(clamp.open)
    return forced


def manipulated_net(
    net: Net, circuit: Circuit2006, manipulations: Iterable[Manipulation], alive: NDArray[np.bool_]
) -> Net:
    """The network with lesions and gains of dopamine."""
    layers, pools = net.layers.copy(), net.pools.copy()
    for row in layers:
        row.lesioned = not alive[row.start : row.stop].all()
    for row in pools:
        row.lesioned = not (alive[row.start : row.stop].all() and alive[row.second : row.second_stop].all())
    constants = net.constants
    for gain in (m for m in manipulations if isinstance(m, DopamineGain)):
        for name, factor in tonic_factors(gain).items():
            layers[circuit.layer(name)].excitability *= factor
        constants = constants._replace(
            burst_gain=gain.burst * constants.burst_gain,
            dip_gain=gain.dip * constants.dip_gain,
            d1_gain=gain.d1 * constants.d1_gain,
            d2_gain=gain.d2 * constants.d2_gain,
        )
    return net._replace(layers=layers, pools=pools, constants=constants)
