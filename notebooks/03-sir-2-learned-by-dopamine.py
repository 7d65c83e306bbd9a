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
# # 3 · SIR-2, learned by dopamine
#
# Store, ignore, recall: a control symbol says what to do with the stimulus. Two stores (S1, S2), two recalls (R1, R2). Nobody
# tells the network when to gate. It gets one number, reward, when it recalls.
#
# **Before you run:** if reward comes only at recall, how can a gate learn that it should have opened at *store*, some steps ago?

# %%
# %matplotlib inline
import os

import numpy as np
from matplotlib.figure import Figure

from pbwm import PBWM
from pbwm.compare.analysis.errors_by_epoch import learning_curve
from pbwm.compare.analysis.over_training import signal_over_training
from pbwm.compare.analysis.raster import fresh_trials, raster
from pbwm.compare.analysis.recording import record_trials
from pbwm.compare.analysis.serving import serving
from pbwm.compare.analysis.striatum import matrix_weights
from pbwm.compare.figures.plots.gates import plot_gate_by_event
from pbwm.compare.figures.plots.learning_curves import plot_learning_curve
from pbwm.compare.figures.plots.raster import plot_raster
from pbwm.compare.figures.plots.striatum import plot_matrix_weights, plot_signal_over_training
from pbwm.compare.figures.style import use_print_style
from pbwm.recommended import recommended
from tasks.base.training import draw_lesson
from tasks.catalog import TASKS

use_print_style()

NETWORKS = int(os.environ.get("PBWM_NOTEBOOK_NETWORKS", 16))
EPOCHS = int(os.environ.get("PBWM_NOTEBOOK_EPOCHS", 100))

task = TASKS["sir2"].build()
params = recommended(task.spec)

# %% [markdown]
# ## Learning
#
# Sixteen networks side by side; each stops when it has had two epochs without an error.

# %%
networks = PBWM(task.spec, networks=range(NETWORKS), seed=0, params=params)
training = networks.train(draw_lesson(task, 0, range(NETWORKS), range(EPOCHS)))
reached = np.where(training.reached, training.done, 0)
plot_learning_curve(learning_curve("pbwm", training.errors.sum(2), training.counted.sum(2), reached)).figure

# %% [markdown]
# **Observe:** long stretches in which nothing seems to happen, then a fall: a gate has been found, and cortex learns to use it.
#
# ## What the gates have learned
#
# Of each network, the stripe that serves store 1 and the one that serves store 2.

# %%
recording = record_trials(networks, task, seed=0)
found = serving(recording)
figure = Figure(figsize=(8, 5), layout="constrained")
for gate, ax in zip(("input_gate", "output_gate"), figure.subplots(2, 1, sharex=True), strict=True):
    plot_gate_by_event(found, gate, ax=ax)
figure

# %% [markdown]
# **Observe:** at a store, each input gate is open about half of the time: at its own store, and not at the other. At ignore it is shut.
# Output gates open at recalls, again at about half of them; elsewhere they may do as they like, since what they let out there is
# what is shown anyway, or is not asked for.
#
# ## Where it is written
#
# The weights from each control symbol to Go, less those to NoGo, stripe by stripe.

# %%
best = int(np.argmin(training.done))
plot_matrix_weights(matrix_weights(networks), best).figure

# %% [markdown]
# ## Dopamine moves
#
# Networks trained anew, and dopamine at each kind of step, epoch by epoch. O'Reilly & Frank (2006, figure 13) saw, with PVLV,
# dopamine at *store* rise while learning went on. Here dopamine is reward less its prediction (Rescorla & Wagner), so it can
# only come where reward is due: at recall.

# %%
fresh = PBWM(task.spec, networks=range(NETWORKS), seed=0, params=params)
history = signal_over_training(fresh, task, seed=0, epochs=min(EPOCHS, 40), signal="dopamine")
plot_signal_over_training(history).figure

# %% [markdown]
# **Observe:** bursts at recall that shrink as reward is foretold; none at store and ignore, where no reward is due.
#
# How then does *store* learn? By traces: a striatal synapse remembers that its stripe gated, and is changed when dopamine comes.
#
# ## One network at work

# %%
plot_raster(raster(f"PBWM, network {best}", networks, best, fresh_trials(task, 0, 40)))

# %% [markdown]
# ## Questions
#
# 1. Find a recall in the raster. Which stripe's output gate opened, and was it the one that stored?
# 2. Let the prediction see prefrontal cortex (`dataclasses.replace(params.dopamine, senders=("control_input",
#    "pfc_maintenance_deep"))`). Why does it learn less often? (A prediction that sees what gating brought takes away the dopamine
#    that should credit the gate.)
