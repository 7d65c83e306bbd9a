"""The state of a block of networks: its memory, initial values, and initial weights."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pbwm.circuit import Circuit, Path
from pbwm.kernels.storage import RECORDS, State, record_type
from pbwm.kernels.tables import Net
from pbwm.params import PBWMParams
from tasks.base.lanes import aligned_zeros, allocate
from tasks.base.rng import Purpose, stream

__all__ = ["BlockState", "inverse_weight_sigmoid", "new_state"]


@dataclass(frozen=True)
class BlockState:
    """Sixteen networks: the arrays by name, the memory they are views of, and room to set a finished lane aside."""

    arrays: State
    memory: NDArray[np.floating]
    shelf: NDArray[np.floating]


def inverse_weight_sigmoid(weight: NDArray[np.floating], gain: float, offset: float = 1.0) -> NDArray[np.floating]:
    """The linear weight of an effective `weight`: ``1 / (1 + offset ((1 − w)/w)^(1/gain))`` (docs/pbwm.md §3).

    Examples
    --------
    >>> float(inverse_weight_sigmoid(np.array(0.5), 6.0))
    0.5
    """
    inside = (weight > 0) & (weight < 1)
    w = np.where(inside, weight, 0.5)
    return np.where(inside, 1 / (1 + offset * ((1 - w) / w) ** (1 / gain)), np.where(weight >= 1, 1.0, 0.0))


def sizes(net: Net) -> dict[str, int]:
    """Records, or rows, of every array of the state."""
    units, last = int(net.layers["stop"][-1]), net.layers[-1]
    receivers = (net.layers["stop"] - net.layers["start"])[net.paths["target"]]
    synapses = len(net.sender)
    return {
        "units": units,
        "sent": units,
        "excitation": units,
        "inhibition": units,
        "pools": int(last.pool + last.pools + 1),
        "layers": len(net.layers),
        "stripes": net.roles.maintenance_stripes + net.roles.output_stripes,
        "network": 1,
        "traces": int((net.paths["contacts"] * receivers)[net.paths["striatal"]].sum()),
        "scale": len(net.paths),
        "prediction_scale": len(net.prediction),
        "prediction_weight": int((net.layers["stop"] - net.layers["start"])[net.prediction["sender"]].sum()),
        "weight": synapses,
        "linear": synapses,
        "norm": synapses if net.xcal.use_norm else 1,
        "momentum": synapses if net.xcal.use_momentum else 1,
    }


def new_state(net: Net, dtype: DTypeLike = np.float32) -> BlockState:
    """A block of networks at rest, all weights 0.

    Acetylcholine is high in the first cycle, as in the reference simulation.
    """
    memory, views = allocate({name: n * len(RECORDS.get(name, "1")) for name, n in sizes(net).items()}, dtype)
    for name, record in RECORDS.items():
        views[name] = views[name].reshape(-1).view(record_type(record, dtype))
    state = State(**views)
    state.units["vm"] = net.neuron.vm_start
    for average in ("avg_ss", "avg_s", "avg_m"):
        state.units[average] = net.averages.start
    state.units["avg_l"] = net.averages.long_start
    state.layers["activity"] = net.layers["activity"][:, None]
    state.stripes["count"] = -1
    state.network["acetylcholine_drive"] = 1
    return BlockState(state, memory, aligned_zeros(len(memory), dtype))


def draw(path: Path, shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.floating]:
    """Initial effective weights (receiver, contact): uniform in mean ± range."""
    return path.weight_mean + path.weight_range * rng.uniform(-1, 1, shape)


def initial_weights(circuit: Circuit, seed: int, replica: int) -> dict[str, NDArray[np.floating]]:
    """Initial effective weights of one replica by path, each (receiver, contact); a mirrored path copies its twin."""
    rng = stream(seed, Purpose.WEIGHTS, replica)
    weights: dict[str, NDArray[np.floating]] = {}
    for path in circuit.paths:
        twin = f"{path.target}->{path.sender}"
        if path.mirror:
            weights[path.name] = np.ascontiguousarray(weights[twin].T)
        else:
            weights[path.name] = draw(path, circuit.senders(path).shape, rng)
    return weights


def set_path(block: BlockState, net: Net, params: PBWMParams, p: int, lane: int, weights: NDArray[np.floating]) -> None:
    """Write the effective weights (receiver, contact) of path number `p` into one lane."""
    path = net.paths[p]
    rows = slice(path.first_synapse, path.first_synapse + weights.size)
    linear = weights if path.striatal else inverse_weight_sigmoid(weights, params.path.weight_gain)
    block.arrays.weight[rows, lane] = weights.ravel()
    block.arrays.linear[rows, lane] = linear.ravel()


def padded(per_replica: NDArray[np.generic], dtype: DTypeLike, fill: float = 0.0) -> NDArray[np.floating]:
    """(replica, step, …) as lanes: rows step × …, 16 columns, the unused ones filled."""
    flat = per_replica.reshape(len(per_replica), -1).T
    out = aligned_zeros(flat.shape[0], dtype)
    out[...] = fill
    out[:, : flat.shape[1]] = flat
    return out
