"""The nuclei between striatum and cortex of `tests.reference.pbwm_twin`, from docs/pbwm.md §5."""

from dataclasses import replace

import numpy as np

from pbwm.gate import GradedRelay, NoiseScaledRelay, PointRelay
from tests.reference.layer_twin import TwinLayer

TONIC = {"gpe": "gpe_tonic", "stn": "stn_tonic", "gpi": "gpi_tonic", "thalamus": "thalamus_tonic"}


class TwinNucleus(TwinLayer):
    """One unit per stripe, with a tonic conductance, and inhibited by synapses alone."""

    def __init__(self, params, name, stripes):
        relay = params.gate.relay if name == "thalamus" else None
        own = replace(params, neuron=replace(params.neuron, gbar_l=getattr(relay, "leak", params.neuron.gbar_l)))
        super().__init__(own, type(params.gpi_inhibition)(g_tau=params.gate.g_tau), 1, stripes, params.gpi_activity)
        self.tonic = getattr(params.gate, TONIC[name])
        self.relay = relay
        self.gain = getattr(self.relay, "gain", params.gate.gain)

    def settle(self, shunt, clamp):
        """One cycle from the conductances: the point neuron, or the relay."""
        if self.relay is None or isinstance(self.relay, PointRelay):
            super().settle(shunt, clamp)
        else:
            p = self.params.neuron
            net = self.ge * (p.reversal_e - self.vm) + p.gbar_l * (p.reversal_l - self.vm)
            self.vm = np.clip(self.vm + (net + self.gi_synaptic * (p.reversal_i - self.vm)) / p.vm_tau, 0, p.vm_max)
            self.act = self.act + (self.output(self.ge, self.gi_synaptic) - self.act) / p.vm_tau

    def output(self, ge, gi):
        """Steady output of the thalamus with these conductances."""
        p, relay = self.params.neuron, self.relay
        if isinstance(relay, GradedRelay):
            steady = (ge * p.reversal_e + p.gbar_l * p.reversal_l + gi * p.reversal_i) / (ge + p.gbar_l + gi)
            return np.maximum(0, (steady - p.reversal_l) / (p.reversal_e - p.reversal_l))
        shift, divisor = (1 - relay.balance, 1 + relay.noise * gi) if isinstance(relay, NoiseScaledRelay) else (1, 1)
        return self.rate((ge - self.threshold(shift * gi)) / divisor)

    def effective(self):
        """Steady output divided by the output with a silent GPi, for the same excitation."""
        free = self.output(self.ge, np.zeros(self.n))
        return np.clip(np.divide(self.act, free, where=free > 0, out=np.zeros(self.n)), 0, 1)


def connect_nuclei(twin, add, own_stripe):
    """The paths between the nuclei; conductances do not depend on the number of stripes."""
    d, n, gated = twin.params.gate, twin.stripes, twin.gated_stripes
    one_to_one, everywhere = np.eye(gated, dtype=bool), np.ones((gated, gated), bool)

    def nucleus(sender, target, mask, conductance, sign=1):
        add(sender, target, mask, "fixed", sign=sign, absolute=conductance, scaled=False)

    def of_group(group, size):
        """(gate, unit of a layer of prefrontal cortex): whether they are of one stripe."""
        mask = np.zeros((gated, n * size), bool)
        mask[group * n : (group + 1) * n] = np.kron(np.eye(n), np.ones((1, size)))
        return mask

    gating = twin.params.gating
    for kind, strength in (("", 1.0), ("_age", gating.age_strength))[: 1 + (gating.age_units > 0)]:
        nucleus(f"nogo{kind}", "gpe", own_stripe(f"nogo{kind}", "gpe"), strength * d.nogo_to_gpe, sign=-1)
        nucleus(f"go{kind}", "gpi", own_stripe(f"go{kind}", "gpi"), strength * d.go_to_gpi, sign=-1)
    nucleus("stn", "gpe", everywhere, d.stn_to_gpe / gated)
    nucleus(twin.control, "stn", np.ones((gated, twin.layers[twin.control].n), bool), d.cortex_to_stn)
    nucleus("gpe", "stn", one_to_one, d.gpe_to_stn, sign=-1)
    nucleus("gpe", "gpi", one_to_one, d.gpe_to_gpi, sign=-1)
    nucleus("stn", "gpi", everywhere, d.stn_to_gpi / gated)
    nucleus("gpi", "thalamus", one_to_one, d.gpi_to_thalamus, sign=-1)
    for group, kind in enumerate(("mnt", "out")[: gated // n]):
        mask = of_group(group, twin.layers[kind].size)
        nucleus(kind, "thalamus", mask, d.superficial_to_thalamus)
        nucleus(f"{kind}_deep", "thalamus", mask, d.deep_to_thalamus)
        nucleus("thalamus", f"{kind}_deep", mask.T, d.thalamus_to_deep)
