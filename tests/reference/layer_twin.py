"""Units of one layer of `tests.reference.pbwm_twin`, from the equations of docs/pbwm.md §1–3."""

import numpy as np


class TwinLayer:
    """Units of one layer, in `pools` rows of `size`."""

    def __init__(self, params, inhibition, size, pools=1, activity=None, fixed=True):
        self.params, self.inhibition = params, inhibition
        self.pools, self.size, self.n = pools, size, size * pools
        start = params.cortex.average_start
        self.act, self.ge, self.gi_self, self.gi_synaptic = (np.zeros(self.n) for _ in range(4))
        self.sent, self.act_minus, self.held, self.content = (np.zeros(self.n) for _ in range(4))
        self.vm = np.full(self.n, params.neuron.vm_start)
        self.ss, self.s, self.m = (np.full(self.n, start) for _ in range(3))
        self.avg_l, self.avg_l_rate = np.full(self.n, params.cortex.long_start), np.zeros(self.n)
        self.fbi_layer, self.fbi_pool = 0.0, np.zeros(pools)
        self.mean_layer, self.mean_pool = 0.0, np.zeros(pools)
        self.fixed = activity is not None and fixed
        self.first_expected = params.cortex.activity_start if activity is None else activity
        self.expected = self.first_expected
        self.plus_activity = 0.0
        self.cosine, self.modulation = 0.0, 0.0
        self.gain, self.tonic, self.tonic_inhibition = params.neuron.gain, 0.0, 0.0
        self.alive = np.ones(self.n)

    def lesion(self, alive):
        """Silence the units that are not `alive`; all ones: none."""
        self.alive, self.act = alive, self.act * alive

    def decay(self, part):
        """Move a part of the way to rest (§7)."""
        rest = self.params.neuron.vm_start
        for name in ("act", "ge", "gi_self", "gi_synaptic", "fbi_layer", "mean_layer"):
            setattr(self, name, (1 - part) * getattr(self, name))
        self.vm = rest + (1 - part) * (self.vm - rest)

    def by_pool(self, x):
        return x.reshape(self.pools, self.size)

    def rate(self, x):
        """NXX1 of the drive of every unit (§1)."""
        p = self.params.neuron
        height = p.tail_height * (self.gain * p.noise_variance) ** p.tail_power
        steepness = p.tail_slope / p.noise_variance

        def xx1(y):
            c = np.maximum(0, (p.gain_correction_range - y / p.noise_variance) / p.gain_correction_range)
            g = self.gain * (1 - p.gain_correction * c)
            return g * y / (g * y + 1)

        end = p.interpolation_range
        below = np.minimum(x, 0)
        tail = np.where(-steepness * below > 50, 0, height / (1 + np.exp(np.minimum(-steepness * below, 50))))
        linear = height / 2 + (xx1(end) - height / 2) * x / end
        return np.where(x < 0, tail, np.where(x < end, linear, xx1(np.maximum(x, end))))

    def threshold(self, gi):
        """The excitation that keeps the potential at threshold, Ge_Θ (§1)."""
        p = self.params.neuron
        return (gi * (p.reversal_i - p.theta) + p.gbar_l * (p.reversal_l - p.theta)) / (p.theta - p.reversal_e)

    def fffb(self, settings, ge, mean_act, fbi):
        """(Gi, fbi) of pools, one per row of `ge` (§2)."""
        mean = ge.sum(1) / ge.shape[1]
        ffi = settings.ff * np.maximum(0, mean + settings.max_vs_avg * (ge.max(1) - mean) - settings.ff_threshold)
        fbi = fbi + (settings.fb * mean_act - fbi) / settings.fb_tau
        return settings.gi * (ffi + fbi), fbi

    def shared_inhibition(self):
        """Gi of every unit from its layer and its pool: the larger if both are on (§2)."""
        gi = np.zeros((self.pools, self.size))
        if self.inhibition.layer:
            whole, self.fbi_layer = self.fffb(self.inhibition.layer, self.ge[None], self.mean_layer, self.fbi_layer)
            gi += whole
        if self.inhibition.pool:
            own, self.fbi_pool = self.fffb(self.inhibition.pool, self.by_pool(self.ge), self.mean_pool, self.fbi_pool)
            gi = np.maximum(gi, own[:, None])
        return gi.ravel()

    def settle(self, shunt, clamp):
        """One cycle from the conductances (§1, §2, §3); `clamp`: an external activity per unit, or None."""
        p, i, k = self.params.neuron, self.inhibition, self.params.cortex
        self.gi_self += (i.self_gi * self.act - self.gi_self) / i.self_tau
        gi = self.shared_inhibition() + self.gi_self + self.gi_synaptic + shunt
        net = self.ge * (p.reversal_e - self.vm) + p.gbar_l * (p.reversal_l - self.vm) + gi * (p.reversal_i - self.vm)
        self.vm = np.minimum(np.maximum(self.vm + net / p.vm_tau, 0), p.vm_max)
        silent = (self.act < p.act_threshold) & (self.vm <= p.theta)
        drive = np.where(silent, self.vm - p.theta, self.ge - self.threshold(gi))
        self.act = self.act + (self.rate(drive) - self.act) / p.vm_tau
        if clamp is not None:
            self.act = np.minimum(np.maximum(clamp, 0), p.clamp_max)
            self.vm = p.theta + self.act / p.gain
        self.act = self.act * self.alive
        self.mean_layer, self.mean_pool = self.act.sum() / self.n, self.by_pool(self.act).sum(1) / self.size
        self.ss += (self.act - self.ss) / k.super_short_tau
        self.s += (self.ss - self.s) / k.short_tau
        self.m += (self.s - self.m) / k.medium_tau

    def for_learning(self):
        """AvgSLrn (§3)."""
        mix = self.params.cortex.medium_in_short
        return (1 - mix) * self.s + mix * self.m
