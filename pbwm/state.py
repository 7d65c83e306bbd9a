"""The state of a block of networks: memory, initial values, and initial weights."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pbwm.circuit import Circuit, Path
from pbwm.kernels.layout import NetworksInLanes
from pbwm.kernels.storage import FED_BACK, GIVEN, PROFILE, RECORDS, SCRATCH, State, record_type
from pbwm.kernels.tables import FEEDBACK, PVLV, RECEIVERS_TOGETHER, TEMPORAL_DIFFERENCE, Net
from pbwm.layout import Addresses, Layout, Places
from pbwm.params import PBWMParams
from tasks.base.rng import Purpose, stream
from tasks.engine.lanes import LANES, aligned_zeros, allocate

__all__ = ["BlockState", "inverse_weight_sigmoid", "new_scratch", "new_state"]


@dataclass(frozen=True)
class BlockState:
    """The networks of one block: arrays by name, views of its memory."""

    arrays: State
    memory: NDArray[np.floating]

    def at_work(self, scratch: Mapping[str, NDArray[Any]]) -> State:
        """The arrays for a kernel, with those of a `new_scratch`."""
        return self.arrays._replace(**scratch)

    def with_alive(self, alive: NDArray[np.floating]) -> "BlockState":
        """The same networks, with units that are not `alive` lesioned."""
        return BlockState(self.arrays._replace(alive=alive), self.memory)


def inverse_weight_sigmoid(weight: NDArray[np.floating], gain: float, offset: float = 1.0) -> NDArray[np.floating]:
    """The linear weight of an effective `weight`: ``1 / (1 + offset ((1 − w)/w)^(1/gain))`` (docs/pbwm.md §3).

    Examples
    --------
    >>> float(inverse_weight_sigmoid(np.array(0.5), 6.0))
    0.5
    """
    inside = (weight > 0) & (weight < 1)
    w = np.where(inside, weight, 0.5)
    with np.errstate(over="ignore"):  # infinite for the smallest weights, whose linear weight is 0
        linear = 1 / (1 + offset * ((1 - w) / w) ** (1 / gain))
    return np.where(inside, linear, np.where(weight >= 1, 1.0, 0.0))


def sizes(net: Net) -> dict[str, int]:
    """Records, or rows, of every array of the state."""
    units, last, predicting = len(net.occupied), net.layers[-1], len(net.prediction_sender)
    of_paths = net.paths["contacts"] * net.paths["receivers"]
    synapses, striatal, plastic = (
        int(of_paths[which].sum()) for which in (slice(None), net.paths["striatal"], net.paths["plastic"])
    )
    stripes, deep = net.roles.maintenance_stripes + net.roles.output_stripes, net.layers[net.roles.maintenance_deep]
    fed_back = (int(deep.stop - deep.start), striatal, stripes, units, len(net.stripe_number))
    return {
        "units": units,
        "pools": int(last.pool + 1 + last.pooled * last.columns),
        "layers": len(net.layers),
        "stripes": stripes,
        "network": 1,
        "traces": striatal,
        "scale": len(net.paths),
        "prediction_scale": len(net.prediction),
        "prediction_weight": predicting,
        "eligibility": predicting if net.dopamine.kind == TEMPORAL_DIFFERENCE else 1,
        **dict.fromkeys(("lve_weight", "lvi_weight", "transmission"), predicting if net.dopamine.kind == PVLV else 1),
        "weight": synapses,
        "linear": plastic,
        "norm": plastic if net.xcal.use_norm else 1,
        "momentum": plastic if net.xcal.use_momentum else 1,
        "noise": len(net.stripe_number),
        **dict(zip(FED_BACK, fed_back if net.striatum.rule == FEEDBACK else [1] * len(FED_BACK), strict=True)),
        "trials": 1,
    }


def profile_rows(net: Net, dtype: DTypeLike) -> Any:
    """The profiles of the stripes as records."""
    rows: Any = aligned_zeros(max(1, len(net.stripe_number)) * len(PROFILE), dtype)
    rows = rows.reshape(-1).view(record_type(PROFILE, dtype))
    for field, values in zip(PROFILE, net.profiles.T, strict=True):
        rows[field] = values[0]
        rows[field][: len(net.stripe_number)] = values[np.maximum(net.stripe_number, 0)]
    return rows


def new_state(net: Net, dtype: DTypeLike = np.float32) -> BlockState:
    """A block of networks at rest, with weights of 0; lanes without a unit hold zeros.

    Acetylcholine is 1 in the first cycle, as in the reference simulation.
    """
    memory, views = allocate({name: max(1, n) * len(RECORDS.get(name, "1")) for name, n in sizes(net).items()}, dtype)
    for name, record in RECORDS.items():
        views[name] = views[name].reshape(-1).view(record_type(record, dtype))
    given = (np.zeros((2, LANES), np.uint32), aligned_zeros(1, dtype), profile_rows(net, dtype))
    state = State(**views, **dict(zip(GIVEN, given, strict=True)))
    holds_unit = np.arange(LANES) < net.occupied[:, None]
    state.units["vm"][holds_unit] = net.neuron.vm_start
    for average in ("avg_ss", "avg_s", "avg_m"):
        state.units[average][holds_unit] = net.averages.start
    state.units["avg_l"][holds_unit] = net.averages.long_start
    state.layers["activity"] = net.layers["activity"][:, None]
    state.stripes["count"] = -1
    state.traces["habit"] = -1
    state.network["acetylcholine_drive"] = 1
    state.network["reward"] = state.network["prediction"] = net.dopamine.neutral
    state.transmission[...] = 1
    return BlockState(state, memory)


def new_scratch(net: Net, dtype: DTypeLike = np.float32) -> dict[str, NDArray[Any]]:
    """The arrays of `pbwm.kernels.storage.SCRATCH`, for blocks in one thread."""
    units, layers = len(net.occupied), net.layers
    listed = units if isinstance(net.layout, NetworksInLanes) else units * LANES
    noisy = 2 * units if layers["noisy"].any() else 1
    scratch = (
        aligned_zeros(units, dtype),
        aligned_zeros(units if net.sends_changes else 1, dtype),
        aligned_zeros(int((layers["stop"] - layers["start"]).max()), dtype),
        *(aligned_zeros(units + RECEIVERS_TOGETHER, dtype) for _ in range(3)),
        np.zeros(len(net.paths), np.bool_),
        np.zeros(listed, np.int64),
        np.zeros(listed, dtype),
        np.zeros(len(layers), np.int64),
        np.zeros(len(layers), np.bool_),
        aligned_zeros(noisy, dtype),
    )
    return dict(zip(SCRATCH, scratch, strict=True))


def draw(path: Path, shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.floating]:
    """Initial effective weights (receiver, contact): uniform in mean ± range."""
    return path.weight_mean + path.weight_range * rng.uniform(-1, 1, shape)


def initial_weights(circuit: Circuit, seed: int, network: int, life: int = 0) -> dict[str, NDArray[np.floating]]:
    """Initial effective weights of a network by path, (receiver, contact), in life `life` (0: first)."""
    rng = stream(seed, Purpose.WEIGHTS, network, life)
    weights: dict[str, NDArray[np.floating]] = {}
    for path in circuit.paths:
        twin = f"{path.target}->{path.sender}"
        if path.mirror:
            weights[path.name] = np.ascontiguousarray(weights[twin].T)
        else:
            weights[path.name] = draw(path, circuit.senders(path).shape, rng)
    return weights


def set_path(
    block: BlockState, net: Net, params: PBWMParams, places: Places, p: int, network: int, weights: NDArray[np.floating]
) -> None:
    """Write effective weights (receiver, contact) of path `p` of a network."""
    path = net.paths[p]
    addresses = places.synapses(places.circuit.paths[p], path.first_synapse)
    places.layout.write(block.arrays.weight, addresses, network, weights)
    if path.plastic:
        linear = inverse_weight_sigmoid(weights, params.path.weight_gain)
        places.layout.write(block.arrays.linear, addresses, network, linear)


def padded(per_network: NDArray[np.generic], dtype: DTypeLike, fill: float = 0.0) -> NDArray[np.floating]:
    """(network, step, …) as array (step · …, 16), with `fill` in unused columns."""
    flat = per_network.reshape(len(per_network), -1).T
    out = aligned_zeros(flat.shape[0], dtype)
    out[...] = fill
    out[:, : flat.shape[1]] = flat
    return out


class Place(NamedTuple):
    """Where a quantity of the state lies: name, rows, addresses, and uniform rows."""

    name: str
    rows: NDArray[np.floating]
    addresses: Addresses
    shared: NDArray[np.int64]


def plastic_synapses(net: Net, places: Places) -> NDArray[np.bool_]:
    """Which synapses cortical learning changes: bool array, path by path."""
    sizes = [places.circuit.senders(path).size for path in places.circuit.paths]
    return np.repeat(net.paths["plastic"], sizes)


EARLIER_NAMES = {"told": "errors", "coin": "reservoir_draw", "network doubt": "network noise_factor"}
"""Name of an array in states of 1.0.0 → its name now."""


def of_this_version(
    state: Mapping[str, NDArray[np.floating]], net: Net, places: Places
) -> dict[str, NDArray[np.floating]]:
    """A saved state of this version or of 1.0.0, in the form of this version.

    States of 1.0.0 have `EARLIER_NAMES`, the arrays of `SCRATCH`, and learning variables of synapses that do not learn.
    They lack the usual content, which starts at 0.
    """
    plastic = plastic_synapses(net, places)
    kept = {EARLIER_NAMES.get(name, name): values for name, values in state.items() if name not in SCRATCH}
    for name in ("linear", "norm", "momentum"):
        values = kept.get(name)
        if isinstance(values, np.ndarray) and values.shape[1:] == plastic.shape:
            kept[name] = values[:, plastic]
    if isinstance(kept.get("contents readable"), np.ndarray):
        kept.setdefault("contents usual", np.zeros_like(kept["contents readable"]))
    return kept


def addresses_of(net: Net, places: Places) -> dict[str, Addresses]:
    """Addresses of arrays of the state that do not fill whole rows."""
    paths = list(zip(places.circuit.paths, net.paths, strict=True))
    synapses = np.concatenate([places.synapses(p, row.first_synapse).ravel() for p, row in paths])
    plastic = synapses[plastic_synapses(net, places)]
    traces = [places.synapses(p, row.first_trace).ravel() for p, row in paths if p.striatal]
    addresses = {
        "units": places.units,
        "pools": places.pools,
        "stripes": places.stripes,
        "noise": places.stripes,
        "traces": np.concatenate([np.zeros(0, np.int64), *traces]),
    }
    addresses |= {"weight": synapses, "linear": plastic}
    addresses |= {"norm": plastic} if net.xcal.use_norm else {}
    addresses |= {"momentum": plastic} if net.xcal.use_momentum else {}
    addresses |= {"contents": net.content_address, "errors": places.units, "reservoir_draw": places.stripes}
    return addresses | {"tags": addresses["traces"], "credits": places.stripes}


def every_place(block: BlockState, net: Net, places: Places, addresses: Mapping[str, Addresses]) -> Iterator[Place]:
    """All quantities of a block, in the same order in both layouts."""
    absent = {*GIVEN, *SCRATCH, *(() if net.striatum.rule == FEEDBACK else FED_BACK)}
    arrays = {name: rows for name, rows in block.arrays._asdict().items() if name not in absent}
    for name, rows in arrays.items():
        where = addresses.get(name, places.rows(len(rows)))
        shared = np.arange(0 if name in addresses else len(rows))
        if name == "pools":
            shared = net.layers["pool"]
        for field in RECORDS.get(name, [""]):
            yield Place(f"{name} {field}".strip(), rows[field] if field else rows, where, shared)


def every_value(
    block: BlockState, net: Net, places: Places, networks: int, addresses: Mapping[str, Addresses] | None = None
) -> Iterator[tuple[str, NDArray[np.floating]]]:
    """Complete state of the networks of a block, in the order of both layouts: name, array (network, …).

    To read several blocks, give the `addresses_of` that they share.
    """
    for place in every_place(block, net, places, addresses or addresses_of(net, places)):
        yield place.name, places.layout.read(place.rows, place.addresses, networks)


def set_every_value(
    block: BlockState,
    net: Net,
    places: Places,
    network: int,
    values: Mapping[str, NDArray[np.floating]],
    addresses: Mapping[str, Addresses] | None = None,
) -> None:
    """Set a network of a block to `values`, by the names of `every_value`."""
    for place in every_place(block, net, places, addresses or addresses_of(net, places)):
        places.layout.write(place.rows, place.addresses, network, values[place.name])
        if places.layout is Layout.UNITS:
            place.rows[place.shared] = place.rows[place.shared, :1]
