# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 2 · The constant error carousel and its gates
#
# Why did recurrent networks forget? Because an error that is sent back in time is multiplied, at each step, by the slope of a
# unit and a weight. If that factor is not 1, its powers vanish or explode. Hochreiter & Schmidhuber (1997) made it 1: a unit
# that carries its state on unchanged, the *constant error carousel*. Then they needed gates, to write, to keep out and to read.
#
# **Before you run:** what does a factor of .9 leave of an error after 100 steps? And 1.1?

# %%
# %matplotlib inline
import os
from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure

from lstm_baseline import LSTM, LSTMParams
from pbwm.compare.analysis.errors_by_epoch import learning_curve
from pbwm.compare.analysis.raster import fresh_trials, raster
from pbwm.compare.analysis.recording import record_trials
from pbwm.compare.analysis.serving import serving
from pbwm.compare.figures.plots.gates import plot_gate_by_event
from pbwm.compare.figures.plots.learning_curves import plot_learning_curve
from pbwm.compare.figures.plots.raster import plot_raster
from pbwm.compare.figures.style import use_print_style
from tasks.base.training import draw_lesson
from tasks.catalog import TASKS

use_print_style()

NETWORKS = int(os.environ.get("PBWM_NOTEBOOK_NETWORKS", 16))
EPOCHS = int(os.environ.get("PBWM_NOTEBOOK_EPOCHS", 300))

# %%
steps = np.arange(101)
figure = Figure(figsize=(5, 2.6), layout="constrained")
ax = figure.add_subplot()
for factor in (0.9, 0.99, 1.0, 1.01, 1.1):
    ax.semilogy(steps, factor**steps, label=f"{factor:g}")
ax.set_xlabel("steps back in time")
ax.set_ylabel("what is left of an error")
ax.legend(title="factor")
figure

# %% [markdown]
# **Observe:** only 1 does it.
#
# ## The forget gate is that factor
#
# In `s(t) = y_φ s(t−1) + y_in g(net)` the error of a cell is multiplied by y_φ at every step. We train networks on 1-2-AX and
# look at what they have made of it.

# %%
task = TASKS["12ax"].build()
networks = LSTM(task.spec, networks=range(NETWORKS), seed=0, params=LSTMParams.modern())
training = networks.train(draw_lesson(task, 0, range(NETWORKS), range(EPOCHS)))
reached = np.where(training.reached, training.done, 0)
plot_learning_curve(learning_curve("lstm", training.errors.sum(2), training.counted.sum(2), reached)).figure

# %% [markdown]
# ## What the gates do
#
# Of each network, the cell whose input gate tells best where the task (the digit) is shown, and the one for the cue (A, B, C).
# **Expect:** an input gate that opens at the digit; a forget gate near 1 elsewhere, and low at the digit: old content has to go.

# %%
recording = record_trials(networks, task, seed=0)
found = serving(recording)
figure = Figure(figsize=(8, 6), layout="constrained")
for gate, ax in zip(("input_gate", "forget_gate", "output_gate"), figure.subplots(3, 1, sharex=True), strict=True):
    plot_gate_by_event(found, gate, ax=ax)
figure

# %% [markdown]
# ## One network, step by step

# %%
best = int(np.argmin(training.done))
plot_raster(raster(f"LSTM, network {best}", networks, best, fresh_trials(task, 0, 40)))

# %% [markdown]
# ## How long does a cell remember?
#
# The product of forget gates from the last digit on is what is left of its trace in the cell.

# %%
forget = recording.record.forget_gate[best]
starts = np.flatnonzero(recording.trials.event[best] == 0)
slot = int(found.slot[best, 0])
kept = [np.prod(forget[a + 1 : b, slot]) for a, b in pairwise(starts) if b - a > 5]
print(f"of the digit, the cell that serves the task keeps {np.mean(kept):.2f} until the next one (n = {len(kept)})")

# %% [markdown]
# ## Questions
#
# 1. `LSTMParams.gers_2000()` has blocks of two cells. What changes in the raster?
# 2. Start with the forget gate shut: `LSTMParams.modern(forget_gate_bias=GateBias(first=-2.0))` (`GateBias` is in
#    `lstm_baseline.params`). How much longer does it take, and why?
