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
# # 5 · Lesions, dopamine and Parkinson's disease
#
# What a nucleus is for shows when it is gone. We train networks on SIR-2 and silence one part after the other; then we train under
# too little dopamine, and under dopamine that cannot dip.
#
# **Before you run:** which lesion will hurt most: Go, NoGo, STN, GPi, thalamus, or deep prefrontal cortex? Write down your order.

# %%
# %matplotlib inline
import os

import numpy as np
from matplotlib.figure import Figure

from pbwm import PBWM
from pbwm.compare.analysis.forced import forced_gates
from pbwm.compare.analysis.frozen import frozen_test
from pbwm.compare.analysis.sweeps import lesion_sweep
from pbwm.compare.figures.plots.errors import plot_forced, plot_sweep
from pbwm.compare.figures.style import use_print_style
from pbwm.manipulations import DopamineGain
from pbwm.recommended import recommended
from tasks.base.drawing import draw_epochs
from tasks.base.rng import Purpose
from tasks.base.training import draw_lesson
from tasks.catalog import TASKS

use_print_style()

NETWORKS = int(os.environ.get("PBWM_NOTEBOOK_NETWORKS", 16))
EPOCHS = int(os.environ.get("PBWM_NOTEBOOK_EPOCHS", 100))

task = TASKS["sir2"].build()
params = recommended(task.spec)
networks = PBWM(task.spec, networks=range(NETWORKS), seed=0, params=params)
training = networks.train(draw_lesson(task, 0, range(NETWORKS), range(EPOCHS)))
trials, _ = draw_epochs(task, 0, range(NETWORKS), range(1), Purpose.TEST_TRIALS)
print(f"{training.reached.sum()} of {NETWORKS} networks have learned")

# %% [markdown]
# ## More and more of each nucleus
#
# A lesion is data: it is applied for a while and taken back, and the network is what it was.

# %%
nuclei = ("matrix_go", "matrix_nogo", "gpe", "stn", "gpi", "thalamus", "pfc_maintenance_deep")
figure = Figure(figsize=(6.5, 2.8), layout="constrained")
plot_sweep(lesion_sweep(networks, trials, nuclei), ax=figure.add_subplot())
figure

# %% [markdown]
# **Compare with your order.** Without Go nothing opens; without GPi everything does, at every step, which is worse: nothing is held,
# and all stripes answer at once. STN sets a level that all stripes share: trained networks hardly need it here.
#
# ## A gate that is held open, or shut
#
# The causal test: if a stripe's gate matters for what the network does, to force it must change that.

# %%
figure = Figure(figsize=(6.5, 2.8), layout="constrained")
plot_forced(forced_gates(networks, trials, slots=params.stripes), ax=figure.add_subplot())
figure

# %% [markdown]
# ## Learning under other dopamine
#
# Parkinson's disease off medication: bursts are small. On medication: dips are filled up (Frank, Seeberger & O'Reilly, 2004).
# **Expect:** with small bursts Go is learned badly, with small dips NoGo is. Does every task suffer alike? SIR-2 needs gates that
# open and stay shut at the right steps, and both gates of a store at once. AX-CPT needs one cue for two or three steps.

# %%
conditions = {
    "intact": DopamineGain(),
    "bursts × .2 (off medication)": DopamineGain(burst=0.2),
    "dips × .2 (on medication)": DopamineGain(dip=0.2),
    "both × .2": DopamineGain(burst=0.2, dip=0.2),
}
figure = Figure(figsize=(8, 3), layout="constrained")
for task_name, ax in zip(("sir2", "ax-cpt"), figure.subplots(1, 2, sharey=True), strict=True):
    asked = TASKS[task_name].build()
    for name, gain in conditions.items():
        learner = PBWM(asked.spec, networks=range(NETWORKS), seed=0, params=recommended(asked.spec))
        with learner.manipulated(gain):
            under = learner.train(draw_lesson(asked, 0, range(NETWORKS), range(EPOCHS)))
            frozen = frozen_test(asked, learner, range(NETWORKS), 0).summary(under.reached)
        reached = np.where(under.reached, under.done, EPOCHS + 1)
        steps = [(reached <= epoch).mean() for epoch in range(EPOCHS + 1)]
        ax.step(range(EPOCHS + 1), steps, where="post", label=name)
        print(f"{task_name:7} {name:29} {under.reached.sum():2} of {NETWORKS} reached the criterion; frozen: {frozen}")
    ax.set_title(task_name)
    ax.set_xlabel("epoch")
    ax.set_ylim(-0.02, 1.02)
ax.legend(loc="lower right")
figure

# %% [markdown]
# **Observe:** on SIR-2 either alone stops learning, and both together only slow it down: what matters there is their balance. On
# AX-CPT weak bursts do no harm: as many networks learn, as soon. Weak dips do harm on both tasks. So the claim that weak bursts keep
# a network from learning its gates holds for SIR-2, and not for every task. Where would you expect the weights of Go and NoGo to end
# under each? (`pbwm.compare.analysis.striatum.matrix_weights` tells.)
#
# ## Questions
#
# 1. Tonic dopamine is another thing than bursts and dips: `DopamineGain(tonic=-0.3)` on trained networks. Do gates open more, or less?
# 2. Lesion one stripe only (`Lesion(layer="pfc_maintenance_deep", stripe=0)`). Which networks mind?
