"""Spike delays, timed spikes and periodic functions, with and without peepholes: Gers et al. (2002).

Only the abstract was available: networks with peepholes distinguish intervals of 50 and 49 steps, and generate streams
of timed spikes and periodic patterns. It has no counts. Shapes, periods, epochs and learning rates are ours, chosen on
the search seed. There, the truncated gradient learned spike delays at none of four rates, from .5 to .001.
"""

from collections.abc import Iterator
from typing import Any

from lstm_baseline import BPTT, SGD, Adam, Learning, LSTMParams, Truncated
from pbwm.compare.published import paper
from pbwm.compare.published.paper import NETWORKS, Paper, Part, Published
from tasks.timed_pattern import Shape, TimedPattern
from tasks.timing import SpikeDelays

__all__ = ["GERS_2002"]

EPOCHS = 500
"""Largest number of epochs of a network, each of 100 intervals or 25 patterns."""
LONGEST = 49
"""Steps of the shorter of the abstract's two intervals."""
DISTINGUISHED, STABLE = "learned, says the abstract", "stable streams, says the abstract"
"""The abstract's results with peepholes."""


def experiment(
    name: str, task: Any, model: str, params: Any, settings: str, words: str = "", rule: str = ""
) -> tuple[str, Part]:
    """One row; `name` is completed by peepholes and the `rule` of another gradient."""
    without = "" if params.peepholes else "out"
    return paper.experiment(
        "gers2002",
        f"{name}, with{without} peepholes{rule}",
        task=task,
        model=model,
        params=params,
        settings=f"{settings}; a stream that is never reset",
        goal=None,
        most=EPOCHS,
        published=Published(words=words),
        networks=NETWORKS,
    )


def delays(interval: int) -> tuple[str, SpikeDelays]:
    """Intervals of this many steps, to be distinguished from intervals of one more."""
    return f"{interval} or {interval + 1} steps", SpikeDelays(interval=interval)


def by_bptt(named: tuple[str, Any], period: int, peepholes: bool, words: str = "") -> tuple[str, Part]:
    """Eight cells of today's form, by backpropagation through two periods and Adam at a rate of .001."""
    window = 2 * period + 4
    learning = Learning(rule=BPTT(window=window), optimiser=Adam(learning_rate=0.001))
    params = LSTMParams.modern(peepholes=peepholes, learning=learning)
    settings = f"8 cells, BPTT through {window} steps, Adam, rate .001"
    return experiment(*named, "lstm", params, settings, words if peepholes else "")


def patterns() -> Iterator[tuple[str, Part]]:
    """Timed spikes every 10 and 20 steps, and functions with a period of 10, with and without peepholes."""
    for there in (True, False):
        for period in (10, 20):
            yield by_bptt((f"a spike every {period} steps", TimedPattern.spikes(period=period)), period, there, STABLE)
        for shape in (Shape.COSINE, Shape.TRIANGLE, Shape.RECTANGLE):
            named = f"{shape}, period 10", TimedPattern.function(shape=shape)
            yield by_bptt(named, 10, there, STABLE)


def truncated(interval: int, peepholes: bool) -> tuple[str, Part]:
    """One cell of the form of 2002, by the truncated gradient after every step."""
    learning = Learning(rule=Truncated(), optimiser=SGD(learning_rate=0.1), clip_norm=None)
    params = LSTMParams.gers_2002(blocks=1, cells_per_block=1, peepholes=peepholes, learning=learning)
    settings, rule = "1 block of 1 cell, rate .1", ", truncated gradient"
    return experiment(*delays(interval), "lstm-2000", params, settings, rule=rule)


GERS_2002 = Paper(
    name="gers2002",
    title="Gers, Schraudolph & Schmidhuber (2002), Journal of Machine Learning Research 3:115-143",
    summary="Spike delays, timed spikes and periodic functions, with and without peepholes.",
    parts=dict(
        (
            *(by_bptt(delays(interval), interval, there) for interval in (10, 20) for there in (True, False)),
            *(by_bptt(delays(LONGEST), LONGEST, there, DISTINGUISHED) for there in (True, False)),
            *(truncated(10, there) for there in (True, False)),
            *patterns(),
        )
    ),
)
