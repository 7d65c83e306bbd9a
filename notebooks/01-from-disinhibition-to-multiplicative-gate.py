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
# A gate of an LSTM multiplies. A gate of the basal ganglia *disinhibits*: GPi/SNr tonically inhibits the thalamus, and striatal Go cells
# silence GPi. Does disinhibition multiply?
#
# **Before you run:** the response of a thalamic cell could be `f(drive) × g(GPi)`, `f(drive) + g(GPi)`, or `f(drive − shift(GPi))`. Which do
# you expect, and which properties of the cell would it require?

# %%
# %matplotlib inline
import pbwm.compare as pw

pw.use_print_style()

task = pw.TASKS["12ax"].build()
params = pw.recommended(task.spec)

# %% [markdown]
# ## Which pathways open the gate?
#
# Arrows excite, bars inhibit. Count the bars on each pathway from the input to the thalamus: an even number opens the gate, an odd number
# shuts it.

# %%
graph = pw.build_circuit(task.spec, params).graph()
pw.plot_circuit(graph).figure

# %%
nuclei = ["matrix_go", "matrix_nogo", "gpe", "stn", "gpi", "thalamus"]
for pathway in pw.paths_between(graph, "stimulus_input", "thalamus", via=nuclei):
    print("opens" if pathway.sign > 0 else "shuts", "  ", pathway)

# %% [markdown]
# **Answer:** the direct pathway has two bars and opens the gate. The indirect and hyperdirect pathways shut it, except for the branch of the
# hyperdirect pathway through GPe, which opens it.
#
# ## What happens within one step?
#
# An untrained network sees one symbol for 100 ms of model time. Each panel is a nucleus, and each line is a stripe. In which stripes does
# GPi fall silent, and what does their thalamus do?

# %%
networks = pw.PBWM(task.spec, networks=range(1), seed=1, params=params)
pw.plot_cycles(pw.trial_by_cycle(networks, 0, pw.fresh_trials(task, 0, 40), step=3))

# %% [markdown]
# **Answer:** the thalamus mirrors GPi, delayed by a membrane time constant. Some striatal units alternate between two values, which is an
# effect of the time step (`docs/pbwm.md`, §2).
#
# ## Does disinhibition multiply?
#
# Four kinds of thalamic cell receive every combination of drive and GPi conductance. The three models above are fitted to their responses.
# The functions f, g, and shift are arbitrary.

# %%
found = pw.multiplicativity((0.0, 4.0))
for relay in found:
    fits = "   ".join(f"{model} {relay.r_squared(model):.3f}" for model in pw.MODELS_OF_RESPONSE)
    print(f"{relay.relay:24} R²: {fits}")

# %%
pw.plot_multiplicativity(found)

# %% [markdown]
# **Answer:** for the point neuron with the steep rate function of cortex (γ = 100), a shifted threshold fits to three digits and a product
# fits poorly. In this cell, inhibition by conductance *shifts* the threshold (Holt & Koch, 1997). Two cells are close to a product: a
# *graded* relay, which transmits its depolarization, because inhibition shunts near its resting potential, and a cell whose background
# noise grows with its conductance (Chance, Abbott & Reyes, 2002).
#
# **The claim "disinhibition is multiplicative" therefore assumes** that the relay works near rest, or in noise. If GPi is all or none, any
# response is a product, and the question does not arise.
#
# ## Questions
#
# 1. Change the `leak` of the graded relay (`pbwm.gate.GradedRelay(leak=…)`) and fit again. In which direction does R² change, and why?
# 2. Restrict the GPi conductance to `(0, 0.5)`. Which model fits best now?
