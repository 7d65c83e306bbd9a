"""The kernels in float64 against a slow twin written from the equations (docs/pbwm.md), over trials with learning."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from numba import njit

from pbwm.dopamine import PVLV, RescorlaWagner, TemporalDifference
from pbwm.exploration import Exploration
from pbwm.gate import Disinhibition, MergedGate, NoiseScaledRelay, PointRelay
from pbwm.kernels.events import REJECTED_CONTENT
from pbwm.kernels.exploration import GATING_NOISE
from pbwm.layout import Layout
from pbwm.learner import PBWM
from pbwm.params import GatingParams, Inhibition, LayerInhibition, PathParams, PBWMParams
from pbwm.profiles import DeepProfile
from pbwm.striatum import CovarianceRule, FeedbackRule, TagRule
from tasks.base.rng import Purpose, stream
from tasks.base.rng import key as key_of
from tasks.base.task import TrialBlock
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
    "matrix_go_age": "go_age",
    "matrix_nogo_age": "nogo_age",
}
"""Our name of a layer, and the twin's."""

PREDICTION = {
    RescorlaWagner: {"prediction_weight": "weight"},
    TemporalDifference: {"prediction_weight": "weight", "eligibility": "eligibility"},
    PVLV: {name: name for name in ("lve_weight", "lvi_weight", "transmission")} | {"prediction_weight": "weight"},
}
"""What a synapse of the reward prediction has, by the dopamine system: our name, and the twin's."""

DEFAULT = PBWMParams()
SMALL = PBWMParams(stripes=3, hidden=9)
CORTEX, STRIATUM = DEFAULT.cortex, DEFAULT.striatum
DIRECT = MergedGate(nogo_gain=1.0, direct_nogo=True)
ONCE = GatingParams(checks=1, maintenance_gain=1.0)
BLIND = RescorlaWagner(senders=("control_input",), prediction_min=0.0)
FEEDBACK = replace(SMALL, gate=DIRECT, gating=ONCE, dopamine=BLIND, exploration=Exploration(sd=0.3))

