"""Five layers of N units, fully connected in both directions between neighbours: the bench of the Leabra simulators.

100 cycles a pattern, XCAL with norm and momentum, one network. The layers, paths and parameters are those of the bench
of the emergent project (Leabra, examples/bench): a sixth of the units of a random pattern is on.
"""

from collections.abc import Callable

import numpy as np
from numba import njit

from pbwm.circuit import Circuit, Layer, Path, Wiring
from pbwm.compilation import compile_circuit
from pbwm.kernels import tables
from pbwm.kernels.trial import begin_trial, cycle, end_trial
from pbwm.layout import Layout, Places
from pbwm.learning import CortexLearning
from pbwm.params import Inhibition, LayerInhibition, NeuronParams, PBWMParams
from pbwm.state import initial_weights, new_state, set_path
from tasks.base.lanes import LANES, aligned_zeros, fill, flush_denormals, load, restore_control_word, store

__all__ = ["five_layers"]

LAYERS = ("input", "hidden1", "hidden2", "hidden3", "output")
KINDS = (tables.INPUT, tables.CORTEX, tables.CORTEX, tables.CORTEX, tables.TARGET)
PARAMS = PBWMParams(
    neuron=NeuronParams(gbar_l=0.2, send_delta=0.005),
    cortex=CortexLearning(learning_rate=0.04, norm=True, momentum=True),
)
TOP_DOWN = 0.2


@njit(nogil=True, error_model="numpy")
def train(net, state, inputs, targets):
    """One trial for every pattern; rows of `inputs` and `targets` follow the rows of their layers."""
    units, shown, told = state.units, net.layers[0], net.layers[len(net.layers) - 1]
    rows, nothing = shown.stop - shown.start, fill(state.sent, 0.0)
    control_word = flush_denormals()
    for pattern in range(len(inputs) // rows):
        begin_trial(True, net, state)
        for u in range(rows):
            store(units[shown.start + u], "clamp", load(inputs, pattern * rows + u))
        for now in range(tables.CYCLES):
            plus = now >= 3 * tables.QUARTER
            if now == 3 * tables.QUARTER:
                for u in range(len(units)):
                    store(units[u], "act_minus", load(units[u], "act"))
                for u in range(rows):
                    store(units[told.start + u], "clamp", load(targets, pattern * rows + u))
            cycle(plus, nothing > 0.0, nothing, net, state)
        end_trial(True, net, state)
    restore_control_word(control_word)


def circuit_of(size: int) -> Circuit:
    """The circuit, paths in the order of their receivers; both paths of a pair start with the same weights."""

    def layer(name: str, kind: int) -> Layer:
        inhibition = LayerInhibition(layer=Inhibition(gi=1.4 if name == "output" else 1.8))
        return Layer(name=name, kind=kind, size=size, inhibition=inhibition, activity=0.15, activity_fixed=False)

    def path(sender: int, target: int) -> Path:
        back = sender > target
        return Path(
            sender=LAYERS[sender], target=LAYERS[target], wiring=Wiring.FULL, relative=TOP_DOWN if back else 1.0,
            learns=True, weight_mean=0.5, weight_range=0.25, mirror=0 < sender < target,
        )  # fmt: skip

    pairs = [(s, t) for t in range(1, 5) for s in (t - 1, t + 1) if s <= 4]
    return Circuit(
        layers=tuple(layer(name, kind) for name, kind in zip(LAYERS, KINDS, strict=True)),
        paths=tuple(path(*pair) for pair in pairs),
        inputs=("input",),
        prediction=(),
        stripes=0,
    )


def five_layers(size: int, patterns: int, layout: Layout = Layout.UNITS, networks: int = 1) -> Callable[[], object]:
    """What trains `networks` networks on `patterns` patterns when it is called; it goes on from call to call."""
    circuit = circuit_of(size)
    places, net = Places(circuit, layout), compile_circuit(circuit, PARAMS, layout)
    block, rng = new_state(net), np.random.default_rng(1)
    for network in range(networks):
        weights = initial_weights(circuit, 0, network)
        for p, path in enumerate(circuit.paths):
            set_path(block, net, PARAMS, places, p, network, weights[path.name])
    rows = int(net.layers["stop"][0])
    shown = []
    for _ in ("input", "output"):
        lanes = aligned_zeros(patterns * rows)
        by_pattern = lanes.reshape(patterns, rows, LANES)
        for pattern in by_pattern:
            for network in range(networks):
                on = rng.permutation(size) < size // 6
                layout.write(pattern, places.layers[0].units, network, on)
        shown.append(lanes)
    return lambda: train(net, block.arrays, *shown)
