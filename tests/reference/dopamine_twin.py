"""A twin of the dopamine systems of one network: NumPy in float64, from the equations (docs/pbwm.md §6).

Weights, activities and scales are dicts by layer.
"""

import numpy as np


class TwinDopamine:
    """Values, dopamine and acetylcholine by the parameters `d`, for layers of `sizes` (name: units)."""

    def __init__(self, d, g_tau, reward_tau, sizes):
        self.d, self.g_tau, self.reward_tau = d, g_tau, reward_tau
        self.system = type(d).__name__
        self.zero = 0.5 if self.system == "PVLV" else 0.0  # the value of nothing
        self.weight = {name: np.zeros(n) for name, n in sizes.items()}
        self.lve_weight = {name: np.zeros(n) for name, n in sizes.items()}
        self.lvi_weight = {name: np.zeros(n) for name, n in sizes.items()}
        self.eligibility = {name: np.zeros(n) for name, n in sizes.items()}
        self.transmission = {name: np.ones(n) for name, n in sizes.items()}
        self.ge = self.lve_ge = self.lvi_ge = 0.0
        self.prediction = self.reward = self.zero
        self.dopamine = self.ach = self.value_before = 0.0
        self.ach_drive = 1.0

    def cycle(self, sent, scale, plus, delivered, reward):
        """One cycle: activity `sent` by the layers makes values; these and reward make dopamine and acetylcholine."""
        d = self.d
        fresh = {name: self.transmission[name] * sent[name] for name in self.weight}
        self.ge += (self.drive(self.weight, sent, scale) - self.ge) / self.g_tau
        self.lve_ge += (self.drive(self.lve_weight, fresh, scale) - self.lve_ge) / self.g_tau
        self.lvi_ge += (self.drive(self.lvi_weight, fresh, scale) - self.lvi_ge) / self.g_tau
        self.prediction = np.clip(self.zero + self.ge, *self.bounds())
        self.reward = reward if delivered else self.reward + (self.zero - self.reward) / self.reward_tau
        self.dopamine = 0.0
        if self.system == "RescorlaWagner" and delivered:
            self.dopamine = self.reward - self.prediction
        if self.system == "TemporalDifference" and plus:
            self.dopamine = self.reward + d.discount * self.prediction - self.value_before
        if self.system == "PVLV" and plus:
            lve, lvi = np.clip(0.5 + self.lve_ge, 0, 1), np.clip(0.5 + self.lvi_ge, d.lvi_min, 1)
            if d.lv_always or not self.due():
                self.dopamine += lve - lvi
            if self.due():
                self.dopamine += self.reward - self.prediction
        self.ach = 1.0 if self.ach_drive > d.reward_threshold else self.ach_drive
        self.ach_drive = max(abs(self.reward - self.zero), abs(self.prediction - self.zero))

    def drive(self, weight, sent, scale):
        return sum(scale[name] * (w @ sent[name]) for name, w in weight.items())

    def bounds(self):
        if self.system == "RescorlaWagner":
            return self.d.prediction_min, self.d.prediction_max
        return (0.0, 1.0) if self.system == "PVLV" else (-np.inf, np.inf)

    def due(self):
        """Whether primary value is present or expected."""
        outside = [not self.d.filter_min <= v <= self.d.filter_max for v in (self.reward, self.prediction)]
        return any(outside)

    def end(self, act, sent, scale, learn):
        """The end of a step: weights, if it `learn`s, and what the next step needs."""
        d = self.d
        if learn and self.system == "RescorlaWagner":
            self.delta_rule(self.weight, d.learning_rate, self.dopamine, self.ge, self.bounds(), act)
        if learn and self.system == "TemporalDifference":
            for name, w in self.weight.items():
                w += d.learning_rate * self.dopamine * self.eligibility[name]
        if learn and self.system == "PVLV":
            lve, lvi = (self.lve_weight, d.lve_learning_rate, 0), (self.lvi_weight, d.lvi_learning_rate, d.lvi_min)
            error = self.reward - self.prediction
            self.delta_rule(self.weight, d.learning_rate, error, 0.5 + self.ge, (0, 1), act)
            for weight, rate, least in (lve, lvi) if self.due() else ():
                said = 0.5 + self.drive(weight, sent, scale)
                self.delta_rule(weight, rate, self.reward - np.clip(said, least, 1), said, (least, 1), act)
        self.value_before = self.drive(self.weight, sent, scale)
        for name in self.weight:
            if self.system == "TemporalDifference":
                self.eligibility[name] = d.discount * d.trace_decay * self.eligibility[name] + act[name]
            if self.system == "PVLV":
                t = self.transmission[name]
                self.transmission[name] = np.clip(t + d.recovery * (1 - t) - d.depression * act[name], 0, 1)

    def delta_rule(self, weight, rate, error, raw, bounds, act):
        """``Δw = rate · error · s``, unless the value is out of bounds and would be pushed further."""
        if (raw - np.clip(raw, *bounds)) * error > 0:
            return
        for name, w in weight.items():
            w += rate * error * act[name]
