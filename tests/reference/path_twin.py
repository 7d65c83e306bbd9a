"""Projections of `tests.reference.pbwm_twin`, and the time course of the content of a stripe."""

import numpy as np


def profile_value(profile, updates):
    """Active part of the content of a stripe (§5)."""
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
