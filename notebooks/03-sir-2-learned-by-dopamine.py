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
# In SIR-2, a control symbol instructs the network to store (S1, S2), ignore, or recall (R1, R2) the stimulus. The network is never taught
# when to gate. At recall, cortex receives the correct response and feeds back to each stripe how much its content helped. This value is the
# dopamine signal of the stripe.
#
# **Before you run:** if dopamine comes only at recall, how can a gate learn that it should have opened at *store*, several steps earlier?

# %%
# %matplotlib inline

import numpy as np

import pbwm.compare as pw

pw.use_print_style()

NETWORKS, EPOCHS = pw.notebook_size(networks=16, epochs=100)

task = pw.TASKS["sir2"].build()
params = pw.recommended(task.spec)

# %% [markdown]
# ## How do the networks learn?
#
# Each network stops after two successive epochs without an error.

# %%
networks = pw.PBWM(task.spec, networks=range(NETWORKS), seed=0, params=params)
training = networks.train(pw.draw_lesson(task, 0, range(NETWORKS), range(EPOCHS)))
reached = np.where(training.reached, training.done, 0)
curve = pw.learning_curve("pbwm", training.errors.sum(2), training.counted.sum(2), reached)
pw.plot_learning_curve(curve).figure

# %% [markdown]
# **Answer:** all 16 networks reach the criterion within 28 epochs.
#
# ## What have the gates learned?
#
# For each network, the figure shows the stripes whose gates best match store 1 and store 2.

# %%
recording = pw.record_trials(networks, task, seed=0)
found = pw.serving(recording)
figure = pw.Figure(figsize=(6.9, 4.5), layout="constrained")
upper, lower = figure.subplots(2, 1, sharex=True)
pw.plot_gate_by_event(found, "input_gate", ax=upper)
pw.plot_gate_by_event(found, "output_gate", ax=lower)
figure

# %% [markdown]
# **Answer:** in all networks, each input gate opens at its own store (about half of all stores) and is shut at ignore. In most networks,
# each output gate opens at its own recall (about half of all recalls). In the others, another stripe may hold and release the same item. At
# other steps, an open output gate does no harm, because the required symbol is visible.
#
# ## Which weights store this?
#
# For each stripe, the figure shows the weights from each control symbol to Go minus those to NoGo.

# %%
best = int(np.argmin(training.done))
pw.plot_matrix_weights(pw.matrix_weights(networks), best).figure

# %% [markdown]
# ## How does dopamine change during learning?
#
# We train new networks and record global dopamine. With PVLV, dopamine at *store* rises during learning (O'Reilly & Frank, 2006, figure
# 13). Here, global dopamine is reward minus its prediction (Rescorla & Wagner). When does it occur?

# %%
fresh = pw.PBWM(task.spec, networks=range(NETWORKS), seed=0, params=params)
history = pw.signal_over_training(fresh, task, seed=0, epochs=min(EPOCHS, 40), signal="dopamine")
pw.plot_signal_over_training(history).figure

# %% [markdown]
# **Answer:** only at recall, where reward is due. It declines as the network learns to predict reward. Here, it does not train the gates.
# Instead, the predicted reward reduces the noise with which GPi explores.
#
# How can dopamine at recall train gating at *store*? When a stripe gates, its active striatal synapses keep a tag. Later, the dopamine of
# the stripe changes the tagged synapses.
#
# ## What does one network do, step by step?

# %%
pw.plot_raster(pw.raster(f"PBWM, network {best}", networks, best, pw.fresh_trials(task, 0, 32)))

# %% [markdown]
# ## Questions
#
# 1. Find a recall in the raster. Which stripe's output gate opened, and is it the stripe that stored the item?
# 2. Find a recall at which the dopamine of a stripe is positive. What did the stripe hold, and why was it valuable?
# 3. Train with reward instead of the correct response (`pbwm.recommended.taught_by_reward(params)`). How many networks learn now, and why
#    do they need more epochs?