CASES = {
    "sir2 as published": ("sir2-reference", DEFAULT, 4),
    "12ax, one channel for both": ("12ax", DEFAULT, 3),
    "three stripes, nine hidden units": ("sir2-reference", SMALL, 6),
    "norm and momentum": ("sir2-reference", replace(SMALL, cortex=replace(CORTEX, norm=True, momentum=True)), 6),
    "norm only": ("sir2-reference", replace(SMALL, cortex=replace(CORTEX, norm=True)), 6),
    "momentum only": ("12ax", replace(SMALL, cortex=replace(CORTEX, momentum=True)), 6),
    "superficial layers cleared": ("sir2-reference", replace(SMALL, gating=GatingParams(clear=1.0)), 6),
    "half cleared, held for two quarters": (
        "sir2-reference",
        replace(SMALL, gating=GatingParams(clear=0.5, maintenance_max=2, output_max=3)),
        6,
    ),
    "little NoGo learning from bursts": ("sir2", replace(SMALL, striatum=replace(STRIATUM, nogo_positive=0.1)), 6),
    "weak bursts": ("sir2", replace(SMALL, striatum=replace(STRIATUM, burst_gain=0.5)), 6),
    "weak D1, strong D2, tonic dopamine": (
        "sir2",
        replace(SMALL, striatum=replace(STRIATUM, d1_gain=0.5, d2_gain=1.5, dopamine_offset=0.1, nogo_positive=0.1)),
        6,
    ),
    "temporal differences": ("sir2", replace(SMALL, dopamine=TemporalDifference(learning_rate=0.2)), 10),
    "temporal differences from control input, tags": (
        "sir2",
        replace(
            SMALL,
            dopamine=TemporalDifference(discount=0.7, trace_decay=0.5, senders=("control_input",)),
            striatum=replace(STRIATUM, rule=TagRule()),
        ),
        10,
    ),
    "PVLV": ("sir2", replace(SMALL, dopamine=PVLV()), 10),
    "fast PVLV, learned value elsewhere, partial depression": (
        "sir2",
        replace(
            SMALL,
            dopamine=PVLV(
                learning_rate=0.3,
                lve_learning_rate=0.6,
                lvi_learning_rate=0.2,
                lvi_min=0.4,
                filter_min=0.3,
                filter_max=0.6,
                lv_always=False,
                depression=0.6,
                recovery=0.5,
            ),
        ),
        14,
    ),
    "weak dips": ("sir2", replace(SMALL, striatum=replace(STRIATUM, dip_gain=0.5)), 6),
    "striatal weights in a range": (
        "sir2",
        replace(SMALL, striatum=replace(STRIATUM, learning_rate=0.5, weight_min=0.45, weight_max=0.55)),
        10,
    ),
    "small changes not sent": ("sir2-reference", replace(SMALL, neuron=replace(DEFAULT.neuron, send_delta=0.005)), 6),
    "changes delivered to and from 70 hidden units": (
        "sir2-reference",
        replace(SMALL, hidden=70, neuron=replace(DEFAULT.neuron, send_delta=0.005)),
        3,
    ),
    "self inhibition, largest excitation": (
        "sir2-reference",
        replace(
            SMALL,
            hidden_inhibition=LayerInhibition(
                layer=Inhibition(gi=1.9, fb_tau=2.0, max_vs_avg=0.3), self_gi=0.3, self_tau=2.0
            ),
            gpe_inhibition=LayerInhibition(layer=Inhibition(gi=2.4, ff=0.9), g_tau=2.0),
        ),
        6,
    ),
    "gates read late, low threshold": (
        "sir2-reference",
        replace(SMALL, gating=GatingParams(cycle=24, threshold=0.1)),
        6,
    ),
    "tags, structural credit, noise at the gate": (
        "sir2",
        replace(
            SMALL,
            gate=DIRECT,
            gating=ONCE,
            dopamine=BLIND,
            gpi_inhibition=LayerInhibition(g_tau=3.0),
            exploration=Exploration(sd=0.3),
            striatum=replace(STRIATUM, rule=TagRule(), learning_rate=0.2),
        ),
        14,
    ),
    "tags at both gate checks": ("sir2", replace(SMALL, striatum=replace(STRIATUM, rule=TagRule())), 10),
    "disinhibition": ("sir2-reference", replace(SMALL, gate=Disinhibition()), 6),
    "disinhibition, a point neuron for a thalamus": (
        "sir2",
        replace(SMALL, gate=Disinhibition(relay=PointRelay(gain=5.0))),
        6,
    ),
    "disinhibition, a stronger loop, a partly balanced relay, no output gating, noise": (
        "sir2",
        replace(
            SMALL,
            output_gating=False,
            gate=Disinhibition(relay=NoiseScaledRelay(balance=0.8), thalamus_to_deep=0.1),
            dopamine=BLIND,
            exploration=Exploration(sd=0.3),
        ),
        8,
    ),
    "no output gating": (
        "12ax",
        replace(
            SMALL,
            output_gating=False,
            gate=DIRECT,
            gating=ONCE,
            dopamine=BLIND,
            path=PathParams(pfc_gain=2.0, pfc_to_output=0.3),
            exploration=Exploration(sd=0.2, gain=1.5, reward_tau=3.0, by_prediction=True),
            striatum=replace(STRIATUM, rule=TagRule(factor="a"), learning_rate=0.1),
        ),
        8,
    ),
    "profiles of deep cortex, the noise of each stripe": (
        "sir2",
        replace(
            SMALL,
            gate=DIRECT,
            dopamine=BLIND,
            gpi_inhibition=LayerInhibition(g_tau=3.0),
            gating=GatingParams(
                profiles=(DeepProfile.rise_and_fall(rise_tau=2.0, decay_tau=4.0), DeepProfile.decaying()),
                output_profile=DeepProfile(initial=0.8, decay_tau=3.0),
                output_max=2,
            ),
            exploration=Exploration(sd=0.3, by_stripe=True, reward_tau=2.0),
            striatum=replace(STRIATUM, rule=TagRule(), learning_rate=0.2),
        ),
        14,
    ),
    "no output gating, the noise of each stripe": (
        "12ax",
        replace(
            SMALL,
            output_gating=False,
            gate=DIRECT,
            dopamine=BLIND,
            exploration=Exploration(sd=0.3, by_stripe=True, reward_tau=2.0),
        ),
        8,
    ),
    "learned prefrontal inputs": (
        "sir2",
        replace(
            SMALL,
            path=PathParams(learned_inputs=True, prefrontal_units=7),
            cortex=replace(CORTEX, learning_rate=0.2),
        ),
        8,
    ),
    "covariance, noise in the striatum": (
        "sir2",
        replace(
            SMALL,
            exploration=Exploration(sd=0.1, site="striatum"),
            striatum=replace(STRIATUM, rule=CovarianceRule(habit_rate=0.3, decay=0.8), learning_rate=0.2),
        ),
        14,
    ),
    "feedback of the target's error, credit by the output gate, weights cut off": (
        "sir2",
        replace(
            FEEDBACK,
            striatum=replace(
                STRIATUM,
                rule=FeedbackRule(
                    structural_credit=True,
                    hidden_feedback=0.5,
                    rejected_rate=0.7,
                    output_rate=2.0,
                    displaced_weight=0.6,
                ),
                learning_rate=3.0,
                soft_bounds=False,
                weight_min=0.35,
                weight_max=0.7,
            ),
        ),
        20,
    ),
    "feedback of the response's error, gains of dopamine": (
        "12ax",
        replace(
            FEEDBACK,
            gate=Disinhibition(),
            striatum=replace(
                STRIATUM,
                rule=FeedbackRule(teacher="response", factor="a"),
                learning_rate=2.0,
                burst_gain=0.5,
                d2_gain=1.5,
                dopamine_offset=0.1,
            ),
        ),
        16,
    ),
    "ages of contents, disinhibition, tags": (
        "sir2-reference",
        replace(
            SMALL,
            matrix_inhibition=LayerInhibition(pool=Inhibition(gi=2.1, fb=0.0), self_gi=0.4),
            gate=Disinhibition(),
            gating=GatingParams(age_units=3),
            striatum=replace(STRIATUM, rule=TagRule(), learning_rate=0.2),
        ),
        8,
    ),
    "ages of contents, merged gate with competition": ("sir2", replace(SMALL, gating=GatingParams(age_units=4)), 10),
    "ages of contents, direct NoGo, feedback": (
        "12ax",
        replace(
            FEEDBACK,
            gating=replace(ONCE, age_units=4, maintenance_max=6),
            striatum=replace(STRIATUM, rule=FeedbackRule(), learning_rate=2.0, soft_bounds=False),
        ),
        16,
    ),
    "updated once, feedback, ages": (
        "sir2",
        replace(
            FEEDBACK,
            gating=replace(ONCE, age_units=3, maintenance_max=4, updates=1),
            striatum=replace(STRIATUM, rule=FeedbackRule(), learning_rate=2.0, soft_bounds=False),
        ),
        16,
    ),
    "updated once, feedback without output gating": (
        "12ax",
        replace(
            FEEDBACK,
            output_gating=False,
            gating=replace(ONCE, updates=1),
            striatum=replace(STRIATUM, rule=FeedbackRule(), learning_rate=2.0),
        ),
        10,
    ),
    "updated once, gates read twice, disinhibition": (
        "sir2",
        replace(SMALL, output_gating=False, gate=Disinhibition(), dopamine=BLIND, gating=GatingParams(updates=1)),
        6,
    ),
    "activity decays between trials": (
        "sir2-reference",
        replace(SMALL, neuron=replace(DEFAULT.neuron, trial_decay=0.6)),
        10,
    ),
    "hidden errors by weights": (
        "sir2",
        replace(
            FEEDBACK,
            gate=Disinhibition(),
            striatum=replace(STRIATUM, rule=FeedbackRule(hidden_by_weights=True), learning_rate=2.0),
        ),
        16,
    ),
    "feedback without output gating, noise in the striatum": (
        "12ax",
        replace(
            FEEDBACK,
            output_gating=False,
            exploration=Exploration(sd=0.2, site="striatum"),
            striatum=replace(STRIATUM, rule=FeedbackRule(factor="2a(1-a)"), learning_rate=2.0),
        ),
        16,
    ),
}


