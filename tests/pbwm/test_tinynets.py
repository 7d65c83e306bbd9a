"""Small networks of the reference simulation, cycle by cycle: three layers of four units, each joined to its like.

Between trials, the reference decays these networks to rest, and clamps the input before the first cycle. It has a
second activity of each unit, for learning only, which does not decay then: it fades with the time constant of the
membrane and still enters the running averages of the next trial. Our networks have one activity and never decay between
trials, so the test adds the rest (`left_over`; the averages are linear).
"""

from functools import cache

import numpy as np
import pytest

from pbwm.cortex_learning import CortexLearning
from pbwm.kernels import tables
from pbwm.params import Inhibition, LayerInhibition, NeuronParams, PBWMParams
from tests.pbwm.golden import read
from tests.pbwm.nets import SEEN, begin, build, compare_phases, layer, learn, path, run_cycles

RELATIVE = 1e-5
ROUNDING = 5e-7
"""Absolute floor: a few rounding errors (6e-8) of quantities of order 1, amplified in the steep part of the rate."""

LAYERS = ("Input", "Hidden", "Output")
UNITS = 4
THEIRS = {"act": "Act", "ge": "Ge", "gi": "Gi", "vm": "Vm", "avg_ss": "AvgSS", "avg_s": "AvgS", "avg_m": "AvgM"}
NETS = {
    "act": {"inhibitory": False, "learn": False},
    "inhib": {"inhibitory": True, "learn": False},
    "learn_Base": {"inhibitory": False, "learn": True},
    "learn_NormMomentOn": {"inhibitory": False, "learn": True, "norm_and_momentum": True},
}


def assert_agrees(ours, theirs, floor=ROUNDING, what=""):
    np.testing.assert_allclose(ours, theirs, rtol=RELATIVE, atol=floor, err_msg=what)


class TinyNet:
    """One of the networks, with a log of its four patterns."""

    def __init__(self, inhibitory, learn, norm_and_momentum=False):
        params = PBWMParams(
            neuron=NeuronParams(gbar_l=0.2, send_delta=0.005),
            cortex=CortexLearning(learning_rate=0.04, norm=norm_and_momentum, momentum=norm_and_momentum),
        )
        inhibited = LayerInhibition(layer=Inhibition())
        kinds = (tables.INPUT, tables.CORTEX, tables.TARGET)
        layers = [layer(name, kind, UNITS, inhibited) for name, kind in zip(LAYERS, kinds, strict=True)]
        paths = [path("Input", "Hidden", learns=True), path("Output", "Hidden", learns=True)]
        paths += [path("Input", "Hidden", sign=-1)] if inhibitory else []
        paths += [path("Hidden", "Output", learns=True)]
        self.params, self.learn = params, learn
        self.circuit, self.net, self.block = build(layers, paths, params)
        self.cycles, self.trials = [], []
        for pattern in range(UNITS):
            self.trial(pattern)

    def trial(self, pattern):
        """One trial of one hundred cycles: unit `pattern` of the input, and in the plus phase of the output."""
        state, units = self.block.arrays, self.block.arrays.units
        begin(self.net, state)
        seen = {
            "AvgL": units["avg_l"][4:8, 0].copy(),
            "AvgLLrn": units["avg_l_rate"][4:8, 0].copy(),
            "scale": state.scale[:, 0].copy(),
        }
        left = left_over(units["act"][:12, 0], self.params)
        self.rest()
        units["clamp"][:UNITS] = np.eye(UNITS)[pattern][:, None]
        units["act"][:UNITS] = np.minimum(units["clamp"][:UNITS], self.params.neuron.clamp_max)
        log = [run_cycles(3 * tables.QUARTER, False, self.net, self.block)]
        units["act_minus"][...] = units["act"]
        units["clamp"][2 * UNITS : 3 * UNITS] = np.eye(UNITS)[pattern][:, None]
        log.append(run_cycles(tables.QUARTER, True, self.net, self.block))
        cycles = np.concatenate(log)[:, :12]
        cycles[:, :, 4:] += left
        for i, field in enumerate(SEEN[4:]):
            units[field][:12] += left[-1, :, i, None]
        self.cycles.append(cycles)
        self.trials.append(seen | self.end_trial())

    def rest(self):
        units, pools = self.block.arrays.units, self.block.arrays.pools
        for field in ("act", "ge", "gi", "gi_synaptic"):
            units[field][...] = 0.0
        units["vm"][...] = self.params.neuron.vm_start
        for field in ("act_avg", "feedback"):
            pools[field][...] = 0.0

    def end_trial(self):
        net, state, seen = self.net, self.block.arrays, {}
        state.layers["activity_plus"] = state.pools["act_avg"][net.layers["pool"]]
        compare_phases(net, state)
        seen["cosine"] = state.layers["cosine"][1:3, 0].copy()
        seen["cosine rate"] = state.layers["cosine_rate"][1:3, 0].copy()
        if self.learn:
            learn(net, state)
        for row, p in zip(net.paths, self.circuit.paths, strict=True):
            if self.learn and row.learning_rate > 0:
                synapses = slice(row.first_synapse, row.first_synapse + UNITS)
                norm, momentum = (
                    a[synapses, 0].copy() if self.params.cortex.norm else np.zeros(UNITS)
                    for a in (state.norm, state.momentum)
                )
                linear, weight = state.linear[synapses, 0].copy(), state.weight[synapses, 0].copy()
                seen[f"{p.sender}To{p.target}"] = (linear, weight, norm, momentum)
        return seen


