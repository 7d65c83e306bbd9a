"""O'Reilly & Frank (2006): the studies for its figures 10, 11 and 14 and tables 1 and 2, with the paper's numbers.

The paper trained 20 networks of each kind until they had learned, and reports their mean epochs, some only as bars,
which are not declared here. Here, networks of a kind have the same settings and budget on a task, and those that do not
learn are counted. The response of a network is its most active output, except in strict networks of tables 1 and 2
(`ungated.py`).
"""

from collections.abc import Mapping
from typing import Any

from lstm_baseline.params import LSTMParams
from pbwm.compare.experiment import Condition, Record, Study
from pbwm.compare.published.paper import Paper, Part, Published
from pbwm.compare.studies.changes import changes_of
from pbwm.compare.studies.ungated import BUDGET, NETWORKS, RBP_12AX, SRN_12AX
from tasks.catalog import TASKS

__all__ = ["OREILLY_2006"]

SEED = 0
PBWM, FORM_2006 = "PBWM", "PBWM in the form of 2006"
LSTM_4 = "LSTM, forget gates, 4 cells"
RBP, SRN = "windowed backpropagation", "SRN"


def _row(name: str, model: str, task: str, epochs: int, criterion: int | None = None, **changes: Any) -> Condition:
    return Condition(name=name, models=(model,), tasks=(task,), epochs=epochs, criterion=criterion, parameters=changes)


def _four_cells(task: str) -> dict[str, Any]:
    return changes_of("lstm", task, LSTMParams.modern(blocks=4))


FIGURE_10 = Part(
    title="Figure 10: epochs to criterion on 1-2-AX",
    study=Study(
        name="oreilly2006-figure-10",
        question="How long do networks of each kind take to learn 1-2-AX?",
        conditions=(
            _row(PBWM, "pbwm", "12ax", 1000),
            _row(FORM_2006, "pbwm-2006", "12ax", 1000),
            _row(LSTM_4, "lstm", "12ax", 2000, **_four_cells("12ax")),
            _row(RBP, "rbp", "12ax", BUDGET),
            _row(SRN, "srn", "12ax", BUDGET),
        ),
        networks=NETWORKS,
        seed=SEED,
        record=(Record.CURVES, Record.WEIGHTS),
    ),
    published={
        **dict.fromkeys(
            [("12ax", PBWM), ("12ax", FORM_2006)],
            Published(success=1.0, words="a bar without a value; similar to LSTM and RBP"),
        ),
        ("12ax", LSTM_4): Published(words="a bar without a value"),
        ("12ax", RBP): Published(epochs=353, success=0.96),
        ("12ax", SRN): Published(epochs=2994, success=1.0),
    },
)

STRICTER = 4
"""Successive epochs without an error in the stricter of the paper's criteria for SIR-2 with shared symbols."""

FIGURE_11 = Part(
    title="Figure 11: epochs to criterion on SIR-2, with dedicated and with shared symbols",
    study=Study(
        name="oreilly2006-figure-11",
        question="How long do networks of each kind take to learn SIR-2, and which never do with shared symbols?",
        conditions=tuple(
            _row(name, model, task, epochs, criterion, **changes)
            for task, criterion, longest in (("sir2-dedicated", None, 60_000), ("sir2", STRICTER, 10_000))
            for name, model, epochs, changes in (
                (PBWM, "pbwm", 500, {}),
                (FORM_2006, "pbwm-2006", 300, {}),
                (LSTM_4, "lstm", 5000, _four_cells(task)),
                (RBP, "rbp", 5000, {}),
                (SRN, "srn", longest, {"hidden": 49, "learning_rate": 0.01}),
            )
        ),
        networks=NETWORKS,
        seed=SEED,
        record=(Record.CURVES, Record.WEIGHTS),
    ),
    published={
        **dict.fromkeys(
            [("sir2-dedicated", PBWM), ("sir2-dedicated", FORM_2006)], Published(words="a bar without a value")
        ),
        ("sir2-dedicated", LSTM_4): Published(words="a bar without a value; similar to PBWM"),
        ("sir2-dedicated", RBP): Published(words="a bar without a value; similar to PBWM"),
        ("sir2-dedicated", SRN): Published(epochs=40_090),
        **dict.fromkeys([("sir2", PBWM), ("sir2", FORM_2006)], Published(words="learned")),
        ("sir2", LSTM_4): Published(words="learned"),
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
            _row(FORM_2006, "pbwm-2006", LOOP, 20),
            _row(LSTM_4, "lstm", LOOP, 1000, **_four_cells(LOOP)),
            _row(RBP, "rbp", LOOP, 1000),
            _row(SRN, "srn", LOOP, 1000, hidden=196, learning_rate=0.005),
        ),
        networks=NETWORKS,
        seed=SEED,
        record=(Record.CURVES, Record.WEIGHTS),
    ),
    published={
        **dict.fromkeys([(LOOP, PBWM), (LOOP, FORM_2006)], Published(words="faster; low error on novel sequences")),
        (LOOP, LSTM_4): Published(words="faster; low error on novel sequences"),
        (LOOP, RBP): Published(words="slower; learned only in a fixed order; higher error on novel sequences"),
        (LOOP, SRN): Published(words="slower; memorizes"),
    },
    novel=True,
)

