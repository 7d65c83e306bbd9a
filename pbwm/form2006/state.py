"""The state of sixteen networks: memory, initial values, and initial weights."""

from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pbwm.form2006.circuit import VALUES, Circuit2006, Path2006, Rule
from pbwm.form2006.compilation import synaptic
from pbwm.form2006.kernels.tables import LISTS, Net, Notes, State
from pbwm.form2006.params import PBWM2006Params
from pbwm.state import inverse_weight_sigmoid
from tasks.base.rng import Purpose, stream
from tasks.engine.lanes import LANES, aligned_zeros, allocate

__all__ = ["BlockState", "Weights", "initial_weights", "linear_weights", "new_notes", "new_state"]

Weights = dict[str, NDArray[np.floating]]
"""Effective weights by path, each (receiver, contact)."""

SIGMOID = (Rule.CORTICAL, Rule.PREFRONTAL, Rule.STRIATAL)
"""Rules of paths whose effective weight is a sigmoid."""


class BlockState(NamedTuple):
    """The networks of one block: arrays by name, and their memory."""

    arrays: State
    memory: NDArray[np.floating]


def initial_weights(circuit: Circuit2006, params: PBWM2006Params, seed: int, network: int) -> Weights:
    """Initial effective weights of a network; mirrored paths take those of the opposite path."""
    rng, learning, weights = stream(seed, Purpose.WEIGHTS, network), params.learning, Weights()
    for path in synaptic(circuit):
        shape = circuit.senders(path).shape
        if path.mirror:
            weights[path.name] = np.ascontiguousarray(weights[f"{path.target}->{path.sender}"].T)
        elif path.rule in SIGMOID:
            weights[path.name] = learning.weight_mean + learning.weight_range * rng.uniform(-1, 1, shape)
        else:
            fixed = path.rule is Rule.NONE
            weights[path.name] = np.full(shape, params.prefrontal.fixed_weight if fixed else params.values.weight)
    return weights


def linear_weights(path: Path2006, weights: NDArray[np.floating], params: PBWM2006Params) -> NDArray[np.floating]:
    """The linear weights for effective ones of a path."""
    if path.rule not in SIGMOID:
        return weights
    return inverse_weight_sigmoid(weights, params.learning.sigmoid_gain, 1 / params.learning.sigmoid_offset)


def new_state(net: Net, params: PBWM2006Params, dtype: DTypeLike = np.float32) -> BlockState:
    """Sixteen networks at rest, with weights of 0 and empty stripes."""
    units, stripes = int(net.layers["stop"].max()), net.roles.stripes
    synapses = int((net.paths["receivers"] * net.paths["contacts"]).sum())
    rows = dict.fromkeys(("excitation", "vm", "act", "hold", "transmission"), units)
    rows |= {"weight": synapses, "linear": synapses}
    rows |= dict.fromkeys(("holding", "waiting", "mean_dopamine"), stripes) | {
        "signals": 5,
        "events": 1,
        "mean_reward": 1,
    }
    memory, views = allocate(rows, dtype)
    top = int(net.pools["k"].max()) + 1
    own = dict.fromkeys(("sent", "driven", "raw", "accommodation", "act_minus", "act_plus"), units)
    own |= dict.fromkeys(("chance", "opened", "kept"), stripes) | {
        "top": top,
        "look_up": 3,
        "alive": units,
    }
    passing = {name: aligned_zeros(count, dtype) for name, count in own.items()}
    state = State(**views, **passing, key=np.zeros((2, LANES), np.uint32))
    state.alive[:] = 1
    state.vm[:] = params.unit.rest
    state.transmission[:] = 1
    state.signals[0] = 0.5
    state.mean_dopamine[:] = params.random_go.first_mean
    state.hold[net.roles.pvi + 1] = params.values.bias
    neutral = VALUES.index(params.values.neutral)
    state.hold[[net.roles.lve + neutral, net.roles.lvi + neutral]] = params.values.bias
    return BlockState(state, memory)


def state_arrays(state: State) -> dict[str, NDArray[np.floating]]:
    """The arrays of the complete state, by name."""
    return {name: rows for name, rows in state._asdict().items() if name not in LISTS}


def new_notes(net: Net, dtype: DTypeLike, steps: int, on: bool, cycles: bool = False) -> Notes:
    """Arrays for the notes of `steps` steps, and for the `cycles` of one."""
    stripes, noted, within = net.roles.stripes, steps if on else 1, int(net.cycles.sum()) if cycles else 0
    units = int(net.layers["stop"].max())

    def room(each: int) -> NDArray[np.floating]:
        return aligned_zeros(max(1, noted * each), dtype)

    return Notes(
        on=on,
        cycles_on=cycles,
        cycles=aligned_zeros(max(1, within * units), dtype),
        cycle_signals=aligned_zeros(max(1, within * 5), dtype),
        response=aligned_zeros(max(1, steps), dtype),
        signals=room(5),
        maintained=room(stripes * net.roles.content),
        **{name: room(stripes) for name in ("go", "nogo", "gate", "opened", "kept", "chance")},
    )
