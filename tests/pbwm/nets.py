"""Small networks built by hand from layers and paths, and run cycle by cycle with a log of all units.

Only jitted code calls kernels other than the outermost: they count no references.
"""

import numpy as np
from numba import njit

from pbwm.circuit import Circuit, Layer, Path, Wiring
from pbwm.compilation import compile_circuit
from pbwm.kernels import tables
from pbwm.kernels.cortex import cosine_difference, learn_path
from pbwm.kernels.gating import maintain
from pbwm.kernels.trial import begin_trial, cycle
from pbwm.params import LayerInhibition
from pbwm.state import BlockState, inverse_weight_sigmoid, new_scratch, new_state
from tasks.engine.lanes import aligned_zeros, fill, load, store

SEEN = ("act", "ge", "gi", "vm", "avg_ss", "avg_s", "avg_m")
"""The fields of a unit that `cycles` logs."""


def layer(name, kind, size, inhibition=None, **changes):
    """A layer of one pool with a variable expected activity."""
    properties = {"activity": 0.15, "activity_fixed": False} | changes
    return Layer(name=name, kind=kind, size=size, inhibition=inhibition or LayerInhibition(), **properties)


def path(sender, target, **changes):
    """A path from each unit to the one at its place, of weight one half."""
    properties = {"wiring": Wiring.ONE_TO_ONE, "weight_mean": 0.5} | changes
    return Path(sender=sender, target=target, **properties)


def build(layers, paths, params, prediction=(), dtype=np.float32):
    """The compiled network of `layers` and `paths`, its circuit, and a block at rest with the paths' mean weights.

    It has no basal ganglia, except one striatal layer that projects nowhere.
    """
    striatum = layer("striatum", tables.MATRIX, 1)
    entry = path(layers[0].name, "striatum", wiring=Wiring.FULL, striatal=True, learns=True)
    circuit = Circuit(layers=(*layers, striatum), paths=(*paths, entry), inputs=(), prediction=prediction, stripes=1)
    net = compile_circuit(circuit, params)
    block = new_state(net, dtype)
    block = BlockState(block.at_work(new_scratch(net, dtype)), block.memory)
    for row, p in zip(net.paths, circuit.paths, strict=True):
        synapses = slice(row.first_synapse, row.first_synapse + circuit.senders(p).size)
        block.arrays.weight[synapses] = p.weight_mean
        if row.plastic:
            linear = inverse_weight_sigmoid(np.array(p.weight_mean), params.path.weight_gain)
            block.arrays.linear[synapses] = linear
    return circuit, net, block


@njit(error_model="numpy")
def cycles(count, plus, net, state, log):
    """Run cycles without reward; `log` gets the fields `SEEN` of all units after each: (cycle, unit, field)."""
    nothing = fill(state.sent, 0.0)
    units, row = state.units, 0
    for _ in range(count):
        cycle(plus, nothing > 0.0, nothing, net, state)
        for u in range(len(units)):
            store(log, row, load(units[u], "act"))
            store(log, row + 1, load(units[u], "ge"))
            store(log, row + 2, load(units[u], "gi"))
            store(log, row + 3, load(units[u], "vm"))
            store(log, row + 4, load(units[u], "avg_ss"))
            store(log, row + 5, load(units[u], "avg_s"))
            store(log, row + 6, load(units[u], "avg_m"))
            row += 7


def run_cycles(count, plus, net, block):
    """Run `count` cycles; array (cycle, unit, field of `SEEN`) of the first lane."""
    units = len(block.arrays.sent)
    log = aligned_zeros(count * units * len(SEEN))
    cycles(count, plus, net, block.arrays, log)
    return log[:, 0].reshape(count, units, len(SEEN))


@njit(error_model="numpy")
def begin(net, state):
    begin_trial(True, net, state)


@njit(error_model="numpy")
def compare_phases(net, state):
    """Differences of minus and plus phase of the layers that learn."""
    for i in range(len(net.layers)):
        if net.layers[i].learns:
            cosine_difference(net.layers[i], net.layers[i].kind == tables.TARGET, state.layers[i], state.units, net)


@njit(error_model="numpy")
def learn(net, state):
    for p in range(len(net.paths)):
        if net.paths[p].learning_rate > 0.0:
            learn_path(net.paths[p], net, state)


@njit(error_model="numpy")
def update_deep(net, state):
    """The end of a quarter for the first layer, superficial, and the second, deep."""
    gate = net.gate
    maintain(net.layers[0], net.layers[1], 0, gate.maintenance_max, gate.maintenance_gain, state)
