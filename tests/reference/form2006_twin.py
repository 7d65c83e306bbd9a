"""A slow twin of one network of 2006, from the equations (docs/form2006.md): dense matrices, no tables."""

from functools import cache

import numpy as np
from scipy.stats import norm

from pbwm.manipulations import DopamineGain

VALUES = np.array([0.0, 0.5, 1.0])
SIGMOID = {"cortical", "prefrontal", "striatal"}


@cache
def rate_table(gain, sd, linear):
    """Drives in tenths of σ, and the rate γ[x]₊/(γ[x]₊ + 1), or γ[x]₊ up to 1, convolved with a Gaussian."""
    grid = sd * (np.arange(181) / 10 - 6)
    z = np.linspace(-6, 6, 4801)
    weight = norm.pdf(z) / norm.pdf(z).sum()
    drive = gain * np.maximum(grid[:, None] + sd * z, 0)
    return grid, np.minimum((drive if linear else drive / (drive + 1)) @ weight, 1)


def noisy_rate(x, gain, sd, linear=False):
    """The convolved rate, by interpolation as in the kernels; beyond the table without noise."""
    grid, table = rate_table(gain, sd, linear)
    drive = gain * np.maximum(x, 0)
    plain = np.minimum(drive, 1) if linear else drive / (drive + 1)
    return np.where(x <= grid[0], 0.0, np.where(x >= grid[-1], plain, np.interp(x, grid, table)))


def kwta(threshold, k, q, average):
    """Inhibition between the k-th and the next, or between the means of the first k and of the rest."""
    if len(threshold) <= k:
        return 0.0
    ordered = np.sort(threshold)[::-1]
    high, low = (ordered[:k].mean(), ordered[k:].mean()) if average else (ordered[k - 1], ordered[k])
    return max(low + q * (high - low), 0.0)


class Area:
    """A layer: `pools` of `size` units."""

    def __init__(self, size, pools, u):
        self.shape = (pools, size)
        self.ge, self.vm, self.act = np.zeros(self.shape), np.full(self.shape, u.rest), np.zeros(self.shape)
        self.hold, self.accommodation = np.zeros(self.shape), np.zeros(self.shape)
        self.minus = self.plus = self.act
        self.silent, self.excitability = np.zeros(self.shape, bool), 1.0

    def rest(self, u):
        self.ge, self.vm, self.act = np.zeros(self.shape), np.full(self.shape, u.rest), np.zeros(self.shape)

    def sent(self, u):
        return np.where(self.act > u.send_threshold, self.act, 0.0).ravel()


