"""Striatum of PBWM: weights of its units by symbol, and one trial cycle by cycle."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pbwm.block import PBWMBlock
from pbwm.compare.errors import FigureError
from pbwm.wiring import Wiring
from tasks.base.arguments import checked, require_place
from tasks.base.learner import Learner
from tasks.base.task import Role, TaskSpec, TrialBlock, Trials

__all__ = ["Cycles", "MatrixWeights", "matrix_weights", "pbwm_of", "trial_by_cycle"]

GO, NOGO = "matrix_go", "matrix_nogo"
LOOP = (GO, NOGO, "gpe", "stn", "gpi", "thalamus", "gpi_thalamus", "snr_thalamus")
"""The nuclei of a stripe's loop through the basal ganglia."""
CORTEX = {"superficial PFC": "pfc_maintenance", "deep PFC": "pfc_maintenance_deep", "PFC": "pfc"}


@checked()
def pbwm_of(learner: Learner) -> PBWMBlock:
    """The learner as a block of PBWM networks.

    Raises
    ------
    FigureError
        If it is not such a block.
    """
    if not isinstance(learner, PBWMBlock):
        raise FigureError(f"{learner.name}: has no striatum; give PBWM networks")
    return learner


@dataclass(frozen=True, kw_only=True)
class MatrixWeights:
    """Weights into the striatum by stripe and symbol.

    Attributes
    ----------
    stripes, symbols
        Names: maintenance stripes, then output stripes; symbols that the striatum sees.
    go, nogo : float array (network, stripe, symbol), in [0, 1]
        Mean weight from the symbol's unit to the stripe's Go and NoGo units.
    """

    stripes: tuple[str, ...]
    symbols: tuple[str, ...]
    go: NDArray[np.float64]
    nogo: NDArray[np.float64]


@checked()
def matrix_weights(learner: Learner) -> MatrixWeights:
    """The weights into MatrixGo and MatrixNoGo.

    Raises
    ------
    FigureError
        If the learner is no block of PBWM networks.
    """
    networks, found = pbwm_of(learner), {}
    circuit, stripes = networks.circuit, networks.circuit.stripes
    for path in circuit.paths:
        if path.target in (GO, NOGO) and path.striatal and path.sender in circuit.inputs:
            weights = networks.weights()[path.name].astype(np.float64)
            by_stripe = weights.reshape(networks.networks, stripes * circuit.stripe_groups, -1, weights.shape[2])
            one_unit_per_symbol = path.wiring is Wiring.TILED
            found[path.target] = by_stripe[..., 0] if one_unit_per_symbol else by_stripe.mean(2)
    groups = ("maintenance", "output")[: networks.circuit.stripe_groups]
    return MatrixWeights(
        stripes=tuple(f"{group} {i + 1}" for group in groups for i in range(stripes)),
        symbols=_symbols_seen(networks.spec, found[GO].shape[2]),
        go=found[GO],
        nogo=found[NOGO],
    )


def _symbols_seen(spec: TaskSpec, count: int) -> tuple[str, ...]:
    """The symbols of this number of units: of the control channel, or of all channels."""
    channel = spec.channels[spec.channels_with(Role.CONTROL, Role.BOTH)[0]]
    if len(channel.symbols) == count:
        return channel.symbols
    return tuple(symbol for channel in spec.channels for symbol in channel.symbols)


@dataclass(frozen=True, kw_only=True)
class Cycles:
    """One step of one network, cycle by cycle.

    Attributes
    ----------
    title, stripes
        Kind and symbols of the step; names of the maintenance stripes.
    activity : nucleus → float array (cycle, stripe), in [0, 1]
        Activity of the most active unit of the stripe.
    opened : bool array (stripe,)
        Whether the stripe's gate opened at this step.
    phase_ends
        Cycles up to the end of each phase.
    """

    title: str
    stripes: tuple[str, ...]
    activity: Mapping[str, NDArray[np.float64]]
    opened: NDArray[np.bool_]
    phase_ends: tuple[int, ...]


@checked()
def trial_by_cycle(learner: Learner, lane: int, trials: Trials, step: int) -> Cycles:
    """Run a network with frozen weights up to `step`, and show that step by cycle.

    Raises
    ------
    FigureError
        If the learner is no block of PBWM networks, or the trials have no such step.
    """
    networks = pbwm_of(learner)
    require_place("trial_by_cycle: lane", lane, networks.networks)
    if not 0 <= step < len(trials):
        raise FigureError(f"step = {step} is not one of the {len(trials)} steps; count from 0")
    streams = [trials if i == lane else None for i in range(networks.networks)]
    block = TrialBlock.stack(streams)
    if step:
        networks.run(_steps(block, 0, step), learn=False)
    outcome, cycles = networks.trace_step(_steps(block, step, step + 1), learn=False)
    assert outcome.record is not None  # a traced step is recorded
    stripes = networks.circuit.stripes
    first = np.concatenate([[0], np.cumsum([layer.units for layer in networks.circuit.layers])])
    activity = {}
    names = {layer.name: i for i, layer in enumerate(networks.circuit.layers)}
    for shown, name in {**{n: n for n in LOOP}, **CORTEX}.items():
        if name in names:
            layer = networks.circuit.layers[names[name]]
            own = cycles[:, first[names[name]] : first[names[name] + 1], lane].astype(np.float64)
            activity[shown] = own.reshape(len(own), layer.pools, -1).max(2)[:, :stripes]
    symbols = " ".join(
        channel.symbols[symbol]
        for channel, symbol in zip(networks.spec.channels, trials.symbols[step], strict=True)
        if symbol >= 0
    )
    return Cycles(
        title=f"{networks.spec.events[trials.event[step]]}: {symbols}",
        stripes=outcome.record.slots,
        activity=activity,
        opened=np.atleast_2d(outcome.record.signals["gate"][lane, 0])[:, :stripes].max(0) > 0,
        phase_ends=tuple(np.cumsum([phase.frames for phase in networks.anatomy().phases]).tolist()),
    )


def _steps(block: TrialBlock, first: int, stop: int) -> TrialBlock:
    length = np.clip(block.length - first, 0, stop - first)
    arrays = {name: array[:, first:stop] for name, array in vars(block).items() if name != "length"}
    return TrialBlock(length=length, **arrays)
