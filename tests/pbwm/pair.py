"""A network and its twin, side by side: what is compared, and how closely."""

from dataclasses import replace
from functools import partial

import numpy as np
from numba import njit

from pbwm.dopamine import PVLV, RescorlaWagner, TemporalDifference
from pbwm.kernels.events import REJECTED_CONTENT
from pbwm.kernels.exploration import GATING_NOISE
from pbwm.layout import Layout
from pbwm.learner import PBWM
from tasks.base.rng import Purpose, stream
from tasks.base.rng import key as key_of
from tasks.base.task import Role, TrialBlock
from tasks.catalog import TASKS
from tasks.engine.kernels.counter import draw, normal, uniform
from tests.reference.pbwm_twin import Twin

TOLERANCE = 1e-9

NAMES = {
    "stimulus_input": "stimulus",
    "control_input": "control",
    "output": "output",
    "hidden": "hidden",
    "matrix_go": "go",
    "matrix_nogo": "nogo",
    "gpe": "gpe",
    "gpi_thalamus": "gate",
    "stn": "stn",
    "gpi": "gpi",
    "thalamus": "thalamus",
    "pfc_maintenance": "mnt",
    "pfc_maintenance_deep": "mnt_deep",
    "pfc_output": "out",
    "pfc_output_deep": "out_deep",
    "pfc_age": "age",
    "pfc_match": "match",
    "matrix_go_age": "go_age",
    "matrix_nogo_age": "nogo_age",
}
"""Our name of a layer, and the twin's."""

PREDICTION = {
    RescorlaWagner: {"prediction_weight": "weight"},
    TemporalDifference: {"prediction_weight": "weight", "eligibility": "eligibility"},
    PVLV: {name: name for name in ("lve_weight", "lvi_weight", "transmission")} | {"prediction_weight": "weight"},
}
"""Variables of a synapse of the reward prediction, by dopamine system: our name, and the twin's."""


def block_of(task, steps, untold=(), silent=()):
    """The first `steps` steps of two networks' streams; steps `untold` have no target, and `silent` ones no control."""
    built = TASKS[task].build()
    # On these trials no output layer oscillates: where one does, a difference of 1e-16 grows to 1e-6 for some cycles.
    block = TrialBlock.stack([built.trials(steps, stream(8, Purpose.TRIALS, r)) for r in range(2)])
    block.target[:, list(untold)] = -1
    block.symbols[:, list(silent), built.spec.channels_with(Role.CONTROL, Role.BOTH)[0]] = -1
    return built.spec, replace(block, length=np.minimum(block.length, steps))


def one_step(block, step):
    arrays = ("symbols", "target", "counts", "rewarded", "event", "starts", "ideal_gate")
    return TrialBlock(length=np.array([1, 1]), **{name: getattr(block, name)[:, step : step + 1] for name in arrays})


def matrix(values, senders, n):
    out = np.zeros((len(values), n))
    np.put_along_axis(out, senders, values, 1)
    return out


@njit
def gating_noise(key0, key1, trial, stripe):
    """The standard normal number of a stripe in a trial."""
    return normal(draw(key0, key1, stripe, trial, GATING_NOISE, 0)[0])


@njit
def coin(key0, key1, trial, stripe):
    return uniform(draw(key0, key1, stripe, trial, REJECTED_CONTENT, 0)[0])