class Twin:
    """One network. `weights` are effective, by path: (receiver, contact); `chances` gives the random Go of an event.

    Manipulations: `silent` and `excitability` of its areas, `gain` of dopamine, and `forced` gates by step.
    """

    def __init__(self, spec, params, weights, chances):
        self.p, self.u, self.chances = params, params.unit, chances
        self.spec, self.events, self.gain = spec, 0, DopamineGain()
        pf, n = params.prefrontal, params.stripes
        symbols = sum(len(channel.symbols) for channel in spec.channels)
        self.content = pf.units if pf.learned_inputs else symbols
        half = params.striatum.units // 2
        sizes = {"input": (symbols, 1), "output": (len(spec.responses), 1),
                 "hidden": (params.hidden, 1), "matrix_go": (half, n), "matrix_nogo": (half, n),
                 "snr_thalamus": (1, n), "pfc": (self.content, n), "primary_value": (3, 1), "learned_value": (3, 1),
                 "slow_learned_value": (3, 1)}  # fmt: skip
        self.areas = {name: Area(size, pools, self.u) for name, (size, pools) in sizes.items()}
        self.areas["primary_value"].hold[0, 1] = params.values.bias
        for name in ("learned_value", "slow_learned_value"):
            self.areas[name].hold[0, 0 if params.values.neutral == 0 else 1] = params.values.bias
        self.weight = {name: np.array(w, float) for name, w in weights.items()}
        self.linear = {name: self.unsquash(name, w) for name, w in self.weight.items()}
        self.transmits = {name: np.ones(area.shape).ravel() for name, area in self.areas.items()}
        self.holding, self.waiting = np.zeros(n, bool), np.zeros(n)
        self.mean_dopamine, self.mean_reward = np.full(n, params.random_go.first_mean), 0.0

    def rule(self, name):
        target = name.split("->")[1]
        if target in ("hidden", "output"):
            return "cortical"
        if target.startswith("matrix"):
            return "striatal"
        if target == "pfc":
            return "prefrontal" if self.p.prefrontal.learned_inputs else "fixed"
        return {"primary_value": "pv", "learned_value": "lve", "slow_learned_value": "lvi"}[target]

    def unsquash(self, name, w):
        c = self.p.learning
        if self.rule(name) not in SIGMOID:
            return w.copy()
        return 1 / (1 + ((1 - w) / w) ** (1 / c.sigmoid_gain) / c.sigmoid_offset)

    def squash(self, name, linear):
        c = self.p.learning
        if self.rule(name) not in SIGMOID:
            return linear.copy()
        with np.errstate(divide="ignore"):
            return 1 / (1 + (c.sigmoid_offset * (1 - linear) / linear) ** c.sigmoid_gain)

    def senders(self, name):
        """The activity places of every synapse: (receiver, contact) into the flat sender."""
        sender, target = name.split("->")
        count, contacts = self.weight[name].shape
        size = self.areas[target].shape[1]
        if target.startswith("matrix") and sender == "pfc":
            return (np.arange(count) // size * self.content)[:, None] + np.arange(self.content)
        if self.rule(name) == "fixed":
            return (np.arange(count) % contacts_of(self.areas[sender]))[:, None]
        return np.tile(np.arange(contacts), (count, 1))

    def relative(self, name):
        sender, target = name.split("->")
        if sender == "output" and target in ("hidden", "pfc"):
            return self.p.learning.top_down
        if sender == "pfc" and target.startswith("matrix"):
            return self.p.striatum.from_prefrontal
        if sender == "pfc" and target == "primary_value":
            return self.p.values.pvi_from_prefrontal
        return 1.0

    def expected(self, name):
        """Expected active units of the whole sending layer; one if each receiver sees one."""
        sender, k = name.split("->")[0], self.p.winners
        if self.rule(name) == "fixed":
            return 1
        if sender == "hidden":
            return min(k.hidden, self.p.hidden - 1)
        if sender == "output":
            return min(k.output, len(self.spec.responses) - 1)
        shown = len(self.spec.channels)
        if sender == "input":
            return shown
        if sender == "pfc":
            return self.held_at_once() * self.p.stripes
        return 1

    def held_at_once(self):
        """Active units of a prefrontal stripe."""
        if self.p.prefrontal.learned_inputs:
            return min(self.p.winners.prefrontal, self.content - 1)
        return len(self.spec.channels)

    def drive(self, target, depressed):
        mine = [name for name in self.weight if name.endswith(f"->{target}")]
        total, raw = sum(self.relative(name) for name in mine), 0.0
        for name in mine:
            sender = name.split("->")[0]
            sent = self.areas[sender].sent(self.u) * (self.transmits[sender] if depressed else 1.0)
            raw = raw + self.relative(name) / total / self.expected(name) * (
                self.weight[name] * sent[self.senders(name)]
            ).sum(1)
        return raw.reshape(self.areas[target].shape)

    def theta_inhibition(self, area, theta):
        u = self.u
        driven = area.ge * (u.reversal_e - theta) + u.gbar_l * (u.reversal_l - theta)
        if self.p.striatum.threshold_dopamine or area not in (self.areas["matrix_go"], self.areas["matrix_nogo"]):
            driven = driven + area.hold * (1 - theta) - area.accommodation * theta
        found = driven / (theta - u.reversal_i)
        return np.where(area.silent, u.gbar_l * (u.reversal_l - theta) / (theta - u.reversal_i), found)

    def move(self, area, inhibition, dt, gain, of=None):
        u, v = self.u, area.vm
        current = area.ge * (u.reversal_e - v) + u.gbar_l * (u.reversal_l - v) + inhibition * (u.reversal_i - v)
        current = current + area.hold * (1 - v) - area.accommodation * v
        area.vm = np.clip(v + dt * current, 0, 1)
        of = of or u
        area.act = noisy_rate(area.vm - of.theta, gain, of.noise_sd, linear=of is not u)

    def cycle(self, phase, target, chance):
        a, u, k = self.areas, self.u, self.p.winners
        runs = {"minus": ["output", "hidden", "matrix", "pfc", "primary_value", "learned_value", "slow_learned_value"],
                "plus": ["output", "hidden", "matrix", "pfc"],
                "update": ["matrix", "pfc", "learned_value", "slow_learned_value"]}[phase]  # fmt: skip
        names = [n for r in runs for n in (["matrix_go", "matrix_nogo"] if r == "matrix" else [r])]
        raw = {
            n: self.drive(n, "learned" in n and (phase == "update" or self.p.values.depressed_learning))
            for n in names
            if not (phase == "update" and n.startswith("matrix"))
        }
        for n, value in raw.items():
            a[n].ge = a[n].ge + u.net_dt * (a[n].excitability * value - a[n].ge)
        forms = {"output": (k.output, k.basic_q, False), "hidden": (k.hidden, k.average_q, True),
                 "pfc": (self.held_at_once(), k.average_q, True)}  # fmt: skip
        for n in names:
            if n == "matrix_nogo":
                continue
            parts = [a["matrix_go"], a["matrix_nogo"]] if n == "matrix_go" else [a[n]]
            of = self.p.values if n.endswith("_value") else u
            wins, q, average = forms.get(n, (k.value, k.value_q, True))
            if n == "matrix_go":
                wins, q, average = k.striatum, k.basic_q, False
            pooled = np.concatenate([self.theta_inhibition(part, of.theta) for part in parts], 1)
            each = pooled.shape[1]
            inhibition = np.array([[kwta(row, max(1, min(wins, each - 1)), q, average)] for row in pooled])
            for part in parts:
                self.move(part, inhibition, u.slow_vm_dt if n == "pfc" else u.vm_dt, of.gain, of)
        if phase == "plus":
            self.tell(target)
        self.gates(phase, chance)
        self.silence()
        if phase == "update":
            self.release(chance)

    def silence(self):
        for area in self.areas.values():
            area.act = np.where(area.silent, 0.0, area.act)

    def tell(self, target):
        if target >= 0:
            self.areas["output"].act = self.u.clamp_max * (np.arange(len(self.spec.responses)) == target)[None]

    def gates(self, phase, chance):
        area, k = self.areas["snr_thalamus"], self.p.winners
        go, nogo = (self.areas[n].act.sum(1) for n in ("matrix_go", "matrix_nogo"))
        both = go + nogo
        drive = np.where(both > 0, np.maximum(go - nogo, 0) / np.where(both > 0, both, 1), 0)
        if phase != "minus":
            drive = np.minimum(drive + self.p.random_go.drive * chance, 1)
        area.ge, n = drive[:, None], len(go)
        wins = max(1, min(round(k.gate_fraction * n), n - 1))
        inhibition = kwta(self.theta_inhibition(area, self.u.theta).ravel(), wins, k.average_q, True)
        self.move(area, inhibition, self.u.slow_vm_dt, self.p.gate.gain)
        if self.closed:
            area.act = np.zeros(area.shape)
        if phase != "minus":
            area.act = np.where(self.held < 0, area.act[:, 0], self.held)[:, None]

    def value(self, name):
        act = np.minimum(self.areas[name].act[0], self.u.clamp_max) / self.u.clamp_max
        return (VALUES * act).sum() / max(act.sum(), self.p.values.min_activity)

    def due(self):
        v = self.p.values
        return min(self.pve, self.pvi) < v.filter_min or max(self.pve, self.pvi) > v.filter_max

    def release(self, chance):
        v, s = self.p.values, self.p.striatum
        self.lve = self.value("learned_value")
        self.lvi = self.value("slow_learned_value") if v.lvi else 0.0
        learned = self.lve - max(self.lvi, v.lvi_min) if v.learned_where_due or not self.due() else 0.0
        self.dopamine = learned + (self.pve - self.pvi if self.due() else 0.0)
        gate = self.areas["snr_thalamus"].plus[:, 0]
        delta = np.full(len(gate), s.dopamine_gain * self.dopamine)
        if s.stripe_dopamine:
            delta = np.where(gate > self.p.gate.threshold, gate * delta, 0.0)
        delta = delta + self.p.random_go.dopamine * chance
        delta = np.where(delta < 0, self.gain.dip * s.dip_gain * delta, self.gain.burst * delta)
        for name, sign, receptor in (("matrix_go", 1, self.gain.d1), ("matrix_nogo", -1, self.gain.d2)):
            area = self.areas[name]
            part = receptor * ((1 - s.contrast) + s.contrast * area.plus)
            area.hold = s.excitation * np.maximum(sign * delta, 0)[:, None] * part
            area.accommodation = s.accommodation * np.maximum(-sign * delta, 0)[:, None] * part

    def settle(self, phase, target, chance):
        fresh = {"minus": ("output", "hidden", "primary_value", "learned_value", "slow_learned_value", "matrix_go",
                           "matrix_nogo"),
                 "plus": ("output", "hidden"), "update": ("learned_value", "slow_learned_value")}  # fmt: skip
        for name in (*fresh[phase], "snr_thalamus"):
            self.areas[name].rest(self.u)
        if phase == "plus":
            self.tell(target)
            self.silence()
        for _ in range(getattr(self.p.phases, phase)):
            self.cycle(phase, target, chance)

    def toggle(self, update):
        gates = self.areas["snr_thalamus"].act[:, 0] > self.p.gate.threshold
        pfc = self.areas["pfc"]
        stores, clears = gates & ~self.holding, gates & self.holding & (not update)
        if update:
            stores = stores & (self.cleared | self.p.prefrontal.late_storage)
        else:
            self.cleared = clears
        pfc.hold[clears] = 0
        self.transmits["pfc"].reshape(pfc.shape)[clears | stores] = 1
        pfc.hold[stores] = self.p.prefrontal.maintenance * pfc.act[stores]
        self.holding = (self.holding & ~clears) | stores
        if not update:
            self.waiting = np.where(gates, 0, self.waiting + 1)

    def event(self, symbols, target, rewarded, learn=True, forced=None):
        """Run one event; the response. Gates are `forced` open (1) or shut (0), or free (−1)."""
        self.held = np.full(self.p.stripes, -1.0) if forced is None else np.asarray(forced)
        self.closed = self.p.gate.closed_where_due and rewarded
        a = self.areas
        shown = [np.arange(len(c.symbols)) == symbol for c, symbol in zip(self.spec.channels, symbols, strict=True)]
        a["input"].act = self.u.clamp_max * np.concatenate(shown)[None]
        self.silence()
        chance = np.array(self.chances(self)) if learn else np.zeros(self.p.stripes, bool)
        self.events += 1 if learn else 0
        self.settle("minus", target, chance)
        for area in a.values():
            area.minus = area.act
        response = int(np.argmax(a["output"].act[0]))
        self.pve = float(response == target) if rewarded else 0.5
        self.pvi = self.value("primary_value")
        chance = chance & (a["snr_thalamus"].act[:, 0] <= self.p.gate.threshold) & (self.held < 0)
        chance = chance & (not self.closed)
        self.settle("plus", target, chance)
        for area in a.values():
            area.plus = area.act
        self.toggle(False)
        self.settle("update", target, chance)
        self.toggle(True)
        if learn:
            if rewarded:
                self.mean_reward += self.p.success.reward_dt * (float(response == target) - self.mean_reward)
            self.learn(chance)
        for name in ("matrix_go", "matrix_nogo"):
            a[name].hold, a[name].accommodation = np.zeros(a[name].shape), np.zeros(a[name].shape)
        v = self.p.values
        for name, t in self.transmits.items():
            self.transmits[name] = np.clip(t + v.recovery * (1 - t) - v.depletion * a[name].act.ravel(), 0, 1)
        return response

    def learn(self, chance):
        gated = self.areas["snr_thalamus"].plus[:, 0] > self.p.gate.threshold
        dt = self.p.random_go.mean_dt
        self.mean_dopamine = np.where(
            gated, self.mean_dopamine + dt * (self.dopamine - self.mean_dopamine), self.mean_dopamine
        )
        self.mean_dopamine[chance] = self.p.random_go.low
        factor = self.p.success.rate_factor if self.mean_reward >= self.p.success.reward else 1.0
        rates = {"pv": self.p.values.pvi_rate, "lve": self.p.values.lve_rate, "lvi": self.p.values.lvi_rate}
        for name, linear in self.linear.items():
            sender, target = (self.areas[n] for n in name.split("->"))
            rule, where = self.rule(name), self.senders(name)
            x, x_minus, y = sender.plus.ravel()[where], sender.minus.ravel()[where], target.plus.ravel()[:, None]
            if rule in ("cortical", "prefrontal"):
                c = self.p.learning
                rate, hebbian = (c.learning_rate, c.hebbian) if rule == "cortical" else (
                    c.prefrontal_rate, c.prefrontal_hebbian)  # fmt: skip
                error = x * y - x_minus * target.minus.ravel()[:, None]
                change = (
                    factor
                    * rate
                    * (hebbian * y * (x - linear) + (1 - hebbian) * error * np.where(error > 0, 1 - linear, linear))
                )
            elif rule == "striatal":
                error = (target.act.ravel() - target.plus.ravel())[:, None] * x
                change = factor * self.p.striatum.learning_rate * error * np.where(error > 0, 1 - linear, linear)
            elif rule in rates and (rule == "pv" or self.due()):
                code = self.u.clamp_max * np.maximum(1 - np.abs(self.pve - VALUES) / 0.5, 0)
                change = rates[rule] * (code - target.minus[0])[:, None] * x
            else:
                continue
            self.linear[name] = np.clip(linear + change, 0, 1)
            self.weight[name] = self.squash(name, self.linear[name])


def contacts_of(area):
    return area.shape[0] * area.shape[1]
