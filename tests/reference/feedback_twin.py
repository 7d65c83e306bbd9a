"""A twin of credit by cortical feedback, slow and obvious, from the equations of docs/pbwm.md §6, "Feedback"."""

import numpy as np


class TwinFeedback:
    """Memory of gating events of the stripes of a `tests.reference.pbwm_twin.Twin`, and learning from feedback.

    `coin(trial, stripe)` gives the uniform numbers that choose the rejected content.
    """

    def __init__(self, twin, coin):
        self.twin, self.coin = twin, coin
        stripes, size = twin.stripes, twin.layers["mnt"].size
        self.readable, self.offered, self.displaced, self.rejected, self.usual = np.zeros((5, stripes, size))
        self.kept_out = np.zeros(stripes)
        self.go_tag, self.nogo_tag = ({name: np.zeros(path.mask.shape) for name, path in self.paths()} for _ in "12")
        self.values, self.dopamine = np.zeros((3, stripes)), np.zeros((2, twin.gated_stripes))

    def paths(self):
        return [(name, self.twin.paths[sender, name]) for sender, name in self.twin.striatal]

    def factors(self, name):
        """The factor of the activity of each unit of a striatal layer; 0 for a lesioned unit."""
        a, alive = self.twin.layers[name].act, self.twin.layers[name].alive
        kinds = {"2a(1-a)": 2 * a * (1 - a), "a": a, "1/2": np.full(a.shape, 0.5)}
        return alive * kinds[self.twin.params.striatum.rule.factor]

    def by_stripe(self, values):
        return values.reshape(self.twin.stripes, -1).copy()

    def before_update(self):
        """End of the second quarter: the readable content so far, and that of superficial cortex."""
        self.readable = self.by_stripe(self.twin.layers["mnt_deep"].content)
        self.offered = self.twin.params.gating.maintenance_gain * self.by_stripe(self.twin.layers["mnt"].act)

    def remember(self):
        """The gating event of a trial: its contents, and tags at the active synapses."""
        twin = self.twin
        for k in range(twin.stripes):
            gated = twin.gate[k] > 0
            self.kept_out[k] = 0 if gated else self.kept_out[k] + 1
            drawn = not gated and self.coin(twin.trials - 1, k) * self.kept_out[k] < 1
            if gated:
                self.displaced[k], self.rejected[k] = self.readable[k], 0.0
            elif drawn:
                self.rejected[k] = self.offered[k]
            for name, path in self.paths():
                size = twin.layers[name].size
                own = slice(k * size, (k + 1) * size)
                event = np.where(path.mask[own], self.factors(name)[own, None] * twin.layers[path.sender].act, 0.0)
                if gated:
                    self.go_tag[name][own], self.nogo_tag[name][own] = event, 0.0
                elif drawn:
                    self.nogo_tag[name][own] = event

    def from_target(self, layer):
        """Phase difference of each unit; if a correct response is silent, at most the activity of a clamped unit."""
        silent, params = self.twin.params.striatum.rule.silent_when_correct, self.twin.params
        highest = params.neuron.clamp_max if silent else np.inf
        return np.minimum(layer.act, highest) - np.minimum(layer.act_minus, highest)

    def told(self, response):
        """The errors of output and hidden units, each minus its mean; 0 for lesioned units."""
        twin = self.twin
        rule, out, hidden = twin.params.striatum.rule, twin.layers["output"], twin.layers["hidden"]
        if rule.teacher == "target":
            output = self.from_target(out)
        else:
            output = twin.params.neuron.clamp_max * (np.arange(out.n) == response) * out.alive
        output = out.alive * (output - output.mean())
        inner = self.from_target(hidden)
        if rule.silent_when_correct:
            inner = min(1.0, np.abs(output).sum()) * inner
        if rule.teacher == "response" or rule.hidden_by_weights:
            inner = hidden.act_minus * (1 - hidden.act_minus) * (twin.paths["hidden", "output"].weight.T @ output)
        return output, hidden.alive * (inner - inner.mean())

    def evaluate(self, delivered, response, learn):
        """The value of each stripe's contents, and its dopamine."""
        twin, rule, n = self.twin, self.twin.params.striatum.rule, self.twin.stripes
        output, hidden = self.told(response)
        errors = {"output": output, "hidden": rule.hidden_feedback * hidden}
        feedback = self.fed_back(twin.memory, errors)
        if twin.params.match_units:
            of_match = twin.layers["match"].alive * self.fed_back("match", errors)
            feedback = feedback + np.tile(twin.layers["stimulus"].act, twin.stripes) * of_match
        for name in ("mnt_deep", "out", "out_deep") if twin.params.output_gating else ("mnt_deep",):
            feedback = feedback * twin.layers[name].alive
        if twin.reads_new_content():
            self.readable = self.by_stripe(twin.layers["mnt_deep"].content)
        contents = (self.readable, self.displaced, self.rejected)
        values = [(content * self.by_stripe(feedback)).sum(1) for content in contents]
        self.values = held, displaced, rejected = np.clip(values, -1, 1)
        teaches = float(delivered) * (twin.reward_system.dopamine if rule.teacher == "response" else 1.0)
        closed = rule.closed_gate_credit
        structural = rule.structural_credit and twin.params.output_gating
        if twin.params.gating.age_units:
            seen = twin.params.gating.age_stripes or n
            closed = np.where(np.arange(n) < seen, 1.0, closed)
        used = closed + (1 - closed) * twin.effective[n:] if structural else 1.0
        self.dopamine[0, :n] = teaches * used * (held - rule.displaced_weight * displaced)
        self.dopamine[1, :n] = teaches * used * rule.rejected_rate * (rejected - held)
        if twin.params.output_gating:
            usual = np.clip((self.usual * self.by_stripe(feedback)).sum(1), -1, 1)
            better = held - rule.output_baseline * usual
            better = np.where(better < 0, rule.output_dip_gain, 1.0) * better
            self.dopamine[0, n:] = teaches * rule.output_rate * better
        if delivered and learn and rule.output_baseline > 0:
            self.usual = self.usual + (self.readable - self.usual) / rule.baseline_tau

    def fed_back(self, sender, errors):
        """The errors of the targets of a layer, back through the weights."""
        return sum(twin_path.weight.T @ errors[target] for target, twin_path in self.driven(sender))

    def driven(self, sender):
        """The paths of a layer to output and hidden layer, by target."""
        paths = self.twin.paths
        return [(target, paths[sender, target]) for target in ("output", "hidden") if (sender, target) in paths]

    def seen(self, dopamine, name):
        """Dopamine at the receptors of a layer."""
        s = self.twin.params.striatum
        phasic = np.where(dopamine > 0, s.burst_gain, s.dip_gain) * dopamine
        return (s.d1_gain if name.startswith("go") else -s.d2_gain) * (s.dopamine_offset + phasic)

    def learn(self):
        twin = self.twin
        for name, path in self.paths():
            stored, kept_out = (np.repeat(self.seen(d, name), twin.layers[name].size)[:, None] for d in self.dopamine)
            now = np.where(path.mask, self.factors(name)[:, None] * twin.layers[path.sender].act, 0.0)
            maintains = np.arange(len(stored))[:, None] < twin.stripes * twin.layers[name].size
            change = np.where(maintains, stored * self.go_tag[name] + kept_out * self.nogo_tag[name], stored * now)
            path.change += twin.params.striatum.learning_rate * change * twin.layers[name].alive[:, None]
