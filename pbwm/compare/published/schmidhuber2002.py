"""Simple recurrent networks and the LSTM on counting languages: Schmidhuber, Gers & Eck (2002).

Only the abstract was available (`pbwm.compare.published.gers2001`). Simple recurrent networks answer by a choice, so
only responses to certain letters count.
"""

from typing import Any

from lstm_baseline import Output, SRNParams
from pbwm.compare.experiment.counting_goal import AcceptedRange
from pbwm.compare.published import paper
from pbwm.compare.published.gers2001 import NETWORKS, UNREAD, peepholes
from pbwm.compare.published.paper import Paper, Part, Published
from tasks.counting import Counting

__all__ = ["SCHMIDHUBER_2002"]


def experiment(name: str, task: Counting, model: str, params: Any, settings: str) -> tuple[str, Part]:
    """One kind of network on one language."""
    return paper.experiment(
        "schmidhuber2002",
        name,
        task=task,
        model=model,
        params=params,
        settings=f"{settings}; n = {task.counts[0]} to {task.counts[1]}, at most 1000 epochs of 40 strings",
        goal=AcceptedRange(),
        most=40_000,
        published=Published(words=UNREAD),
        networks=NETWORKS,
    )


def both(name: str, task: Counting, blocks: int) -> tuple[tuple[str, Part], ...]:
    """A language for both kinds of network."""
    lstm = peepholes(blocks=blocks, output=Output.LOGISTIC)
    srn = SRNParams(hidden=HIDDEN, hysteresis=0.0, learning_rate=0.1)
    return (
        experiment(f"{name}, LSTM", task, "lstm-2000", lstm, f"{blocks} blocks of 1 cell, peepholes, rate .1"),
        experiment(f"{name}, SRN", task, "srn", srn, f"{HIDDEN} hidden units, context copied, rate .1"),
    )


HIDDEN = 10
"""Hidden units of simple recurrent networks."""

SCHMIDHUBER_2002 = Paper(
    name="schmidhuber2002",
    title="Schmidhuber, Gers & Eck (2002), Neural Computation 14:2039-2041",
    summary="Counting languages: simple recurrent networks and the LSTM.",
    parts=dict(
        (
            *both("anbn", Counting.a_b(certain_only=True), 1),
            *both("anbmBmAn", Counting.a_b_b_a(certain_only=True), 2),
            *both("anbncn", Counting.a_b_c(certain_only=True), 2),
        )
    ),
)