SIZE_AND_HYSTERESIS = {
    "49 hidden": Published(epochs=5079, success=0.86),
    "36 hidden": Published(epochs=6350, success=0.26),
    "25 hidden": Published(epochs=5367, success=0.04),
    "hysteresis .7": Published(epochs=3044, success=0.98),
    "hysteresis .3": Published(epochs=6913, success=0.38),
    "hysteresis .2": Published(success=0.0),
    "hysteresis .1": Published(success=0.0),
}
"""Of table 1; rows with 100 hidden units, hysteresis .5 and rate .1, except where the name says otherwise."""

TABLE_1 = Part(
    title="Table 1: simple recurrent networks on 1-2-AX, by size, hysteresis and learning rate",
    study=SRN_12AX,
    published={
        ("12ax", "100 hidden, hysteresis .5, rate .1"): Published(epochs=2994, success=1.0),
        ("12ax", "by response, 100 hidden"): Published(epochs=2994, success=1.0),
        **{("12ax", name): published for name, published in SIZE_AND_HYSTERESIS.items()},
        **{("12ax", f"by response, {name}"): published for name, published in SIZE_AND_HYSTERESIS.items()},
        ("12ax", "rate 0.05"): Published(epochs=3390, success=1.0),
        ("12ax", "rate 0.2"): Published(epochs=3308, success=0.96),
    },
)

WINDOWS = {
    "window 16": Published(epochs=353, success=0.96),
    "window 10": Published(epochs=424, success=0.96),
    "window 8": Published(epochs=625, success=0.96),
    "window 6": Published(epochs=1389, success=0.06),
}
"""Of table 2, with 100 hidden units."""

TABLE_2 = Part(
    title="Table 2: windowed backpropagation on 1-2-AX, by window and size",
    study=RBP_12AX,
    published={
        **{("12ax", name): published for name, published in WINDOWS.items()},
        **{("12ax", f"by response, {name}"): published for name, published in WINDOWS.items()},
        ("12ax", "49 hidden"): Published(epochs=687, success=0.96),
        ("12ax", "36 hidden"): Published(epochs=650, success=1.0),
        ("12ax", "25 hidden"): Published(epochs=831, success=0.96),
    },
)

WITHOUT_STRIPES = {f"no dopamine by stripe, gain {gain:g}": gain for gain in (1.0, 0.5, 0.2, 0.1)}

ABLATIONS: Mapping[str, Mapping[str, Any]] = {
    "full model": {},
    "no Hebbian learning": {"learning.hebbian": 0.0, "learning.prefrontal_hebbian": 0.0},
    "no contrast enhancement": {"striatum.contrast": 0.0},
    "no random Go": {"random_go.probability": 0.0, "random_go.baseline": 0.0},
    "no LVi": {"values.lvi": False},
    "no LVi, neutral value in its place": {"values.lvi": False, "values.lvi_min": 0.5},
    **{
        name: {"striatum.stripe_dopamine": False, "striatum.dopamine_gain": gain}
        for name, gain in WITHOUT_STRIPES.items()
    },
    "no dopamine": {"striatum.dopamine_gain": 0.0, "random_go.dopamine": 0.0},
}
"""Ablation → changes of the network of 2006.

Without LVi, dopamine is LVe minus .1. LVe starts at .5 (docs/form2006.md, §9), so every event then gets a burst. In the
second row without LVi, dopamine is LVe minus .5."""

ABLATED: Mapping[str, tuple[int, tuple[float, ...]]] = {
    "12ax": (1000, (1.0, 0.95, 0.80, 0.0, 0.15, 0.15, 0.15, 0.70, 0.80, 0.55, 0.0)),
    "sir2": (500, (1.0, 1.0, 0.95, 0.95, 0.90, 0.90, 0.05, 0.20, 0.30, 0.40, 0.0)),
    LOOP: (20, (1.0, 1.0, 0.90, 1.0, 0.30, 0.30, 0.0, 0.0, 0.20, 0.20, 0.0)),
}
"""Task → budget, and the published proportion of networks that learned, by ablation."""


OPEN_GATES: Mapping[str, Mapping[str, Any]] = {
    "ablations-sir2-open-gates": {"gate.closed_where_due": False},
}
"""Part → changes in all of its rows: as in the paper, gates also open where a reward is due."""


def _ablations(task: str, part: str) -> Part:
    epochs, success = ABLATED[task]
    base = OPEN_GATES.get(part, {})
    title = f"{TASKS.title(task)}{', gates also open where a reward is due' if base else ''}"
    return Part(
        title=f"Ablations of the network of 2006: {title}",
        study=Study(
            name=f"oreilly2006-{part}",
            question=f"{title}: which mechanisms does the network of 2006 need?",
            conditions=tuple(
                _row(name, "pbwm-2006", task, epochs, **base, **changes) for name, changes in ABLATIONS.items()
            ),
            networks=NETWORKS,
            seed=SEED,
        ),
        published={(task, name): Published(success=part) for name, part in zip(ABLATIONS, success, strict=True)},
        on_request=True,
    )


OREILLY_2006 = Paper(
    name="oreilly2006",
    title="O'Reilly & Frank (2006), Making working memory work",
    summary="PBWM, LSTM and networks without gates on 1-2-AX, SIR-2 and the phonological loop.",
    parts={
        "figure-10": FIGURE_10,
        "figure-11": FIGURE_11,
        "figure-14": FIGURE_14,
        "table-1": TABLE_1,
        "table-2": TABLE_2,
        **{f"ablations-{task}": _ablations(task, f"ablations-{task}") for task in ABLATED},
        **{part: _ablations("sir2", part) for part in OPEN_GATES},
    },
)
