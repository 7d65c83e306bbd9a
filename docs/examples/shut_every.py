"""A manipulation of one's own: one stripe cannot store new content at every third step."""

from dataclasses import dataclass

from pbwm.manipulations import Manipulation


@dataclass(frozen=True, kw_only=True)
class ShutEvery(Manipulation):
    """Force the input gate of one stripe shut at every n-th step of a run."""

    stripe: int = 0
    steps: int = 3

    def force(self, forced, places, part):
        row, lanes = places.of_stripe(self.stripe)
        forced[:: self.steps, row, lanes] = 0
