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
# **Before you run:** the response of a thalamic cell could be `f(drive) × g(GPi)`, `f(drive) + g(GPi)`, or `f(drive − shift(GPi))`. Which
# form do you expect, and which properties must the cell have for it?

# %%
# %matplotlib inline
import pbwm.compare as pw

pw.use_print_style()

task = pw.TASKS["12ax"].build()
params = pw.recommended(task.spec)

# %% [markdown]
# ## Which pathways open the gate?
#
# Count the bars (inhibition) on each pathway from the input to the thalamus. An even number opens the gate, and an odd number shuts it.

# %%
graph = pw.build_circuit(task.spec, params).graph()
pw.plot_circuit(graph).figure

# %%
nuclei = ["matrix_go", "matrix_nogo", "gpe", "stn", "gpi", "thalamus"]
for pathway in pw.paths_between(graph, "stimulus_input", "thalamus", via=nuclei):
    print("opens" if pathway.sign > 0 else "shuts", "  ", pathway)

# %% [markdown]
# **Answer:** the direct pathway opens the gate. The indirect and hyperdirect pathways shut it, except for the branch of the hyperdirect
# pathway through GPe.
#
# ## What happens within one step?
#
# An untrained network sees one symbol for 100 ms of model time. Each panel is a nucleus, and each line is a stripe. Where does GPi fall
# silent, and how does the thalamus respond?

# %%
networks = pw.PBWM(task.spec, networks=range(1), seed=1, params=params)
pw.plot_cycles(pw.trial_by_cycle(networks, 0, pw.fresh_trials(task, 0, 40), step=3))

# %% [markdown]
# **Answer:** the thalamus does the opposite of GPi, one membrane time constant later. Some striatal units alternate between two values, an
# effect of the time step (`docs/pbwm.md`, §2).
#
# ## Does disinhibition multiply?
#
# We simulate four kinds of thalamic cell at every combination of drive and GPi conductance, and fit the three forms above to their
# responses. The functions f, g, and shift are arbitrary.

# %%
found = pw.multiplicativity((0.0, 4.0))
for relay in found:
    fits = "   ".join(f"{model} {relay.r_squared(model):.3f}" for model in pw.MODELS_OF_RESPONSE)
    print(f"{relay.relay:24} R²: {fits}")

# %%
pw.plot_multiplicativity(found)

# %% [markdown]
# **Answer:** in the point neuron with the steep rate function of cortex (γ = 100), inhibition *shifts* the threshold (R² = 1.000; Holt &
# Koch, 1997), and a product fits poorly. Two other cells are close to a product. One is the *graded* relay, which transmits its
# depolarization: near its resting potential, inhibition shunts. The other is a cell whose background noise grows with its conductance
# (Chance, Abbott & Reyes, 2002).
#
# **The claim "disinhibition is multiplicative" therefore assumes** that the relay works near rest, or in noise. If GPi is always either
# fully active or silent, any response is a product.
#
# ## Questions
#
# 1. Change the `leak` of the graded relay (`pbwm.gate.GradedRelay(leak=…)`) and fit again. In which direction does R² change, and why?
# 2. Restrict the GPi conductance to `(0, 0.5)`. Which model fits best now?
