"""GPe, STN, GPi, and thalamus (docs/pbwm.md §5)."""

from pbwm.kernels.exploration import noise
from pbwm.kernels.layout import only_units
from pbwm.kernels.neuron import membrane, nxx1, rate, threshold_conductance
from pbwm.kernels.tables import BALANCED, GRADED, PALLIDUM, SPIKING, THALAMUS
from tasks.engine.lanes import at, load, maximum, store, where
from tasks.engine.lanes.options import inlined, inner, kernel


@inlined
def relay_output(ge, gi, relay):
    """The steady output of the thalamus, by relay (docs/pbwm.md §5)."""
    n = relay.neuron
    if relay.kind == GRADED:
        current = ge * (n.reversal_e - n.reversal_l) + gi * (n.reversal_i - n.reversal_l)
        output = maximum(current / ((ge + n.gbar_l + gi) * (n.reversal_e - n.reversal_l)), 0.0)
    elif relay.kind == BALANCED:
        output = nxx1((ge - threshold_conductance(relay.unbalanced * gi, n)) / (1.0 + relay.noise * gi), n)
    else:
        output = nxx1(ge - threshold_conductance(gi, n), n)
    return output


@inner
def settle_nucleus(layer, net, state):
    """One cycle of a nucleus; exploration noise reduces the drive of GPi."""
    n, g_dt = net.nuclei, layer.g_dt
    for u in range(layer.start, layer.stop):
        unit = at(state.units, u)
        ge, gi, vm, act = load(unit, "ge"), load(unit, "gi_synaptic"), load(unit, "vm"), load(unit, "act")
        excitation = load(state.excitation, u) + layer.tonic
        if layer.kind == PALLIDUM:
            excitation -= net.exploration.at_gpi * noise(state, u - layer.start)
        ge += g_dt * (excitation - ge)
        gi += g_dt * (load(state.inhibition, u) - gi)
        if layer.kind == THALAMUS:
            vm = membrane(ge, gi, vm, net.relay.neuron)
            if net.relay.kind == SPIKING:
                act = rate(ge, gi, vm, act, net.relay.neuron)
            else:
                act = act + n.vm_dt * (relay_output(ge, gi, net.relay) - act)
        else:
            vm = membrane(ge, gi, vm, n)
            act = rate(ge, gi, vm, act, n)
        act = only_units(net.layout, act, at(net.occupied, u))
        if layer.lesioned:
            act = where(load(state.alive, u) > 0.0, act, 0.0)
        store(unit, "ge", ge)
        store(unit, "gi_synaptic", gi)
        store(unit, "gi", gi)
        store(unit, "vm", vm)
        store(unit, "act", act)


@kernel
def relay_responses(ge, gi, relay, out):
    """The steady output of a relay, written into `out`."""
    for i in range(len(out)):
        store(out, i, relay_output(load(ge, i), load(gi, i), relay))
