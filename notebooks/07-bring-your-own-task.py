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
# # 7 · Bring your own task
#
# A task is a frozen dataclass with a `spec` and a method `trials`. Here is one in thirty lines: a letter is shown, then some
# distractors, and then a probe asks whether the letter was the first of the alphabet in use or not. Every model, analysis and figure
# works on it as it is.
#
# **Before you run:** what must be held, from when to when? What is the ideal gate?

# %%
# %matplotlib inline
import os
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from lstm_baseline import LSTM, LSTMParams
from pbwm import PBWM
from pbwm.compare.analysis.errors_by_epoch import learning_curve
from pbwm.compare.analysis.raster import fresh_trials, raster
from pbwm.compare.figures.plots.learning_curves import plot_learning_curve
from pbwm.compare.figures.plots.raster import plot_raster
from pbwm.compare.figures.style import use_print_style
from pbwm.recommended import recommended
from tasks.base.task import Channel, Criterion, GateAction, Role, TaskSpec, Trials
from tasks.base.training import draw_lesson

use_print_style()

NETWORKS = int(os.environ.get("PBWM_NOTEBOOK_NETWORKS", 16))
EPOCHS = int(os.environ.get("PBWM_NOTEBOOK_EPOCHS", 100))


# %%
@dataclass(frozen=True, kw_only=True)
class FirstLetter:
    """Was the cue an A? Between cue and probe come `distractors` letters that mean nothing."""

    distractors: int = 3
    sequences_per_epoch: int = 50

    @property
    def spec(self):
        """What a learner must know."""
        return TaskSpec(
            name="first-letter",
            source="this notebook",
            channels=(
                Channel(name="letter", symbols=("A", "B", "C"), role=Role.STIMULUS),
                Channel(name="control", symbols=("cue", "wait", "probe"), role=Role.CONTROL),
            ),
            responses=("no", "yes"),
            events=("cue", "distractor", "probe"),
            items=("cue",),
            sequence="trial",
            sequences_per_epoch=self.sequences_per_epoch,
            criterion=Criterion(zero_error_epochs=2),
        )

    def trials(self, n, rng):
        """A stream of `n` trials."""
        length = self.distractors + 2
        letter = rng.integers(3, size=(n, length))
        letter[:, -1] = -1  # the probe shows no letter
        control = np.tile([0, *[1] * self.distractors, 2], (n, 1))
        target = np.where(control == 2, letter[:, :1] == 0, 0)
        ideal = np.array([GateAction.STORE, *[GateAction.HOLD] * self.distractors, GateAction.READ])
        return Trials(
            symbols=np.stack([letter, control], axis=2).reshape(-1, 2).astype(np.int16),
            target=target.ravel().astype(np.int16),
            counts=np.ones(n * length, bool),
            rewarded=(control == 2).ravel(),
            event=np.minimum(control, 2).ravel().astype(np.int16),
            starts=(np.arange(n * length) % length == 0),
            ideal_gate=np.tile(ideal, n)[:, None].astype(np.int8),
        )


task = FirstLetter()

# %% [markdown]
# ## Both models on it

# %%
models = {
    "pbwm": PBWM(task.spec, networks=range(NETWORKS), seed=0, params=recommended(task.spec)),
    "lstm": LSTM(task.spec, networks=range(NETWORKS), seed=0, params=LSTMParams.modern()),
}
lesson = draw_lesson(task, 0, range(NETWORKS), range(EPOCHS))
figure = Figure(figsize=(8, 3), layout="constrained")
done = {}
for (name, networks), ax in zip(models.items(), figure.subplots(1, 2, sharey=True), strict=True):
    training = networks.train(lesson)
    done[name] = int(np.argmin(training.done))
    reached = np.where(training.reached, training.done, 0)
    plot_learning_curve(learning_curve(name, training.errors.sum(2), training.counted.sum(2), reached), ax=ax)
figure

# %%
plot_raster(raster("PBWM on a task of its own", models["pbwm"], done["pbwm"], fresh_trials(task, 0, 40)))

# %% [markdown]
# **Observe:** a gate that opens at the cue, and stays shut while distractors pass.
#
# To have the task in the catalogue, so that `pbwm compare first-letter` works, put it into a file of its own in `tasks/`, add a line
# to `tasks/catalog.py`, and give the tests an oracle; `docs/adding_a_task.md` walks through it.
#
# ## Questions
#
# 1. Lengthen the distractors. Which model minds first?
# 2. Give every step a reward (`rewarded` all true). Does PBWM learn faster, or worse? (Trivial steps bury the informative ones.)
