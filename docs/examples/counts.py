"""A model without any package but NumPy: it counts which response was correct after each pair of symbols."""

from dataclasses import dataclass

import numpy as np

from tasks.base.own import OwnLearner


@dataclass(frozen=True, kw_only=True)
class Params:
    prior: float = 0.5


class Counts(OwnLearner):
    """Count how often each response was correct, by the current symbol and the one before it."""

    params_kind = Params

    def begin(self):
        self.sizes = [len(channel.symbols) + 1 for channel in self.spec.channels]
        shown = int(np.prod(self.sizes))
        self.counts = np.full((self.networks, shown, shown, len(self.spec.responses)), self.params.prior)
        self.before = np.zeros((self.networks, 1), np.intp)

    def answer(self, block, learn):
        response = np.full(block.target.shape, -1)
        for network, length in enumerate(block.length.tolist()):
            for step in range(length):
                now = np.ravel_multi_index(block.symbols[network, step] + 1, self.sizes)
                counts = self.counts[network, self.before[network, 0], now]
                response[network, step] = counts.argmax()
                if learn and block.counts[network, step]:
                    counts[block.target[network, step]] += 1
                self.before[network, 0] = now
        return response

    def kept(self):
        return {"counts": self.counts, "before": self.before}

    def keep(self, state):
        self.counts, self.before = state["counts"].copy(), state["before"].copy()