class Pair:
    def __init__(self, task, params, steps, number, untold=(), silent=()):
        spec, self.block = block_of(task, steps, untold, silent)
        self.network = PBWM(spec, networks=range(2), seed=5, params=params, dtype=np.float64, layout=Layout.NETWORKS)
        key0, key1 = key_of(5, number)
        draws = (partial(function, key0, key1) for function in (gating_noise, coin))
        self.twin, self.number, self.steps = Twin(spec, params, *draws), number, steps
        for (sender, target), weights in self.ours(self.network.weights()).items():
            self.twin.set_weights(sender, target, weights)

    def ours(self, by_path):
        """Values per synapse by path name, as matrices by the twin's (sender, target)."""
        circuit, found = self.network.circuit, {}
        for path in circuit.paths:
            if path.name in by_path:
                n = circuit.layers[circuit.layer(path.sender)].units
                values = by_path[path.name][self.number]
                reached = np.zeros((circuit.layers[circuit.layer(path.target)].units, n))
                reached[circuit.receivers(path)] = matrix(values, circuit.senders(path), n)
                found[NAMES[path.sender], NAMES[path.target]] = reached
        return found

    def by_path(self, rows):
        """Rows of the block's memory, one per synapse with cortical learning, for `ours`."""
        out = {}
        for path, row in zip(self.network.circuit.paths, self.network.net.paths, strict=True):
            if row.plastic:
                synapses = self.network.places.synapses(path, row.first_synapse)
                out[path.name] = np.moveaxis(rows[synapses, :2], -1, 0)
        return out

    def step(self, now, learn=True):
        outcome, cycles = self.network.trace_step(one_step(self.block, now), learn=learn)
        r = self.number
        told = (a[r, now] for a in (self.block.symbols, self.block.target, self.block.rewarded))
        response, seen = self.twin.trial(*told, learn=learn)
        assert outcome.response[r, 0] == response
        close(cycles[:, : seen.shape[1], r], seen, "activity in every cycle")
        signals = outcome.record.signals
        close(signals["dopamine"][r, 0], self.twin.reward_system.dopamine, "dopamine")
        close(signals["reward_prediction"][r, 0], self.twin.reward_system.prediction, "reward prediction")
        close(signals["gate"][r, 0, -1], self.twin.gate, "gates at the last check")
        if self.twin.gating == "thalamus":
            close(signals["effective_gate"][r, 0, -1], self.twin.effective, "effective gates at the last check")
        close(outcome.record.memory[r, 0].ravel(), self.twin.layers["mnt_deep"].held, "what is held")

    def compare_learned(self):
        network, state, r, twin = self.network, self.network.blocks[0].arrays, self.number, self.twin
        for key, weights in self.ours(network.weights()).items():
            close(weights, twin.paths[key].weight, f"weights {key}")
        for key, traces in self.ours(network.traces()).items():
            close(traces, twin.paths[key].trace, f"traces {key}")
        close(state.network["mean_reward"][0, r], twin.mean_reward, "mean reward")
        kinds = {"linear": "linear"}
        kinds |= {"norm": "norm"} if network.params.cortex.norm else {}
        kinds |= {"momentum": "moment"} if network.params.cortex.momentum else {}
        for ours, theirs in kinds.items():
            for key, values in self.ours(self.by_path(getattr(state, ours))).items():
                close(values, getattr(twin.paths[key], theirs), f"{ours} {key}")
        for ours, theirs in PREDICTION[type(network.params.dopamine)].items():
            by_layer = getattr(twin.reward_system, theirs).values()
            close(getattr(state, ours)[:, r], np.concatenate(list(by_layer)), f"{ours} of the reward prediction")
        close(state.scale[:, r], [twin.paths[self.key(p)].scale for p in network.circuit.paths], "scales")
        close(state.stripes["count"][:, r], twin.count, "clocks of the stripes")
        if network.params.exploration.by_stripe:
            close(state.stripes["success"][:, r], twin.success, "mean reward of the stripes")
        for layer in network.circuit.layers:
            self.compare_layer(layer.name)
        if twin.feedback:
            self.compare_feedback()

    def compare_feedback(self):
        state, r, told = self.network.blocks[0].arrays, self.number, self.twin.feedback
        for name in ("readable", "offered", "displaced", "rejected", "usual"):
            close(state.contents[name][:, r], getattr(told, name).ravel(), f"{name} content")
        n = self.twin.stripes
        for name, value in zip(("held", "displaced", "rejected"), told.values, strict=True):
            close(state.credits[name][:n, r], value, f"value of the {name} content")
        close(state.credits["rejections"][:n, r], told.kept_out, "contents kept out")
        for name, dopamine in zip(("dopamine_go", "dopamine_nogo"), told.dopamine, strict=True):
            close(state.credits[name][:, r], dopamine, f"{name} of the stripes")
        for name, tags in self.network.tags().items():
            for (sender, target), of_path in self.ours(tags).items():
                close(of_path, getattr(told, f"{name}_tag")[target], f"{name} tags {sender} {target}")

    def key(self, path):
        return NAMES[path.sender], NAMES[path.target]

    def compare_layer(self, name):
        network, layer, r = self.network, self.twin.layers[NAMES[name]], self.number
        i = network.circuit.layer(name)
        units = network.blocks[0].arrays.units[network.net.layers[i].start : network.net.layers[i].stop]
        pairs = {"act": layer.act, "vm": layer.vm, "gi_self": layer.gi_self}
        if NAMES[name] not in ("stimulus", "control", "age"):
            pairs["ge"] = layer.ge
        if network.net.layers[i].averages:
            pairs |= {"avg_ss": layer.ss, "avg_s": layer.s, "avg_m": layer.m}
        if network.net.layers[i].learns:
            pairs |= {"avg_l": layer.avg_l, "avg_l_rate": layer.avg_l_rate}
            close(network.blocks[0].arrays.layers["cosine"][i, r], layer.cosine, f"cosine of {name}")
        for field, theirs in pairs.items():
            close(units[field][:, r], theirs, f"{field} of {name}")
        close(network.blocks[0].arrays.layers["activity"][i, r], layer.expected, f"expected activity of {name}")


def close(ours, theirs, what):
    np.testing.assert_allclose(ours, theirs, rtol=TOLERANCE, atol=TOLERANCE, err_msg=what)
