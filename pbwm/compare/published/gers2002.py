"""Measuring spike delays, with and without peepholes: Gers, Schraudolph & Schmidhuber (2002).

Only the abstract of the paper was available: networks with peepholes learn to distinguish intervals of 50 and of 49
steps. It has no counts, so no row has a published number. Epochs and learning rates are ours; they were chosen on the
search seed, on which the truncated gradient learned the task at none of four rates, from .5 to .001.
"""

from typing import Any

from lstm_baseline import BPTT, SGD, Adam, Learning, LSTMParams, Truncated
from pbwm.compare.published import paper
from pbwm.compare.published.gers2001 import NETWORKS
from pbwm.compare.published.paper import Paper, Part, Published
from tasks.timing import SpikeDelays

__all__ = ["GERS_2002"]

EPOCHS = 500
"""Epochs of 100 intervals that a network gets at most."""
LONGEST = 49
"""Steps of the shorter of the two intervals that the abstract names."""


def experiment(interval: int, model: str, params: Any, name: str, settings: str) -> tuple[str, Part]:
    """Intervals of this many steps, to be distinguished from intervals of one more."""
    learned = "learned, says the abstract" if interval == LONGEST and params.peepholes else ""
    without = "" if params.peepholes else "out"
    return paper.experiment(
        "gers2002",
        f"{interval} or {interval + 1} steps, with{without} peepholes{name}",
        task=SpikeDelays(interval=interval),
        model=model,
        params=params,
        settings=f"{settings}; a stream that is never reset",
        goal=None,
        most=EPOCHS,
        published=Published(words=learned),
        networks=NETWORKS,
    )


def by_bptt(interval: int, peepholes: bool) -> tuple[str, Part]:
    """Eight cells of today's form, by backpropagation through two intervals and Adam at a rate of .001."""
    window = 2 * interval + 4
    learning = Learning(rule=BPTT(window=window), optimiser=Adam(learning_rate=0.001))
    params = LSTMParams.modern(peepholes=peepholes, learning=learning)
    return experiment(interval, "lstm", params, "", f"8 cells, BPTT through {window} steps, Adam, rate .001")


def truncated(interval: int, peepholes: bool) -> tuple[str, Part]:
    """One cell of the form of 2002, by the truncated gradient after every step."""
    learning = Learning(rule=Truncated(), optimiser=SGD(learning_rate=0.1), clip_norm=None)
    params = LSTMParams.gers_2002(blocks=1, cells_per_block=1, peepholes=peepholes, learning=learning)
    return experiment(interval, "lstm-2000", params, ", truncated gradient", "1 block of 1 cell, rate .1")


GERS_2002 = Paper(
    name="gers2002",
    title="Gers, Schraudolph & Schmidhuber (2002), Journal of Machine Learning Research 3:115-143",
    summary="Measuring spike delays, with and without peepholes.",
    parts=dict(
        (
            *(by_bptt(interval, there) for interval in (10, 20, LONGEST) for there in (True, False)),
            *(truncated(10, there) for there in (True, False)),
        )
    ),
)