def block_of(task, steps, untold=()):
    """The first `steps` steps of two networks' streams; the steps `untold` have no target."""
    built = TASKS[task].build()
    # On these trials no output layer oscillates: where one does, a difference of 1e-16 grows to 1e-6 for some cycles.
    block = TrialBlock.stack([built.trials(steps, stream(8, Purpose.TRIALS, r)) for r in range(2)])
    block.target[:, list(untold)] = -1
    return built.spec, replace(block, length=np.minimum(block.length, steps))


def one_step(block, step):
    arrays = ("symbols", "target", "counts", "rewarded", "event", "starts", "ideal_gate")
    return TrialBlock(length=np.array([1, 1]), **{name: getattr(block, name)[:, step : step + 1] for name in arrays})


def matrix(values, senders, n):
    """(receiver, contact) as (receiver, sender)."""
    out = np.zeros((len(values), n))
    np.put_along_axis(out, senders, values, 1)
    return out


@njit
def gating_noise(key0, key1, trial, stripe):
    """The standard normal number of a stripe in a trial."""
    return normal(draw(key0, key1, stripe, trial, GATING_NOISE, 0)[0])


@njit
def coin(key0, key1, trial, stripe):
    """The uniform number of a stripe in a trial."""
    return uniform(draw(key0, key1, stripe, trial, REJECTED_CONTENT, 0)[0])


