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
# A task is a class with a `spec` and a method `trials`. In this task, a letter is followed by several distractors and a probe. The correct
# response to the probe tells whether the letter was an A.
#
# **Before you run:** what must be remembered, and for how long? What is the ideal gate?

# %%
# %matplotlib inline
from dataclasses import dataclass

import numpy as np

import pbwm.compare as pw

pw.use_print_style()

NETWORKS, EPOCHS = pw.notebook_size(networks=16, epochs=100)


# %%
@dataclass(frozen=True, kw_only=True)
class FirstLetter:
    """Was the cue an A? Between cue and probe, `distractors` irrelevant letters are shown."""

    distractors: int = 3
    sequences_per_epoch: int = 50

    @property
    def spec(self):
        """What a learner must know."""
        return pw.TaskSpec(
            name="first-letter",
            source="this notebook",
            channels=(
                pw.Channel(name="letter", symbols=("A", "B", "C"), role=pw.Role.STIMULUS),
                pw.Channel(name="control", symbols=("cue", "wait", "probe"), role=pw.Role.CONTROL),
            ),
            responses=("no", "yes"),
            events=("cue", "distractor", "probe"),
            items=("cue",),
            sequence="trial",
            sequences_per_epoch=self.sequences_per_epoch,
            criterion=pw.Criterion(zero_error_epochs=2),
        )

    def trials(self, n, rng):
        """A stream of `n` trials."""
        length = self.distractors + 2
        letter = rng.integers(3, size=(n, length))
        letter[:, -1] = -1  # the probe shows no letter
        control = np.tile([0, *[1] * self.distractors, 2], (n, 1))
        target = np.where(control == 2, letter[:, :1] == 0, 0)
        ideal = np.array([pw.GateAction.STORE, *[pw.GateAction.HOLD] * self.distractors, pw.GateAction.READ])
        return pw.Trials(
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
# ## Do both models learn it?

# %%
models = {
    "pbwm": pw.PBWM(task.spec, networks=range(NETWORKS), seed=0, params=pw.recommended(task.spec)),
    "lstm": pw.LSTM(task.spec, networks=range(NETWORKS), seed=0, params=pw.recommended_lstm(task.spec)),
}
lesson = pw.draw_lesson(task, 0, range(NETWORKS), range(EPOCHS))
figure = pw.Figure(figsize=(8, 3), layout="constrained")
done = {}
for (name, networks), ax in zip(models.items(), figure.subplots(1, 2, sharey=True), strict=True):
    training = networks.train(lesson)
    done[name] = int(np.argmin(training.done))
    reached = np.where(training.reached, training.done, 0)
    pw.plot_learning_curve(pw.learning_curve(name, training.errors.sum(2), training.counted.sum(2), reached), ax=ax)
figure

# %%
pw.plot_raster(
    pw.raster("PBWM on a task of its own", models["pbwm"], done["pbwm"], pw.fresh_trials(task, 0, 40)).compact()
)

# %% [markdown]
# **Answer:** two stripes store the cue, stay shut during the distractors, and release the cue at the probe.
#
# To use the task in commands, save it in a file (`docs/bringing_your_own.md`), or add it to the catalog (`docs/adding_a_task.md`).
#
# ## Questions
#
# 1. Use more distractors. Which model fails first?
# 2. Most steps need no memory. Reward every step (`rewarded` all true): does PBWM learn faster or more slowly?
