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
# We train networks on SIR-2 and silence one nucleus at a time.
#
# **Before you run:** which lesion will hurt most: Go, NoGo, STN, GPi, thalamus, or deep prefrontal cortex?

# %%
# %matplotlib inline

import numpy as np

import pbwm.compare as pw
from pbwm.recommended import family_network

pw.use_print_style()

NETWORKS, EPOCHS = pw.notebook_size(networks=16, epochs=100)

task = pw.TASKS["sir2"].build()
params = family_network(task.spec)
networks = pw.PBWM(task.spec, networks=range(NETWORKS), seed=0, params=params)
training = networks.train(pw.draw_lesson(task, 0, range(NETWORKS), range(EPOCHS)))
trials, _ = pw.draw_epochs(task, 0, range(NETWORKS), range(1), pw.Purpose.TEST_TRIALS)
print(f"{training.reached.sum()} of {NETWORKS} networks have learned")

# %% [markdown]
# ## Which nucleus is needed?
#
# We silence a growing fraction of each nucleus.

# %%
nuclei = ("matrix_go", "matrix_nogo", "gpe", "stn", "gpi", "thalamus", "pfc_maintenance_deep")
figure = pw.Figure(figsize=(6.5, 2.8), layout="constrained")
pw.plot_sweep(pw.lesion_sweep(networks, trials, nuclei), ax=figure.add_subplot())
figure

# %% [markdown]
# **Answer:** without Go, no gate opens. Without GPi, all gates open at every step, which is worse: nothing is retained, and all stripes
# drive the response. The STN sets a common threshold, which trained networks hardly need here.
#
# ## Which gate is needed?
#
# If a stripe's gate matters for behavior, clamping it must change behavior.

# %%
figure = pw.Figure(figsize=(6.5, 2.8), layout="constrained")
pw.plot_forced(pw.forced_gates(networks, trials, slots=params.stripes), ax=figure.add_subplot())
figure

# %% [markdown]
# ## How does dopamine affect learning?
#
# In Parkinson's disease, bursts of dopamine are weak without medication, and medication weakens the dips (Frank, Seeberger & O'Reilly,
# 2004). **Expect:** weak bursts impair the learning of Go weights, and weak dips that of NoGo weights. SIR-2 requires input and output gates
# for two stores. AX-CPT only requires that a cue is held for two or three steps. Are both tasks affected alike?

# %%
conditions = {
    "intact": pw.DopamineGain(),
    "bursts × .2 (off medication)": pw.DopamineGain(burst=0.2),
    "dips × .2 (on medication)": pw.DopamineGain(dip=0.2),
    "both × .2": pw.DopamineGain(burst=0.2, dip=0.2),
}
figure = pw.Figure(figsize=(8, 3), layout="constrained")
for task_name, ax in zip(("sir2", "ax-cpt"), figure.subplots(1, 2, sharey=True), strict=True):
    asked = pw.TASKS[task_name].build()
    for name, gain in conditions.items():
        learner = pw.PBWM(asked.spec, networks=range(NETWORKS), seed=0, params=family_network(asked.spec))
        with learner.manipulated(gain):
            under = learner.train(pw.draw_lesson(asked, 0, range(NETWORKS), range(EPOCHS)))
            frozen = pw.frozen_test(asked, learner, range(NETWORKS), 0).summary(under.reached)
        reached = np.where(under.reached, under.done, EPOCHS + 1)
        steps = [(reached <= epoch).mean() for epoch in range(EPOCHS + 1)]
        ax.step(range(EPOCHS + 1), steps, "--" if name.startswith("dips") else "-", where="post", label=name)
        print(f"{task_name:7} {name:29} {under.reached.sum():2} of {NETWORKS} reached the criterion; frozen: {frozen}")
    ax.set_title(task_name)
    ax.set_xlabel("epoch")
    ax.set_ylim(-0.02, 1.02)
figure.axes[0].set_ylabel("proportion of networks\nthat reached the criterion")
ax.legend(loc="lower right")
figure

# %% [markdown]
# **Answer:** on SIR-2, either change alone prevents learning, but both together only slow it (10 of 16 networks learn instead of 14). The
# balance of bursts and dips matters. On AX-CPT, weak dips impair learning (6 of 16), but weak bursts do not (16 of 16). What are the final
# weights of Go and NoGo (`pw.matrix_weights`)?
#
# ## Questions
#
# 1. Reduce tonic dopamine in trained networks: `pw.DopamineGain(tonic=-0.3)`. Do gates open more or less often?
# 2. Lesion only one stripe (`pw.Lesion(layer="pfc_maintenance_deep", stripe=0)`). Which networks are impaired?
