"""Counting languages of Gers & Schmidhuber (2001): networks learn short strings, and the accepted range is measured.

Only the abstract was available, and it has no numbers. Training ranges and settings are therefore ours.
"""

from typing import Any

from lstm_baseline import SGD, Learning, LSTMParams, Truncated
from pbwm.compare.experiment.counting_goal import AcceptedRange
from pbwm.compare.published import paper
from pbwm.compare.published.paper import Paper, Part, Published
from tasks.counting import Counting

__all__ = ["GERS_2001", "NETWORKS", "UNREAD", "peepholes"]

NETWORKS = 10
STRINGS = 40_000
"""Largest number of strings of a network."""
UNREAD = "no number in the abstract; the text was not available"
"""Stands in place of a published number."""
TAUGHT: dict[str, Any] = {"all_taught": True, "tolerance": 0.49}
"""All possible next letters are targets; outputs must be closer to them than to the alternative."""


def peepholes(rate: float = 0.1, **changes: Any) -> LSTMParams:
    """The form of 2002 with peepholes and the truncated rule, h the identity, reset at every string."""
    learning = Learning(rule=Truncated(), optimiser=SGD(learning_rate=rate), clip_norm=None)
    form = {"cells_per_block": 1, "reset_at_start": True, "learning": learning}
    return LSTMParams.gers_2002(**{**form, **changes})


def experiment(name: str, task: Counting, blocks: int, rate: float, **changes: Any) -> tuple[str, Part]:
    """One language with its training range."""
    least, most = task.counts
    looks = peepholes(rate, blocks=blocks, **changes)
    without = "" if looks.peepholes else "out"
    return paper.experiment(
        "gers2001",
        f"{name}, n = {least} to {most}" + (", no peepholes" if without else ""),
        task=task,
        model="lstm-2000",
        params=looks,
        settings=f"{blocks} blocks of 1 cell, with{without} peepholes, rate {rate:g}, reset at every string",
        goal=AcceptedRange(),
        most=STRINGS,
        published=Published(words=UNREAD),
        networks=NETWORKS,
    )


def languages(**changes: Any) -> tuple[tuple[str, Part], ...]:
    """All three languages."""
    return (
        experiment("anbn", Counting.a_b(**TAUGHT), 1, 0.5, **changes),
        experiment("anbmBmAn", Counting.a_b_b_a(**TAUGHT), 2, 0.1, **changes),
        experiment("anbncn", Counting.a_b_c(**TAUGHT), 2, 0.1, **changes),
    )


GERS_2001 = Paper(
    name="gers2001",
    title="Gers & Schmidhuber (2001), IEEE Transactions on Neural Networks 12:1333-1340",
    summary="Counting languages, context-free and context-sensitive: the range of strings accepted after training.",
    parts=dict((*languages(), *languages(peepholes=False))),
)
