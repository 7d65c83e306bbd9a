"""The continual embedded Reber grammar of Gers, Schmidhuber & Cummins (2000), with the paper's settings and numbers.

All possible next letters are targets. A prediction is correct if every output is within .49 of its target.
"""

from dataclasses import replace
from typing import Any

from lstm_baseline import Decay, Learning, LSTMParams
from pbwm.compare.experiment.streams import PerfectStreams
from pbwm.compare.published import paper
from pbwm.compare.published.paper import Paper, Part, Published
from tasks.reber import EmbeddedReber

__all__ = ["GERS_2000"]

STREAMS = 30_000
"""Largest number of training streams of a network."""
DECAYED = 3000
"""Steps after which the decaying rate is 1e-13 of its initial value."""


def experiment(name: str, success: float, settings: str, **changes: Any) -> tuple[str, Part]:
    """One line of the paper's table."""
    params = LSTMParams.gers_2000(**changes)
    return paper.experiment(
        "gers2000",
        name,
        task=EmbeddedReber.gers_2000(starts_given=True, tolerance=0.49, all_taught=True),
        model="lstm-2000",
        params=params,
        settings=f"4 blocks of 2, rate .5, weights and output biases ±.2, gates ∓.5, 1, 1.5, 2; {settings}",
        goal=PerfectStreams(taught=DECAYED) if params.learning.decay < 1 else PerfectStreams(),
        most=STREAMS,
        published=Published(success=success),
    )


def decaying() -> Learning:
    """The paper's learning: a rate of .5 that is multiplied by .99 at every step."""
    return replace(LSTMParams.gers_2000().learning, decay=0.99, decay_by=Decay.STEP)


GERS_2000 = Paper(
    name="gers2000",
    title="Gers, Schmidhuber & Cummins (2000), Neural Computation 12:2451-2471",
    summary="The continual Reber grammar, with and without forget gates and resets.",
    parts=dict(
        (
            experiment(
                "resets, no forget gates", 0.74, "state reset at every string", forget_gate=False, reset_at_start=True
            ),
            experiment("no resets, no forget gates", 0.0, "never reset", forget_gate=False),
            experiment("forget gates", 0.18, "never reset"),
            experiment(
                "forget gates, decay", 0.62, "never reset, rate × .99 with every step of a stream", learning=decaying()
            ),
        )
    ),
)
