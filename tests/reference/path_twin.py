"""Projections of `tests.reference.pbwm_twin`, and how long a stripe lets its content act."""

import numpy as np


def profile_value(profile, updates):
    """How much of its content a stripe lets act: up to 1, and down from there (§5)."""
    value = profile.initial
    for now in range(updates):
        if now < profile.rise_tau:
            value += (1 - profile.initial) / profile.rise_tau
        elif profile.decay_tau > 0:
            value -= (1 if profile.rise_tau else profile.initial) / profile.decay_tau
    return max(value, profile.least)


class TwinPath:
    """A projection: linear and effective weights, receiver × sender, 0 where `mask` has no synapse."""

    def __init__(self, sender, target, mask, *, kind, sign=1, absolute=1.0, relative=1.0, scaled=True):
        self.sender, self.target, self.mask = sender, target, mask
        self.kind, self.sign, self.absolute, self.relative = kind, sign, absolute, relative
        self.weight, self.linear = np.zeros(mask.shape), np.zeros(mask.shape)
        self.norm, self.moment = np.zeros(mask.shape), np.zeros(mask.shape)
        self.trace, self.change = np.zeros(mask.shape), np.zeros(mask.shape)
        self.scaled = scaled
        self.habit = np.full(mask.shape, np.nan)
        self.scale = 0.0
