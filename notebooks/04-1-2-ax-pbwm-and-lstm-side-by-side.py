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
# A digit determines which pair of letters is the target, and one to four pairs follow. A network must remember the digit over these pairs,
# and the first letter of a pair for one step.
#
# **Before you run:** both models are taught the correct response. In the LSTM, the gradient of the error reaches every weight of every
# gate. In PBWM, each stripe receives one number, the value of its content. How many more epochs will PBWM need?

# %%
# %matplotlib inline

import numpy as np

import pbwm.compare as pw

pw.use_print_style()

NETWORKS, EPOCHS = pw.notebook_size(networks=16, epochs=150)

task = pw.TASKS["12ax"].build()
models = {
    "pbwm": pw.PBWM(task.spec, networks=range(NETWORKS), seed=0, params=pw.recommended(task.spec)),
    "lstm": pw.LSTM(task.spec, networks=range(NETWORKS), seed=0, params=pw.recommended_lstm(task.spec)),
}

# %%
lesson = pw.draw_lesson(task, 0, range(NETWORKS), range(EPOCHS))
trainings = {name: networks.train(lesson) for name, networks in models.items()}
figure = pw.Figure(figsize=(8, 3), layout="constrained")
for (name, training), ax in zip(trainings.items(), figure.subplots(1, 2, sharey=True), strict=True):
    reached = np.where(training.reached, training.done, 0)
    pw.plot_learning_curve(pw.learning_curve(name, training.errors.sum(2), training.counted.sum(2), reached), ax=ax)
figure

# %% [markdown]
# **Answer:** about the same number (median: PBWM 29, LSTM 35; 16 networks each). At first, both models make as many errors as a network
# without memory, which is correct only where the response is always "L".
#
# ## What do both networks do on the same trials?

# %%
trials = pw.fresh_trials(task, 0, 40)
best = {name: int(np.argmin(training.done)) for name, training in trainings.items()}
pw.plot_raster(pw.raster(f"PBWM, network {best['pbwm']}", models["pbwm"], best["pbwm"], trials).compact())

# %%
pw.plot_raster(pw.raster(f"LSTM, network {best['lstm']}", models["lstm"], best["lstm"], trials).compact())

# %% [markdown]
# **Answer:** PBWM's forget gates are open or shut. A few stripes hold the digit, and others store many letters. The LSTM's gates are
# graded, and its content is distributed over cells.
#
# ## Do gates open where a perfect memory would open them?
#
# The measure is the area under the ROC curve: 1 is perfect, .5 is chance.

# %%
recordings = {name: pw.record_trials(networks, task, seed=0) for name, networks in models.items()}
found = [pw.serving(recording) for recording in recordings.values()]
figure = pw.Figure(figsize=(9, 3), layout="constrained")
for gate, ax in zip(("input_gate", "forget_gate", "output_gate"), figure.subplots(1, 3, sharey=True), strict=True):
    pw.plot_agreement(found, gate, ax=ax)
figure

# %% [markdown]
# ## What can be decoded from memory?

# %%
figure = pw.Figure(figsize=(8, 3), layout="constrained")
for (name, recording), ax in zip(recordings.items(), figure.subplots(1, 2, sharey=True), strict=True):
    pw.plot_decoding(pw.decode(recording), title=name.upper(), ax=ax)
figure

# %% [markdown]
# ## Is a stripe a cell?
#
# We insert PBWM's gates into the LSTM's update equation (both, one, or none) and fit it to the content of the stripes. The second figure
# pairs stripes and cells by the similarity of their gates.

# %%
figure = pw.Figure(figsize=(9, 3), layout="constrained")
for recording, ax in zip(recordings.values(), figure.subplots(1, 2, sharey=True), strict=True):
    pw.plot_equivalence(pw.equivalence(recording), ax=ax)
figure

# %%
pw.plot_alignment(pw.align(recordings["pbwm"], recordings["lstm"]), best["pbwm"]).figure

# %% [markdown]
# **Answer:** the equation of an LSTM cell explains about 96 percent of the variance of the median stripe. With the forget gate alone, it
# explains 92 percent, because a stripe clears its content exactly when it stores new content. The two memories are nearly the same; the
# gates and their teaching signals differ.
#
# ## Questions
#
# 1. Which model retains its content better when the digit changes? Look at the forget gates.
# 2. Run both on `sir2`. Which one benefits from output gates?
