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
# # 4 · 1-2-AX: PBWM and LSTM side by side
#
# A digit says which pair is the target, and pairs come and go within its reach: two things to be held, one for long and one for
# one step. Both models see the same symbols in the same order.
#
# **Before you run:** the LSTM gets the right answer and its gradient at every step, PBWM one number at every second. By how much
# will PBWM be slower, in epochs?

# %%
# %matplotlib inline
import os

import numpy as np
from matplotlib.figure import Figure

from lstm_baseline import LSTM, LSTMParams
from pbwm import PBWM
from pbwm.compare.analysis.alignment import align
from pbwm.compare.analysis.decoding import decode
from pbwm.compare.analysis.equivalence import equivalence
from pbwm.compare.analysis.errors_by_epoch import learning_curve
from pbwm.compare.analysis.raster import fresh_trials, raster
from pbwm.compare.analysis.recording import record_trials
from pbwm.compare.analysis.serving import serving
from pbwm.compare.figures.plots.gates import plot_agreement
from pbwm.compare.figures.plots.learning_curves import plot_learning_curve
from pbwm.compare.figures.plots.memory import plot_alignment, plot_decoding, plot_equivalence
from pbwm.compare.figures.plots.raster import plot_raster
from pbwm.compare.figures.style import use_print_style
from pbwm.recommended import recommended
from tasks.base.training import draw_lesson
from tasks.catalog import TASKS

use_print_style()

NETWORKS = int(os.environ.get("PBWM_NOTEBOOK_NETWORKS", 16))
EPOCHS = int(os.environ.get("PBWM_NOTEBOOK_EPOCHS", 150))

task = TASKS["12ax"].build()
models = {
    "pbwm": PBWM(task.spec, networks=range(NETWORKS), seed=0, params=recommended(task.spec)),
    "lstm": LSTM(task.spec, networks=range(NETWORKS), seed=0, params=LSTMParams.modern()),
}

# %%
lesson = draw_lesson(task, 0, range(NETWORKS), range(EPOCHS))
trainings = {name: networks.train(lesson) for name, networks in models.items()}
figure = Figure(figsize=(8, 3), layout="constrained")
for (name, training), ax in zip(trainings.items(), figure.subplots(1, 2, sharey=True), strict=True):
    reached = np.where(training.reached, training.done, 0)
    plot_learning_curve(learning_curve(name, training.errors.sum(2), training.counted.sum(2), reached), ax=ax)
figure

# %% [markdown]
# **Observe:** both stay for long at the error of a network that holds nothing (it is right where "L" is always right), and then
# fall. In epochs they are of one league; O'Reilly & Frank (2006) found the same.
#
# ## The same trials, step by step

# %%
trials = fresh_trials(task, 0, 40)
best = {name: int(np.argmin(training.done)) for name, training in trainings.items()}
plot_raster(raster(f"PBWM, network {best['pbwm']}", models["pbwm"], best["pbwm"], trials))

# %%
plot_raster(raster(f"LSTM, network {best['lstm']}", models["lstm"], best["lstm"], trials))

# %% [markdown]
# **Observe:** PBWM's gates are open or shut, and a stripe belongs to digits or to letters. The LSTM's are graded, and what is held
# is spread over cells.
#
# ## Do gates open where a perfect memory's would?
#
# Area under the ROC curve: 1 is a perfect tell, .5 is chance.

# %%
recordings = {name: record_trials(networks, task, seed=0) for name, networks in models.items()}
found = [serving(recording) for recording in recordings.values()]
figure = Figure(figsize=(9, 3), layout="constrained")
for gate, ax in zip(("input_gate", "forget_gate", "output_gate"), figure.subplots(1, 3, sharey=True), strict=True):
    plot_agreement(found, gate, ax=ax)
figure

# %% [markdown]
# ## What can be read from memory?

# %%
figure = Figure(figsize=(8, 3), layout="constrained")
for (name, recording), ax in zip(recordings.items(), figure.subplots(1, 2, sharey=True), strict=True):
    plot_decoding(decode(recording), title=name, ax=ax)
figure

# %% [markdown]
# ## Is a stripe a cell?
#
# The LSTM's update equation, fitted to what PBWM's stripes hold, with PBWM's own gates; beside it, equations without one of the
# gates or both. And which stripe does what which cell does.

# %%
figure = Figure(figsize=(9, 3), layout="constrained")
for recording, ax in zip(recordings.values(), figure.subplots(1, 2, sharey=True), strict=True):
    plot_equivalence(equivalence(recording), ax=ax)
figure

# %%
plot_alignment(align(recordings["pbwm"], recordings["lstm"]), best["pbwm"]).figure

# %% [markdown]
# **Observe:** a stripe of PBWM is, to within a per cent or so, an LSTM cell whose gates are 0 or 1. Its forget gate alone says as much:
# a stripe lets go exactly when it takes in. What differs between the models is not the memory but who opens it, and who teaches.
#
# ## Questions
#
# 1. Which of the two keeps better what it held when the digit changes? Look at the forget gates.
# 2. Run both on `sir2`. Which one profits from output gates?
