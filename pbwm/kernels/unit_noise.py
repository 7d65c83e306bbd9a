"""Noise of a manipulation (`pbwm.manipulations.Noise`)."""

from pbwm.kernels.layout import unit_in
from tasks.base.rng import Purpose
from tasks.engine.kernels.counter import draw, normal
from tasks.engine.lanes import LANES, load, store
from tasks.engine.lanes.options import inner

UNIT_NOISE = int(Purpose.UNIT_NOISE)


@inner
def draw_unit_noise(layer, net, state):
    """Draw the noise of a layer for a trial: of Ge and, `len(units)` rows further, of Vm.

    Numbers are addressed by seed and network (the key), trial, and unit.
    """
    for u in range(layer.start, layer.stop):
        for lane in range(LANES):
            unit = unit_in(net.layout, net.unit_number, u, lane)
            if unit >= 0:
                trial = int(state.trials[0, lane])
                words = draw(state.key[0, lane], state.key[1, lane], unit, trial, UNIT_NOISE, 0)
                state.unit_noise[u, lane] = layer.noise_ge * normal(words[0])
                state.unit_noise[len(state.units) + u, lane] = layer.noise_vm * normal(words[1])


@inner
def add_unit_noise(layer, net, state):
    """Add one cycle of noise to Ge and Vm."""
    for u in range(layer.start, layer.stop):
        unit = state.units[u]
        store(unit, "ge", load(unit, "ge") + layer.g_dt * load(state.unit_noise, u))
        current = load(state.unit_noise, len(state.units) + u)
        store(unit, "vm", load(unit, "vm") + net.neuron.vm_dt * current)
