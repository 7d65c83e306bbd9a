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
# O'Reilly & Frank (2006) held PBWM beside an LSTM, a simple recurrent network (SRN) and recurrent backpropagation through a
# window (RBP), on 1-2-AX. This is that figure in small: a few networks of each, and a budget that a notebook can afford. Networks
# that have not learned within it are *censored*: they stand above the line, and count in the median as those that take longest.
#
# **Before you run:** the published means are 353 epochs for RBP and 2994 for the SRN; PBWM and LSTM were "in the same league" as RBP.
# What will a budget of 1000 epochs show?

# %%
# %matplotlib inline
import os

from matplotlib.figure import Figure

from pbwm.compare.analysis.criterion import epochs_to_criterion
from pbwm.compare.figures.plots.epochs_to_criterion import plot_epochs_to_criterion
from pbwm.compare.figures.style import use_print_style
from pbwm.compare.models import MODELS
from tasks.base.training import draw_lesson
from tasks.catalog import TASKS

use_print_style()

NETWORKS = int(os.environ.get("PBWM_NOTEBOOK_NETWORKS", 8))
EPOCHS = int(os.environ.get("PBWM_NOTEBOOK_EPOCHS", 1000))

task = TASKS["12ax"].build()
lesson = draw_lesson(task, 0, range(NETWORKS), range(EPOCHS))
found = []
for name in ("pbwm", "lstm", "rbp", "srn"):
    networks = MODELS[name].build(task.spec, networks=range(NETWORKS), seed=0)
    training = networks.train(lesson)
    learned = training.reached
    times = epochs_to_criterion(name, training.done * learned, EPOCHS)
    found.append(times)
    print(f"{name:5} {times.reached.sum()} of {NETWORKS} within {EPOCHS} epochs, median {times.text(times.median)}")

# %%
figure = Figure(figsize=(7, 3), layout="constrained")
plot_epochs_to_criterion(found, ax=figure.add_subplot())
figure

# %% [markdown]
# **Observe:** half of the networks with gates need less than a hundred epochs, those without about five times as many. A response is the most
# active output here, for all alike; where every output has to be within .1 of its target, the SRN takes some 3000 epochs, as published.
# How the networks without gates depend on their size, hysteresis and window, with 20 networks each, is in `docs/baselines.md`, beside
# the published numbers.
#
# ## Questions
#
# 1. What is unfair about this comparison? (Teachers: which model gets the right answer, which only reward? Budget: epochs, steps or
#    seconds?)
# 2. Give the models their own choice of one parameter, and see how far a result hangs on it.
