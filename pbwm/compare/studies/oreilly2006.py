"""O'Reilly & Frank (2006): the studies behind its figures 10, 11 and 14, and what the paper reports.

The paper trained 20 networks of each kind until they had learned, and gives the mean of the epochs that they took.
Where it shows a number as a bar only, none stands here. Published numbers are no budget and no goal: all networks of a
kind get the same settings on a task, and those that do not learn are counted.
"""

from collections.abc import Mapping
from typing import Any

from pbwm.compare.study import Condition, Record, Study
from pbwm.compare.study.published import Part, Published

__all__ = ["OREILLY_2006"]

NETWORKS = 20
SEED = 0
PBWM = "PBWM"
LSTM_4 = "LSTM, forget gates, 4 cells"
RBP, SRN = "windowed backpropagation", "SRN"


def _row(name: str, learner: str, task: str, epochs: int, criterion: int | None = None, **changes: Any) -> Condition:
    return Condition(
        name=name, learners=(learner,), tasks=(task,), epochs=epochs, criterion=criterion, parameters=changes
    )


FIGURE_10 = Part(
    title="Figure 10: epochs to criterion on 1-2-AX",
    study=Study(
        name="oreilly2006-figure-10",
        question="How long do networks of each kind take to learn 1-2-AX?",
        conditions=(
            _row(PBWM, "pbwm", "12ax", 1000),
            _row(LSTM_4, "lstm", "12ax", 2000, blocks=4),
            _row(RBP, "rbp", "12ax", 10_000),
            _row(SRN, "srn", "12ax", 10_000),
        ),
        replicas=NETWORKS,
        seed=SEED,
        record=(Record.CURVES,),
    ),
    published={
        ("12ax", PBWM): Published(success=1.0, words="a bar; same league as LSTM and RBP"),
        ("12ax", LSTM_4): Published(words="a bar"),
        ("12ax", RBP): Published(epochs=353, success=0.96),
        ("12ax", SRN): Published(epochs=2994, success=1.0),
    },
)

STRICTER = 4
"""Epochs without an error that the paper asks for on SIR-2 with shared symbols, in the stricter of its criteria."""

FIGURE_11 = Part(
    title="Figure 11: epochs to criterion on SIR-2, with dedicated and with shared symbols",
    study=Study(
        name="oreilly2006-figure-11",
        question="How long do networks of each kind take to learn SIR-2, and which never do with shared symbols?",
        conditions=tuple(
            _row(name, learner, task, epochs, criterion, **changes)
            for task, criterion, longest in (("sir2-dedicated", None, 60_000), ("sir2", STRICTER, 10_000))
            for name, learner, epochs, changes in (
                (PBWM, "pbwm", 500, {}),
                (LSTM_4, "lstm", 5000, {"blocks": 4}),
                (RBP, "rbp", 5000, {}),
                (SRN, "srn", longest, {"hidden": 49, "learning_rate": 0.01}),
            )
        ),
        replicas=NETWORKS,
        seed=SEED,
        record=(Record.CURVES,),
    ),
    published={
        ("sir2-dedicated", PBWM): Published(words="a bar"),
        ("sir2-dedicated", LSTM_4): Published(words="a bar; comparable"),
        ("sir2-dedicated", RBP): Published(words="a bar; comparable"),
        ("sir2-dedicated", SRN): Published(epochs=40_090),
        ("sir2", PBWM): Published(words="reached"),
        ("sir2", LSTM_4): Published(words="reached"),
        ("sir2", RBP): Published(success=0.0, words="never"),
        ("sir2", SRN): Published(success=0.0, words="never"),
    },
)

LOOP = "phonological-loop"

FIGURE_14 = Part(
    title="Figure 14: the phonological loop, epochs to criterion and error on novel sequences",
    study=Study(
        name="oreilly2006-figure-14",
        question="Which networks learn the phonological loop, and does it hold for novel sequences?",
        conditions=(
            _row(PBWM, "pbwm", LOOP, 200),
            _row(LSTM_4, "lstm", LOOP, 1000, blocks=4),
            _row(RBP, "rbp", LOOP, 1000),
            _row(SRN, "srn", LOOP, 1000, hidden=196, learning_rate=0.005),
        ),
        replicas=NETWORKS,
        seed=SEED,
        record=(Record.CURVES,),
    ),
    published={
        (LOOP, PBWM): Published(words="faster; low error on novel sequences"),
        (LOOP, LSTM_4): Published(words="faster; low error on novel sequences"),
        (LOOP, RBP): Published(words="slower, in a fixed order only; higher error on novel sequences"),
        (LOOP, SRN): Published(words="slower; memorises"),
    },
    novel=True,
)

OREILLY_2006: Mapping[str, Part] = {"figure-10": FIGURE_10, "figure-11": FIGURE_11, "figure-14": FIGURE_14}
"""Part of the paper → study and published numbers."""
