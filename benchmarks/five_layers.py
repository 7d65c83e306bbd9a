"""Five layers of N units, fully connected in both directions between neighbors, as in emergent's bench.

100 cycles a pattern, XCAL with norm and momentum, one network. Layers, paths and parameters are those of Leabra's
examples/bench: a sixth of the units of a random pattern is on.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pbwm.circuit import Circuit, Layer, Path, Wiring
from pbwm.compilation import compile_circuit
from pbwm.cortex_learning import CortexLearning
from pbwm.kernels import tables
from pbwm.kernels.trial import begin_trial, cycle, end_trial
from pbwm.layout import Layout, Places
from pbwm.params import Inhibition, LayerInhibition, NeuronParams, PBWMParams
from pbwm.state import initial_weights, new_scratch, new_state, set_path
from tasks.engine.lanes import LANES, aligned_zeros, fill, flush_denormals, load, restore_control_word, store
from tasks.engine.lanes.options import OPTIONS

__all__ = ["FiveLayers"]

LAYERS = ("input", "hidden1", "hidden2", "hidden3", "output")
KINDS = (tables.INPUT, tables.CORTEX, tables.CORTEX, tables.CORTEX, tables.TARGET)
PARAMS = PBWMParams(
    neuron=NeuronParams(gbar_l=0.2, send_delta=0.005),
    cortex=CortexLearning(learning_rate=0.04, norm=True, momentum=True),
)
TOP_DOWN = 0.2


@njit(**OPTIONS)
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
        end_trial(True, nothing > 0.0, nothing, net, state)
    restore_control_word(control_word)


def circuit_of(size: int) -> Circuit:
    """The circuit, paths in the order of their receivers; both paths of a pair have the same initial weights."""

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


class FiveLayers:
    """Networks that train on random patterns: one with its units in lanes, or up to sixteen in lanes."""

    def __init__(self, size: int, patterns: int, layout: Layout = Layout.UNITS, networks: int = 1) -> None:
        self.circuit = circuit_of(size)
        self.places = Places(self.circuit, layout)
        self.net = compile_circuit(self.circuit, PARAMS, layout)
        self.block, self.scratch = new_state(self.net), new_scratch(self.net)
        for network in range(networks):
            weights = initial_weights(self.circuit, 0, network)
            for p, path in enumerate(self.circuit.paths):
                set_path(self.block, self.net, PARAMS, self.places, p, network, weights[path.name])
        self.inputs, self.targets = (self._patterns(size, patterns, networks, seed) for seed in (1, 2))

    def _patterns(self, size: int, patterns: int, networks: int, seed: int) -> NDArray[np.floating]:
        """Patterns of a layer, for each network its own; a sixth of the units is on."""
        rows = int(self.net.layers["stop"][0])
        lanes = aligned_zeros(patterns * rows)
        for network in range(networks):
            rng = np.random.default_rng([seed, network])
            for pattern in lanes.reshape(patterns, rows, LANES):
                on = rng.permutation(size) < size // 6
                self.places.layout.write(pattern, self.places.layers[0].units, network, on)
        return lanes

    def train(self) -> None:
        """One trial for every pattern; activity continues between calls."""
        train(self.net, self.block.at_work(self.scratch), self.inputs, self.targets)
