"""Measuring spike delays, with and without peepholes: Gers, Schraudolph & Schmidhuber (2002).

Of the paper only the abstract was available: networks with peepholes learn to tell intervals of 50 from intervals of 49
steps. It has no counts, so no row has a published number; epochs and learning rate are ours.
"""

from typing import Any

from lstm_baseline import SGD, Learning, LSTMParams, Truncated
from pbwm.compare.published import paper
from pbwm.compare.published.gers2001 import NETWORKS
from pbwm.compare.published.paper import Paper, Part, Published
from tasks.timing import SpikeDelays

__all__ = ["GERS_2002"]

RATE = 0.1
"""Learning rate."""


def experiment(interval: int, epochs: int, *, peepholes: bool) -> tuple[str, Part]:
    """Intervals of this many steps, to be distinguished from intervals of one more."""
    learning = Learning(rule=Truncated(), optimiser=SGD(learning_rate=RATE), clip_norm=None)
    params = LSTMParams.gers_2002(blocks=1, cells_per_block=1, peepholes=peepholes, learning=learning)
    without = "" if peepholes else "out"
    words = "learned with peepholes, says the abstract" if interval == LONGEST and peepholes else ""
    return paper.experiment(
        "gers2002",
        f"delays of 0 or 1 after {interval} steps, with{without} peepholes",
        task=SpikeDelays(interval=interval),
        model="lstm-2000",
        params=params,
        settings=f"1 block of 1 cell, h the identity, rate {RATE:g}, a stream that is never reset",
        goal=None,
        most=epochs,
        published=Published(words=words),
        networks=NETWORKS,
    )


LONGEST = 49
"""Steps of the shorter of the two intervals that the abstract names."""


def rows(*intervals: int, epochs: int) -> dict[str, Part]:
    """Each interval, with and without peepholes."""
    found: list[Any] = [experiment(steps, epochs, peepholes=there) for steps in intervals for there in (True, False)]
    return dict(found)


GERS_2002 = Paper(
    name="gers2002",
    title="Gers, Schraudolph & Schmidhuber (2002), Journal of Machine Learning Research 3:115-143",
    summary="Measuring spike delays, with and without peepholes.",
    parts=rows(10, 20, LONGEST, epochs=1000),
)
