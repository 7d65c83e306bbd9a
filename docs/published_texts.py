"""Texts of docs/published.md (`published_page`)."""

INTRODUCTION = """# Published numbers and ours

This page compares published times to criterion, and proportions of networks that learned, with ours. Numbers of rows by
verdict:
"""

MEANINGS = """## Verdicts and columns

- *same order*: at least half of our networks learned, and the means differ by a factor of at most √10. If the paper
  gives no mean, the proportions that learned differ by at most this factor.
- *reproduced*: same order, and the published proportion is not above the 95% interval (Wilson) of ours. If fewer than
  half of the paper's networks learned, only the proportions are compared: the published one must lie within our
  interval.
- *not reproduced*: all other rows.
- –: the paper gives no number.

| column | meaning |
|---|---|
| published | the paper's mean time to criterion of the networks that learned, and the proportion that learned |
| our mean | our mean time to criterion of the networks that learned |
| reached | how many of our networks learned |
| ratio | our mean divided by the published mean |

[oreilly2006](oreilly2006.md), [form2006](form2006.md#10-does-it-learn), and [reproductions](reproductions.md) explain
the rows. `make published` writes this page, and `make published RUNS=DIR` first adds the rows of a run.

![Published means and ours](figures/published.png)

A point is a row with a published mean and at least one network of ours that learned.
"""

TERMS = {
    "oreilly2006": """The paper has 20 networks per row, and 50 in tables 1 and 2.

- *PBWM* is the recommended network. *PBWM in the form of 2006* is the paper's own model ([form2006](form2006.md)).
- *Windowed backpropagation* and the *SRN* (simple recurrent network) have no gates ([baselines](baselines.md)).
- *Dedicated*: each symbol of SIR-2 has a separate input unit under each instruction. In other rows, it has one unit.
- *Fixed order*: in the paper, windowed backpropagation learned the phonological loop only if every epoch presented the
  training sequences in the same order. Our order is random.
- *By response*: the most active output is the response, as in the figures. The other rows of tables 1 and 2 are
  strict: every output must be within .1 of its target.
- *Random Go* opens gates at random. *LVi* is the slow learned value, which dopamine subtracts from the fast one, LVe.
- *No dopamine by stripe*: all stripes receive the same dopamine, multiplied by the gain.
""",
    "hochreiter1997": """The paper has 30 networks per row in experiment 1, 18 in 2a and 2b, 20 in 2c and 6a, and 10 in
the others.

- The name of a row begins with the number of the experiment.
- *p*, *q*, and *T* are time lags, and *N* is the number of informative inputs. *Rate* is the learning rate. *Blocks*
  are memory blocks with 1 or 2 cells each.
- *Late cell*: the cell is added when the error has stopped decreasing.
- *Within the text*: settings that the paper permits, but does not state.
- Three kinds of row contradict the paper: *against the text*, *cells see inputs alone* (no recurrent connections to
  cells), and *y(1 − y) + 0.1* (.1 is added to the slope of the outputs).
""",
    "gers2000": """The paper has 100 networks per row. A training stream is a series of strings up to the first error.
""",
}
"""Paper → the meaning of its rows and terms."""

ELSEWHERE = """## Other published numbers

We have not run these rows.

- Experiment 2c of 1997 with q = 1000 and p = 500, 200, 100, and 50: 49,000, 75,000, 135,000, and 203,000 sequences.
- Experiments 3a (N = 3) and 3b (N = 1) with T = 1000: 446,850 and 481,060 sequences.
- The stricter criterion ST2 of 3a and 3b (mean error below .01 and .04) with T = 100, N = 3 and 1: 39,850 and 64,330
  sequences (3a), 43,250 and 78,430 (3b).
- Continual noisy temporal order, proportion of perfect solutions: 0, 24, and 37% (Gers, Schmidhuber & Cummins, 2000).
- 1-2-AX with a memory reset at every outer loop, mean number of outer loops: DNC 731, HER 746 (95%), LSTM 1,566, leaky
  AuGMEnT 24,150, hybrid AuGMEnT 27,067 (95%) (Martinolli, Gerstner & Gilra, 2018, *Frontiers in Computational
  Neuroscience* 12:50). [battery](battery.md) has our models on this task, `12ax-reset`.

Notes on rows of 1997 give the proportion wrong in a test of 2560 sequences. The published proportions, with T = 100,
are .0083 and .0150 (3b, N = 3 and 1, after ST2), .0056 and .0044 (3c, N = 3 and 1), .0004 (4 and 6a), and .0008 (6b).
"""
