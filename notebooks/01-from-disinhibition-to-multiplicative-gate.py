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
# # 1 · From disinhibition to a multiplicative gate
#
# In an LSTM a gate multiplies. In the basal ganglia a gate is *disinhibition*: GPi/SNr fires all the time and holds the
# thalamus down; striatal Go cells silence GPi, and the thalamus is free. Is that a multiplication?
#
# **Before you run anything:** a neuron whose inhibition is removed could respond as `f(drive) × g(GPi)`, as
# `f(drive) + g(GPi)`, or as `f(drive − shift(GPi))`. Which do you expect, and what would have to be true of the neuron?

# %%
# %matplotlib inline
from matplotlib.figure import Figure

from pbwm import PBWM
from pbwm.circuit import build_circuit
from pbwm.compare.analysis.multiplicativity import MODELS_OF_RESPONSE, multiplicativity
from pbwm.compare.analysis.raster import fresh_trials
from pbwm.compare.analysis.striatum import trial_by_cycle
from pbwm.compare.figures.plots.circuit import plot_circuit
from pbwm.compare.figures.plots.multiplicativity import plot_multiplicativity
from pbwm.compare.figures.plots.striatum import plot_cycles
from pbwm.compare.figures.style import use_print_style
from pbwm.graph import paths_between
from pbwm.recommended import recommended
from tasks.catalog import TASKS

use_print_style()

task = TASKS["12ax"].build()
params = recommended(task.spec)

# %% [markdown]
# ## The circuit
#
# Arrows excite, bars inhibit. Follow the ways from the input to the thalamus and count the bars: an even number opens the
# gate, an odd number shuts it.

# %%
graph = build_circuit(task.spec, params).graph()
plot_circuit(graph).figure

# %%
nuclei = ["matrix_go", "matrix_nogo", "gpe", "stn", "gpi", "thalamus"]
for pathway in paths_between(graph, "stimulus_input", "thalamus", via=nuclei):
    print("opens" if pathway.sign > 0 else "shuts", "  ", pathway)

# %% [markdown]
# **Observe:** the direct pathway has two bars: inhibition of inhibition. The indirect and the hyperdirect one shut the gate; a side
# way of STN, through GPe, works against the latter.
#
# ## One step, cycle by cycle
#
# An untrained network sees one symbol for 100 ms of model time. In which stripes does GPi fall silent, and what does the
# thalamus do there?

# %%
networks = PBWM(task.spec, networks=range(1), seed=1, params=params)
plot_cycles(trial_by_cycle(networks, 0, fresh_trials(task, 0, 40), step=3))

# %% [markdown]
# **Observe:** thalamus is GPi upside down, with the delay of a membrane. Some striatal units alternate between two values from
# one cycle to the next. That is the size of the time step, and no brain rhythm: docs/pbwm.md, §2.
#
# ## Does it multiply?
#
# Four kinds of thalamic cell are driven with every combination of drive and GPi conductance, and the three models of above are
# fitted to each, with functions as free as the grid allows.

# %%
found = multiplicativity((0.0, 4.0))
for relay in found:
    fits = "   ".join(f"{model} {relay.r_squared(model):.3f}" for model in MODELS_OF_RESPONSE)
    print(f"{relay.relay:24} R²: {fits}")

# %%
figure = Figure(figsize=(10, 7), layout="constrained")
plot_multiplicativity(found, figure=figure)

# %% [markdown]
# **Observe:** the point neuron with the cortex's steep rate function (γ = 100) is explained by a moved threshold to the last digit, and
# badly by a product: conductance inhibition *shifts* (Holt & Koch, 1997). A *graded* relay, which passes its depolarisation
# on, is near a product: it sits near rest, where inhibition shunts. So does a cell whose background noise grows with its
# conductance (Chance, Abbott & Reyes, 2002).
#
# **So the claim "disinhibition is multiplicative" rests on an assumption:** that the relay works near rest, or in noise. With
# an all-or-none GPi (silent or not) the question has no content: any response is a product then.
#
# ## Questions
#
# 1. Change the `leak` of the graded relay (`pbwm.gate.GradedRelay(leak=…)`) and fit again. Which way does R² go, and why?
# 2. Restrict the GPi conductance to `(0, 0.5)`. Which model wins now?