class Pair:
    """A network and its twin, side by side."""

    def __init__(self, task, params, steps, number, untold=()):
        spec, self.block = block_of(task, steps, untold)
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
        """Rows of the block's memory, one per synapse, as `ours` takes them."""
        out = {}
        for path, row in zip(self.network.circuit.paths, self.network.net.paths, strict=True):
            synapses = self.network.places.synapses(path, row.first_synapse)
            out[path.name] = np.moveaxis(rows[synapses, :2], -1, 0)
        return out

    def step(self, now, learn=True):
        """One step of both, compared."""
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
        """Weights, traces, averages and scales after the last step."""
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
                if twin.paths[key].kind == "cortex":
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
        """What stripes remember of gating events, what it is worth, and their dopamine."""
        state, r, told = self.network.blocks[0].arrays, self.number, self.twin.feedback
        for name in ("readable", "offered", "displaced", "rejected"):
            close(state.contents[name][:, r], getattr(told, name).ravel(), f"{name} content")
        n = self.twin.stripes
        for name, worth in zip(("held", "displaced", "rejected"), told.worth, strict=True):
            close(state.credits[name][:n, r], worth, f"worth of the {name} content")
        close(state.credits["rejections"][:n, r], told.kept_out, "contents kept out")
        for name, dopamine in zip(("dopamine_go", "dopamine_nogo"), told.dopamine, strict=True):
            close(state.credits[name][:, r], dopamine, f"{name} of the stripes")
        for name, tags in self.network.tags().items():
            for (sender, target), of_path in self.ours(tags).items():
                close(of_path, getattr(told, f"{name}_tag")[target], f"{name} tags {sender} {target}")

    def key(self, path):
        return NAMES[path.sender], NAMES[path.target]

    def compare_layer(self, name):
        """Everything a unit of one layer has."""
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


@pytest.mark.parametrize("case", CASES)
def test_network_is_its_twin(case):
    task, params, steps = CASES[case]
    pair = Pair(task, params, steps, number=1)
    for now in range(steps):
        pair.step(now)
    pair.compare_learned()


def test_a_step_without_target_leaves_the_output_free():
    pair = Pair("sir2", SMALL, 8, number=1, untold=(2, 3, 6))
    for now in range(8):
        pair.step(now)
    pair.compare_learned()


def test_without_learning():
    pair = Pair("sir2-reference", SMALL, 6, number=0)
    for now in range(6):
        pair.step(now, learn=now in (2, 5))
    pair.compare_learned()
