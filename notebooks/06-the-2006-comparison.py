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
# # 6 · The comparison of 2006
#
# O'Reilly & Frank (2006) compared PBWM with an LSTM, a simple recurrent network (SRN), and recurrent backpropagation through a window (RBP)
# on 1-2-AX. We repeat this with few networks and a small budget. Networks that do not reach the criterion (*censored*) are drawn above the
# line, and count as the slowest in the median.
#
# **Before you run:** the published means are 353 epochs for RBP and 2994 for the SRN. PBWM and the LSTM need about as many as RBP. What
# will a budget of 1000 epochs show?

# %%
# %matplotlib inline

import pbwm.compare as pw

pw.use_print_style()

NETWORKS, EPOCHS = pw.notebook_size(networks=8, epochs=1000)

task = pw.TASKS["12ax"].build()
lesson = pw.draw_lesson(task, 0, range(NETWORKS), range(EPOCHS))
found = []
for name in ("pbwm", "lstm", "rbp", "srn"):
    networks = pw.MODELS[name].build(task.spec, networks=range(NETWORKS), seed=0)
    training = networks.train(lesson)
    learned = training.reached
    times = pw.epochs_to_criterion(name, training.done * learned, EPOCHS)
    found.append(times)
    print(f"{name:5} {times.reached.sum()} of {NETWORKS} within {EPOCHS} epochs, median {times.text(times.median)}")

# %%
figure = pw.Figure(figsize=(7, 3), layout="constrained")
pw.plot_epochs_to_criterion(found, ax=figure.add_subplot())
figure

# %% [markdown]
# **Answer:** the networks without gates need more than ten times as many epochs as those with gates (medians 369 and 491 instead of 34).
# Here, the response is the most active output. If every output must be within .1 of its target, the SRN takes about 3000 epochs, as
# published (`docs/baselines.md`).
#
# ## Questions
#
# 1. What is unfair about this comparison? (Which teaching signal does each model receive? Is the budget in epochs, steps, or seconds?)
# 2. Vary one parameter of each model. How much does the result depend on it?