def left_over(act, params):
    """Remains of the last trial's `act` for learning in AvgSS, AvgS, AvgM: array (100, unit, 3).

    A clamp removes it: in the input from the start, in the output in the plus phase.
    """
    k, fading = params.cortex.averages(), 1 - 1 / params.neuron.vm_tau
    ss, s, m, left, out = 0.0, 0.0, 0.0, act.astype(np.float64), []
    left[:UNITS] = 0.0
    for now in range(tables.CYCLES):
        left = fading * left
        if now == 3 * tables.QUARTER:
            left[2 * UNITS :] = 0.0
        ss = ss + k.super_short_dt * (left - ss)
        s = s + k.short_dt * (ss - s)
        m = m + k.medium_dt * (s - m)
        out.append(np.stack([ss, s, m], 1))
    return np.array(out)


@cache
def simulated(name):
    return TinyNet(**NETS[name])


@cache
def reference(name):
    return read(f"tinynet_{name}.json.gz")


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("field", SEEN)
def test_every_cycle(name, field):
    cycles = np.concatenate(simulated(name).cycles)[:, :, SEEN.index(field)].reshape(-1, len(LAYERS), UNITS)
    theirs = np.array([[shot[at][THEIRS[field]] for at in LAYERS] for shot in reference(name)["cycles"]])
    assert_agrees(cycles, theirs)


@pytest.mark.parametrize("name", NETS)
def test_average_that_learning_sees(name):
    mix = PBWMParams().cortex.medium_in_short
    log = np.concatenate(simulated(name).cycles)
    ours = (1 - mix) * log[:, :, SEEN.index("avg_s")] + mix * log[:, :, SEEN.index("avg_m")]
    theirs = np.array([[shot[at]["AvgSLrn"] for at in LAYERS] for shot in reference(name)["cycles"]])
    assert_agrees(ours.reshape(theirs.shape), theirs)


@pytest.mark.parametrize("name", NETS)
def test_end_of_every_quarter(name):
    log = np.concatenate(simulated(name).cycles)[tables.QUARTER - 1 :: tables.QUARTER]
    quarters = reference(name)["quarters"]
    assert [(shot["pat"], shot["qtr"]) for shot in quarters] == [(p, q) for p in range(4) for q in range(4)]
    for field in ("act", "ge", "gi", "vm", "avg_s", "avg_m"):
        theirs = np.array([[shot[at][THEIRS[field]] for at in LAYERS] for shot in quarters])
        assert_agrees(log[:, :, SEEN.index(field)].reshape(theirs.shape), theirs, what=field)


@pytest.mark.parametrize("name", NETS)
def test_long_term_averages_scales_and_phase_differences_of_every_trial(name):
    net = simulated(name)
    for ours, theirs in zip(net.trials, reference(name)["trials"], strict=True):
        assert_agrees(ours["AvgL"], theirs["hid_AvgL"])
        # 1 − cosine is a difference of nearly equal numbers, but its floor (.01) applies: the rate is exact.
        assert_agrees(ours["AvgLLrn"], theirs["hid_AvgLLrn"], floor=1e-10)
        for at, cosine, rate in zip(("hid", "out"), ours["cosine"], ours["cosine rate"], strict=True):
            assert_agrees(cosine, theirs[f"{at}_CosDiff"]["Avg"])
            assert_agrees(rate, theirs[f"{at}_CosDiff"]["ModAvgLLrn"], floor=0)
        scales = {"ForwardPath": 1, "BackPath": 1, "InhibPath": -1}
        for key, scale in theirs["gscale"].items():
            ends, kind = key.split("_")
            found = [
                s
                for s, p in zip(ours["scale"], net.circuit.paths, strict=False)
                if f"{p.sender}To{p.target}" == ends and p.sign == scales[kind]
            ]
            assert_agrees(found, [scale], floor=0)


@pytest.mark.parametrize("name", ["learn_Base", "learn_NormMomentOn"])
def test_learned_weights_norm_and_momentum(name):
    before = {}
    for ours, theirs in zip(simulated(name).trials, reference(name)["trials"], strict=True):
        for key, synapses in theirs["syns"].items():
            linear, weight, norm, momentum = ours[key]
            # Weights are numbers of order 1 in float32; their changes, down to 1e-6, are not exact to 1e-5.
            assert_agrees(linear, synapses["LWt_after"])
            assert_agrees(weight, synapses["Wt_after"])
            assert_agrees(norm, synapses["Norm"], floor=1e-9)
            assert_agrees(momentum, synapses["Moment"], floor=1e-9)
            change = np.array(synapses["DWt"])
            grown = linear - before.get(key, np.full(UNITS, 0.5, np.float32))
            np.testing.assert_allclose(grown, change * 0.5, rtol=2e-3, atol=6e-8)
            before[key] = linear
