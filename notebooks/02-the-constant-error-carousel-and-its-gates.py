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
# Why do simple recurrent networks forget? Each step back in time multiplies an error by a weight and the slope of a unit. Unless this
# factor is 1, the error vanishes or explodes. Hochreiter & Schmidhuber (1997) introduced a unit whose state persists (factor 1): the
# *constant error carousel*. Its gates write, protect, and read the state.
#
# **Before you run:** how much of an error remains after 100 steps with a factor of .9? And with 1.1?

# %%
# %matplotlib inline
from itertools import pairwise

import numpy as np

import pbwm.compare as pw

pw.use_print_style()

NETWORKS, EPOCHS = pw.notebook_size(networks=16, epochs=300)

# %%
steps = np.arange(101)
figure = pw.Figure(figsize=(5, 2.6), layout="constrained")
ax = figure.add_subplot()
for factor in (0.9, 0.99, 1.0, 1.01, 1.1):
    ax.semilogy(steps, factor**steps, label=f"{factor:g}")
ax.set_xlabel("steps back in time")
ax.set_ylabel("remaining proportion of an error")
ax.legend(title="factor")
figure

# %% [markdown]
# **Answer:** only a factor of 1 preserves the error.
#
# ## How does training set the forget gate?
#
# In the equation `s(t) = y_φ s(t−1) + y_in g(net)`, the forget gate y_φ multiplies the old state s and, back in time, the error of the
# cell. We train networks on 1-2-AX.

# %%
task = pw.TASKS["12ax"].build()
networks = pw.LSTM(task.spec, networks=range(NETWORKS), seed=0, params=pw.recommended_lstm(task.spec))
training = networks.train(pw.draw_lesson(task, 0, range(NETWORKS), range(EPOCHS)))
reached = np.where(training.reached, training.done, 0)
pw.plot_learning_curve(pw.learning_curve("lstm", training.errors.sum(2), training.counted.sum(2), reached)).figure

# %% [markdown]
# ## When do the gates open?
#
# For each network, the figure shows the two cells whose gates best match the ideal gates of the task (the digit) and the cue (A, B, C).
# **Expect:** in the first cell, the input gate opens at the digit, and the forget gate is near 0 at the digit and near 1 elsewhere.

# %%
recording = pw.record_trials(networks, task, seed=0)
found = pw.serving(recording)
figure = pw.Figure(figsize=(8, 6), layout="constrained")
for gate, ax in zip(("input_gate", "forget_gate", "output_gate"), figure.subplots(3, 1, sharex=True), strict=True):
    pw.plot_gate_by_event(found, gate, ax=ax)
figure

# %% [markdown]
# **Answer:** the input gate of the cell for the task is open at the digit (median of 16 networks: .66; at other kinds of step, at most
# .23). The forget gates are not near 1: with 64 cells, no single cell needs to keep the digit.
#
# ## What does one network do, step by step?

# %%
best = int(np.argmin(training.done))
pw.plot_raster(pw.raster(f"LSTM, network {best}", networks, best, pw.fresh_trials(task, 0, 40)))

# %% [markdown]
# ## How long does a cell remember?
#
# The product of the forget gates since the last digit is the proportion of the digit's trace that remains in the cell.

# %%
forget = recording.record.forget_gate[best]
starts = np.flatnonzero(recording.trials.event[best] == 0)
slot = int(found.slot[best, 0])
kept = [np.prod(forget[a + 1 : b, slot]) for a, b in pairwise(starts) if b - a > 5]
print(f"of the digit, the cell that serves the task keeps {np.mean(kept):.2f} until the next one (n = {len(kept)})")

# %% [markdown]
# **Answer:** only a little remains. Other cells keep the digit, or recurrent connections write it again (`docs/analysis.md`).
#
# ## Questions
#
# 1. `LSTMParams.gers_2000()` has blocks of two cells. What changes in the raster?
# 2. Start with the forget gates shut: `replace(pw.recommended_lstm(task.spec), forget_gate_bias=GateBias(first=-2.0))`, with `replace` from
#    `dataclasses` and `GateBias` from `lstm_baseline.params`. How much longer does learning take, and why?
