"""A dopamine system alone: cues in one layer, reward in the plus phase, and a log of every cycle."""

import numpy as np
from numba import njit

from pbwm.kernels import tables
from pbwm.kernels.dopamine import carry_over, learn_prediction
from pbwm.kernels.trial import begin_trial, cycle
from pbwm.params import PBWMParams
from tasks.engine.lanes import LANES, aligned_zeros, fill, load, store
from tests.pbwm.nets import build, layer

SEEN = ("dopamine", "prediction", "acetylcholine")
MINUS = 75


@njit(error_model="numpy")
def live(learn, shown, due, reward, net, state, log):
    """Steps with cues `shown` (step × unit), and rewards of `reward` (step) where `due`."""
    nothing, cues, row, network = fill(state.sent, 0.0), len(shown) // len(due), 0, state.network[0]
    for step in range(len(due)):
        begin_trial(False, net, state)
        for u in range(cues):
            store(state.units[u], "clamp", load(shown, step * cues + u))
        for now in range(tables.CYCLES):
            delivered = load(due, step) > 0.0 if now >= MINUS else nothing > 0.0
            cycle(now >= MINUS, delivered, load(reward, step), net, state)
            store(log, row, load(network, "dopamine"))
            store(log, row + 1, load(network, "prediction"))
            store(log, row + 2, load(network, "acetylcholine"))
            row += 3
        if learn:
            learn_prediction(net, state)
        carry_over(net, state)


class Conditioned:
    """A dopamine system with `cues` units, and its learned values."""

    def __init__(self, dopamine, cues, dtype=np.float64):
        self.cues, self.dtype = cues, dtype
        params = PBWMParams(dopamine=dopamine)
        _, self.net, self.block = build([layer("cues", tables.INPUT, cues)], [], params, ("cues",), dtype)

    def live(self, steps, learn=True):
        """Run `steps`, each the cues shown and the reward (None: not due); `SEEN` by name, (step, cycle)."""
        shown = np.array([[float(u in cues) for u in range(self.cues)] for cues, _ in steps])
        due = np.array([reward is not None for _, reward in steps], float)
        reward = np.array([reward or 0.0 for _, reward in steps])
        log = aligned_zeros(len(steps) * tables.CYCLES * len(SEEN), self.dtype)
        live(learn, *map(self.lanes, (shown, due, reward)), self.net, self.block.arrays, log)
        seen = log[:, 0].reshape(len(steps), tables.CYCLES, len(SEEN))
        return {name: seen[:, :, i] for i, name in enumerate(SEEN)}

    def dopamine(self, steps, times=1, learn=True):
        """Dopamine at the end of each step of the last of `times` runs through `steps`."""
        return self.live(steps * times, learn)["dopamine"][-len(steps) :, -1]

    def lanes(self, values):
        """Values in rows, the same in every lane."""
        rows = aligned_zeros(values.size, self.dtype)
        rows[...] = np.repeat(values.reshape(-1, 1), LANES, axis=1)
        return rows
