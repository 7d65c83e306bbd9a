"""A twin of one PBWM network, slow and obvious: NumPy in float64, weight matrices with zeros for missing synapses.

Written from the model's equations, section by section (docs/pbwm.md §n), and not from its kernels. It takes the
parameters of `pbwm.params` and the weights as matrices.
"""

import numpy as np

from pbwm.gate import MergedGate
from pbwm.striatum import FeedbackRule
from tests.reference.cortex_twin import change_weight, compare_phases, learn_cortex
from tests.reference.dopamine_twin import TwinDopamine
from tests.reference.feedback_twin import TwinFeedback
from tests.reference.layer_twin import TwinLayer
from tests.reference.nuclei_twin import TwinNucleus, connect_nuclei
from tests.reference.path_twin import TwinPath, profile_value

MINUS, CYCLES = 75, 100


class Twin:
    """One network, for a task with a stimulus channel and a control channel, or with one that is both (§4).

    `noise(trial, stripe)` gives the standard normal numbers of exploration, `coin(trial, stripe)` the uniform ones that
    choose the rejected content to remember.
    """

    def __init__(self, spec, params, noise=None, coin=None):
        self.params, self.noise_at, self.trials, self.mean_reward = params, noise, 0, 0.0
        roles, sizes = zip(*((str(channel.role), len(channel.symbols)) for channel in spec.channels), strict=True)
        one = len(sizes) == 1
        stimulus = 0 if one else roles.index("stimulus")
        content, orders, answers = sizes[stimulus], sizes[0 if one else 1 - stimulus], len(spec.responses)
        self.channels = ("stimulus",) if one else roles
        self.control = "stimulus" if one else "control"
        p, n = params, params.stripes
        off = type(p.hidden_inhibition)()
        self.stripes, gated = n, n * (2 if p.output_gating else 1)
        self.gated_stripes, self.draws, self.doubt = gated, np.zeros(gated), 0.0
        self.success = np.zeros(gated)
        self.layers = {"stimulus": TwinLayer(p, off, content, activity=1 / content)}
        if not one:
            self.layers["control"] = TwinLayer(p, off, orders)
        self.layers |= {
            "output": TwinLayer(p, p.output_inhibition, answers, activity=1 / answers),
            "hidden": TwinLayer(p, p.hidden_inhibition, p.hidden),
            "go": TwinLayer(p, p.matrix_inhibition, orders, gated, p.matrix_activity),
            "nogo": TwinLayer(p, p.matrix_inhibition, orders, gated, p.matrix_activity),
        }
        ages = p.gating.age_units
        if ages:
            self.layers["age"] = TwinLayer(p, off, ages, n, activity=1 / ages)
            for name in ("go_age", "nogo_age"):
                self.layers[name] = TwinLayer(p, p.matrix_inhibition, ages, gated, p.matrix_activity)
        self.striatal = [(self.control, "go"), (self.control, "nogo")]
        self.striatal += [("age", "go_age"), ("age", "nogo_age")] if ages else []
        self.gating = "gate" if isinstance(p.gate, MergedGate) else "thalamus"
        if self.gating == "thalamus":
            self.layers |= {name: TwinNucleus(p, name, gated) for name in ("gpe", "stn", "gpi", "thalamus")}
        else:
            if not p.gate.direct_nogo:
                self.layers["gpe"] = TwinLayer(p, p.gpe_inhibition, 1, gated, p.gpe_activity)
            self.layers["gate"] = TwinLayer(p, p.gpi_inhibition, 1, gated, p.gpi_activity)
        held = p.path.prefrontal_units or content
        for name in ("mnt", "mnt_deep", "out", "out_deep") if p.output_gating else ("mnt", "mnt_deep"):
            fixed = p.pfc_activity_fixed or name != ("out_deep" if p.output_gating else "mnt_deep")
            self.layers[name] = TwinLayer(p, p.pfc_inhibition, held, n, p.pfc_activity, fixed)
        if p.match_units:
            self.layers["match"] = TwinLayer(p, off, held, n, activity=1 / (held * n))
            self.layers["match"].tonic_inhibition = p.match_units.inhibition
        self.learning = ("output", "hidden", "mnt") if p.path.learned_inputs else ("output", "hidden")
        self.memory = "out_deep" if p.output_gating else "mnt_deep"
        self.paths = self.build_paths()
        self.into = {name: [path for path in self.paths.values() if path.target == name] for name in self.layers}
        ours = {"control_input": self.control, "pfc_maintenance_deep": "mnt_deep", "pfc_output_deep": "out_deep"}
        senders = [ours[name] for name in p.dopamine.senders]
        sizes = {name: self.layers[name].n for name in senders}
        self.reward_system = TwinDopamine(p.dopamine, p.neuron.g_tau, p.neuron.vm_tau, sizes)
        self.gate, self.effective, self.count = np.zeros(gated), np.zeros(gated), np.full(gated, -1)
        self.feedback = TwinFeedback(self, coin) if isinstance(p.striatum.rule, FeedbackRule) else None

    def build_paths(self):
        """All projections by (sender, target)."""
        p, sizes = self.params.path, {name: layer.n for name, layer in self.layers.items()}
        paths = {}

        def add(sender, target, mask, kind, **strength):
            paths[sender, target] = TwinPath(sender, target, mask, kind=kind, **strength)

        def full(sender, target, **strength):
            add(sender, target, np.ones((sizes[target], sizes[sender]), bool), "cortex", **strength)

        def in_every_stripe(sender, target):
            return np.tile(np.eye(sizes[sender], dtype=bool), (sizes[target] // sizes[sender], 1))

        def own_stripe(sender, target):
            return np.kron(np.eye(sizes[target], dtype=bool), np.ones((1, self.layers[sender].size), bool)).astype(bool)

        full("hidden", "output")
        full(self.memory, "output", absolute=p.pfc_gain, relative=p.pfc_to_output)
        full("stimulus", "output", relative=p.input_to_output)
        for sender in dict.fromkeys(("stimulus", self.control)):
            full(sender, "hidden")
        full("output", "hidden", relative=p.top_down)
        full(self.memory, "hidden", absolute=p.pfc_gain)
        for sender, striatum in self.striatal:
            add(sender, striatum, in_every_stripe(sender, striatum), "striatum")
        if self.gating == "thalamus":
            connect_nuclei(self, add, own_stripe)
        else:
            direct, gating = self.params.gate.direct_nogo, self.params.gating
            kinds = {"": 1.0, "_age": gating.age_strength} if gating.age_units else {"": 1.0}
            alone = (2 if direct else 1.5) if gating.age_units else 1
            for kind, strength in kinds.items():
                add(f"go{kind}", "gate", own_stripe(f"go{kind}", "gate"), "fixed", absolute=strength * alone)
                target = "gate" if direct else "gpe"
                nogo = {"absolute": strength * alone, "sign": -1} if direct else {"absolute": strength * len(kinds)}
                add(f"nogo{kind}", target, own_stripe(f"nogo{kind}", target), "fixed", **nogo)
            if not direct:
                add("gpe", "gate", own_stripe("gpe", "gate"), "fixed", sign=-1, absolute=alone)
        if p.learned_inputs:
            full("stimulus", "mnt")
        else:
            add("stimulus", "mnt", in_every_stripe("stimulus", "mnt"), "fixed")
        if self.params.output_gating:
            add("mnt_deep", "out", np.eye(sizes["out"], dtype=bool), "fixed")
        if self.params.match_units:
            self.connect_match_units(add, full, in_every_stripe)
        return paths

    def connect_match_units(self, add, full, in_every_stripe):
        """Stimulus and released content into each match unit, and its projections (§4)."""
        units, n = self.params.match_units, self.layers["match"].n
        for target, strength in (("output", units.to_output), ("hidden", units.to_hidden)):
            if strength:
                full("match", target, absolute=strength, relative=0.0, scaled=False)
        add("stimulus", "match", in_every_stripe("stimulus", "match"), "fixed", absolute=units.drive, scaled=False)
        add(self.memory, "match", np.eye(n, dtype=bool), "fixed", absolute=units.drive, scaled=False)

    def set_weights(self, sender, target, matrix):
        """Effective weights of a projection, receiver × sender."""
        path, gain = self.paths[sender, target], self.params.path.weight_gain
        path.weight = np.where(path.mask, matrix, 0.0)
        inner = np.where(path.mask, matrix, 0.5)
        sharpened = 1 / (1 + ((1 - inner) / inner) ** (1 / gain))
        path.linear = np.where(path.mask, inner if path.kind == "striatum" else sharpened, 0.0)

    def sender_scale(self, layer, contacts):
        """The compensation of path scaling for sparse senders (§3); halves are rounded up."""
        expected = np.floor(layer.expected * layer.n + 0.5)
        if contacts == layer.n:
            return 1 / max(1.0, expected)
        near = max(1.0, np.floor(layer.expected * contacts + 0.5)) + 2
        return 1 / max(1.0, min(contacts, expected, near))

    def begin(self, learn, silent):
        """Start of a trial (§3, §7): noise, long-term averages, expected activities, scales."""
        k = self.params.cortex
        self.draw_noise(learn, silent)
        self.prediction_scale = {
            name: self.sender_scale(self.layers[name], self.layers[name].n) / len(self.reward_system.weight)
            for name in self.reward_system.weight
        }
        for name, layer in self.layers.items():
            if learn and name in self.learning:
                layer.avg_l = np.maximum(k.long_min, layer.avg_l + (k.long_gain * layer.m - layer.avg_l) / k.long_tau)
                slope = (k.long_rate_max - k.long_rate_min) / (k.long_gain - k.long_min)
                layer.avg_l_rate = slope * (layer.avg_l - k.long_min) * layer.modulation
            if learn and not layer.fixed and layer.plus_activity >= 0.0001:
                first = layer.expected == layer.first_expected
                dt = 0.5 if first else 1 / k.activity_tau
                layer.expected += dt * (layer.plus_activity - layer.expected)
            if name in ("hidden", "output"):
                layer.decay(self.params.neuron.trial_decay)
            into = self.into[name]
            for path in into:
                # In the merged gate, Go and NoGo are weighted together; elsewhere, each sign by itself.
                rivals = [q for q in into if q.sign == path.sign or name == "gate"]
                share = path.relative / sum(q.relative for q in rivals)
                contacts = int(path.mask.sum(1).max())
                path.scale = path.absolute
                if path.scaled:
                    path.scale *= share * self.sender_scale(self.layers[path.sender], contacts)
            layer.sent[:] = 0

    def draw_noise(self, learn, silent):
        """One draw per stripe and trial, 0 if its striatum has no input or is not to be noisy when frozen (§6)."""
        if self.params.exploration.sd > 0:
            self.draws = np.array([self.noise_at(self.trials, stripe) for stripe in range(self.gated_stripes)])
            if self.params.exploration.by_stripe:
                self.draws = self.draws * (1 - self.success)
            if silent:
                aged = (self.params.gating.age_stripes or self.stripes) if self.params.gating.age_units else 0
                self.draws = self.draws * (np.arange(self.gated_stripes) % self.stripes < aged)
            if not learn and not self.params.exploration.when_frozen:
                self.draws = 0 * self.draws
        self.trials += 1

    def explore(self):
        """Noise in the next cycle: less with more past or expected reward (§6)."""
        e, d = self.params.exploration, self.params.dopamine
        foreseen, nothing = self.reward_system.prediction, self.reward_system.zero
        due = e.by_prediction and abs(foreseen - nothing) > d.reward_threshold
        reward = foreseen if due else self.mean_reward
        self.doubt = np.clip(e.gain * (1 - reward), 0, 1)

    def cycle(self, clamps, plus, delivered, reward):
        p, merged, site = self.params.neuron, self.params.gate, self.params.exploration.site
        noise = self.params.exploration.sd * self.doubt * self.draws
        go_and_nogo = {target for _, target in self.striatal}
        for layer in self.layers.values():
            changed = np.abs(layer.act - layer.sent) > p.send_delta
            layer.sent = np.where(layer.act <= p.send_threshold, 0, np.where(changed, layer.act, layer.sent))
        sent = {name: layer.sent.copy() for name, layer in self.layers.items()}
        for name, layer in self.layers.items():
            tau = layer.inhibition.g_tau
            raw = {1: np.zeros(layer.n), -1: np.zeros(layer.n)}
            for path in self.into[name]:
                raw[path.sign] += path.scale * (path.weight @ sent[path.sender])
            if name == "gate":
                raw[1] = (merged.go_gain + merged.nogo_gain) * (raw[1] - merged.nogo_gain * raw[-1])
                raw[1] += noise * (site == "gpi")
            elif name not in ("stimulus", "control", "age"):
                layer.gi_synaptic += (raw[-1] - layer.gi_synaptic) / tau
            if name == "gpi":
                raw[1] -= noise * (site == "gpi")
            striatal = name in go_and_nogo
            if striatal and site == "striatum":
                raw[1] += np.repeat(noise, layer.size) * (1 if name.startswith("go") else -1)
            layer.ge += (raw[1] + layer.tonic + layer.held - layer.ge) / tau
            quiet = self.params.striatum.acetylcholine_inhibition * (1 - self.reward_system.ach)
            layer.settle(quiet if striatal else layer.tonic_inhibition, clamps.get(name))
        self.reward_system.cycle(sent, self.prediction_scale, plus, delivered, reward)
        self.explore()

    def check_gates(self, first_quarter):
        g, n, act = self.params.gating, self.stripes, self.layers[self.gating].act
        self.gate = np.where(act >= g.threshold, act, 0.0)
        self.effective = self.layers["thalamus"].effective() if self.gating == "thalamus" else self.gate
        opened = self.gate > 0
        self.count[:n][opened[:n]] = 0
        if first_quarter and self.params.output_gating:
            self.count[n:][opened[n:]] = 0
        superficial, keep, rest = self.layers["mnt"], 1 - g.clear, self.params.neuron.vm_start
        for u in range(superficial.n):
            if opened[u // superficial.size]:
                superficial.act[u], superficial.ge[u] = keep * superficial.act[u], keep * superficial.ge[u]
                superficial.vm[u] = rest + keep * (superficial.vm[u] - rest)

    def update_deep(self, superficial, deep, first, longest):
        """Deep prefrontal cortex stores, holds, or clears (§5)."""
        g = self.params.gating
        gain, profiles = g.maintenance_gain, g.profiles if first == 0 else (g.output_profile,)
        for stripe in range(self.stripes):
            units = slice(stripe * deep.size, (stripe + 1) * deep.size)
            row, fresh = first + stripe, self.count[first + stripe] == 0
            if self.count[row] >= 0:
                self.count[row] += 1
            if self.count[row] > longest:
                self.count[row] = -1
            if fresh:
                deep.content[units] = gain * superficial.act[units]
            if self.count[row] < 0:
                deep.content[units] = 0.0
            own = profiles[stripe % len(profiles)]
            deep.held[units] = profile_value(own, self.count[row] - 1) * deep.content[units]

    def learn_striatum(self):
        """One step of learning in Go and NoGo (§6): dopamine times the present trace, then a new trace."""
        s = self.params.striatum
        rule, n = s.rule, self.stripes
        for source, name in self.striatal:
            path, layer = self.paths[source, name], self.layers[name]
            da = self.reward_system.dopamine
            dopamine = s.dopamine_offset + da * (s.burst_gain if da > 0 else s.dip_gain)
            dopamine *= s.d1_gain if name.startswith("go") else -s.d2_gain
            sender = self.layers[source].act
            for r, c in np.argwhere(path.mask):
                trace, stripe = path.trace[r, c], r // layer.size
                gated, maintains = self.gate[stripe] > 0, stripe < n
                step = dopamine * trace
                if getattr(rule, "structural_credit", False) and self.params.output_gating and maintains:
                    step *= self.count[n + stripe] == 1  # its output stripe gated in this trial
                if name.startswith("nogo") and dopamine < 0 and trace < 0:
                    step *= s.nogo_positive
                path.change[r, c] += s.learning_rate * step * layer.alive[r]
                a = layer.act[r]
                f = {"2a(1-a)": 2 * a * (1 - a), "a": a, "1/2": 0.5}[rule.factor] * sender[c] * layer.alive[r]
                if type(rule).__name__ == "CovarianceRule":
                    if sender[c] > 0.5:
                        habit = float(gated) if np.isnan(path.habit[r, c]) else path.habit[r, c]
                        path.trace[r, c] = (gated - habit) * f
                        path.habit[r, c] = habit + rule.habit_rate * (gated - habit)
                    continue
                if type(rule).__name__ == "TagRule" and (gated or not maintains):
                    trace = 0.0
                new = f if gated else -rule.not_gated * f
                path.trace[r, c] = trace + new - min(1.0, rule.displacement * abs(new)) * trace

    def learn(self):
        """All learning at the end of a trial."""
        for name in self.learning:
            compare_phases(self.params.cortex, self.layers[name], modulated=name != "output")
        if self.feedback:
            self.feedback.learn()
        else:
            self.learn_striatum()
        for path in self.paths.values():
            if path.kind == "cortex":
                learn_cortex(self.params, path, self.layers[path.sender], self.layers[path.target])
            elif path.kind == "striatum":
                s = self.params.striatum
                if s.soft_bounds:
                    for r, c in np.argwhere(path.mask):
                        change_weight(path, r, c, path.change[r, c], 1)
                else:
                    path.linear = path.linear + path.change
                low = 0.0 if path.sender == "age" else s.weight_min
                path.linear = np.where(path.mask, np.clip(path.linear, low, s.weight_max), 0.0)
                path.weight = path.linear.copy()
                path.change[:] = 0
                path.trace *= getattr(self.params.striatum.rule, "decay", 1.0)

    def trial(self, symbols, target, rewarded, learn=True):
        """One step of a task; the response and the activity of all units after every cycle."""
        heard = symbols[self.channels.index("control") if "control" in self.channels else 0] >= 0
        self.begin(learn, silent=not heard)
        out, seen, shown = self.layers["output"], [], zip(self.channels, symbols, strict=True)
        clamps = {name: (np.arange(self.layers[name].n) == symbol).astype(float) for name, symbol in shown}
        if self.params.gating.age_units:
            clamps["age"] = self.ages()
        delivered, reward, response = False, 0.0, None
        for now in range(CYCLES):
            quarter, within = divmod(now, 25)
            if now == MINUS:
                response = int(np.argmax(out.act))
                for layer in self.layers.values():
                    layer.act_minus = layer.act.copy()
                if target >= 0:
                    clamps["output"] = (np.arange(out.n) == target).astype(float)
                delivered, reward = bool(rewarded), float(response == target)
            self.cycle(clamps, now >= MINUS, delivered, reward)
            if within == self.params.gating.cycle and quarter in (0, 2)[: self.params.gating.checks]:
                self.check_gates(quarter == 0)
            seen.append(np.concatenate([layer.act for layer in self.layers.values()]))
            if within == 24:
                self.end_quarter(quarter, learn)
        for layer in self.layers.values():
            layer.plus_activity = layer.mean_layer
        act, sent = ({n: getattr(layer, which) for n, layer in self.layers.items()} for which in ("act", "sent"))
        if self.feedback:
            self.feedback.evaluate(delivered, response, learn)
        if learn:
            self.learn()
        if self.feedback and not self.reads_new_content():
            self.feedback.remember()
        self.reward_system.end(act, sent, self.prediction_scale, learn)
        if learn and rewarded:
            tau, n = self.params.exploration.reward_tau, self.stripes
            self.mean_reward += (reward - self.mean_reward) / tau
            used = np.tile(self.count[n:] == 1, 2) if self.params.output_gating else np.ones(n, bool)
            self.success[used] += (reward - self.success[used]) / tau
        return response, np.array(seen)

    def ages(self):
        """The active unit of each maintenance stripe: that of the age of its content, in steps (§4)."""
        units = np.zeros((self.stripes, self.params.gating.age_units))
        aged = self.params.gating.age_stripes or self.stripes
        for stripe, count in enumerate(self.count[: self.stripes][:aged]):
            age = 0 if count < 0 else (count + 1) // 2 if self.params.gating.updates == 2 else count
            units[stripe, min(age, units.shape[1] - 1)] = 1.0
        return units.ravel()

    def reads_new_content(self):
        """Whether content that maintenance stripes store in a trial drives its response."""
        return not self.params.output_gating and self.params.gating.updates == 2

    def end_quarter(self, quarter, learn):
        """Changes between quarters (§5–§7)."""
        layers, g = self.layers, self.params.gating
        if quarter == 0 and self.params.output_gating:
            self.update_deep(layers["out"], layers["out_deep"], self.stripes, g.output_max)
        update_after = (1, 3) if g.updates == 2 else (3,)
        if quarter == update_after[0] and self.feedback:
            self.feedback.before_update()
        if quarter in update_after:
            self.update_deep(layers["mnt"], layers["mnt_deep"], 0, g.maintenance_max)
        if quarter == 1 and self.feedback and self.reads_new_content():
            self.feedback.remember()
        if quarter == 1 and learn and not self.feedback:
            self.learn_striatum()
