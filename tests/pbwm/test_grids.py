"""Every kernel function against the numbers of the reference simulation, row by row, in float32.

All agree to a relative 1e-5 at least. Most of the difference is the reference's own exponential (up to 8e-6); the rest
is rounding (6e-8). A test with an absolute floor gives the reason.
"""

from dataclasses import replace

import numpy as np
import pytest
from numba import njit

from pbwm.circuit import Wiring
from pbwm.kernels import cortex, inhibition, neuron, settle, striatum, tables
from pbwm.params import Inhibition, LayerInhibition, NeuronParams, PBWMParams
from pbwm.profiles import DeepProfile
from pbwm.state import inverse_weight_sigmoid
from pbwm.striatum import StriatumLearning
from tasks.engine.lanes import LANES, aligned_zeros, exp, load, store
from tests.pbwm.golden import columns, read
from tests.pbwm.lanes import over_lanes
from tests.pbwm.nets import build, layer, path, run_cycles, update_deep

RELATIVE = 1e-5
TINY_RATE = 1e-12
"""Activities below this are far down the tail ``exp(600 x)`` of the rate, where a rounding error of Vm (6e-8) is a
relative 4e-5."""

PARAMS = PBWMParams()
NEURON = PARAMS.neuron.constants()
AVERAGES = PARAMS.cortex.averages()
XCAL = PARAMS.cortex.xcal()


def assert_agrees(ours, theirs, floor=0.0):
    np.testing.assert_allclose(ours, theirs, rtol=RELATIVE, atol=floor)


@njit
def exponential(x, constants):
    return exp(x)


@njit
def sharpened(linear, constants):
    return cortex.weight_sigmoid(linear, constants[0], constants[1])


@njit
def changed(linear, change, constants):
    return cortex.bounded(linear, change)


@njit
def full_scale(activity, senders, constants):
    return cortex.sender_scale(activity, senders, senders, True)


@njit
def sparse_scale(activity, senders, constants):
    return cortex.sender_scale(activity, senders, constants, False)


@njit
def error_driven(s_s, s_m, r_s, r_m, constants):
    return cortex.xcal(s_s * r_s, s_m * r_m, constants)


@njit
def self_organizing(s_s, r_s, constants):
    return cortex.xcal(s_s * r_s, 0.0 * r_s + constants[1], constants[0])


@njit
def factor(act, constants):
    return striatum.activity_factor(act, constants)


@njit(error_model="numpy")
def integrate(count, excitation, inhibition_held, n, g_dt, state, log):
    """Ge, Vm and Act (rows 0 to 2 of `state`) over `count` cycles; `log` gets the three after each."""
    ge, vm, act, gi = load(state, 0), load(state, 1), load(state, 2), load(inhibition_held, 0)
    for cycle in range(count):
        ge = ge + g_dt * (load(excitation, cycle) - ge)
        vm = neuron.membrane(ge, gi, vm, n)
        act = neuron.rate(ge, gi, vm, act, n)
        store(log, 3 * cycle, ge)
        store(log, 3 * cycle + 1, vm)
        store(log, 3 * cycle + 2, act)


@njit(error_model="numpy")
def average(act, k, state, log):
    """AvgSS, AvgS and AvgM over the cycles of `act`, and their blend for learning."""
    ss, s, m = load(state, 0), load(state, 0), load(state, 0)
    for cycle in range(len(act)):
        ss, s, m = neuron.running_averages(load(act, cycle), ss, s, m, k)
        store(log, 4 * cycle, ss)
        store(log, 4 * cycle + 1, s)
        store(log, 4 * cycle + 2, m)
        store(log, 4 * cycle + 3, (1.0 - k.medium_in_short) * s + k.medium_in_short * m)


@njit(error_model="numpy")
def long_term(avg_m, k, state, log):
    """AvgL and its rate over the trials of `log`, AvgM held."""
    avg_l = load(state, 0)
    for trial in range(len(log) // 2):
        avg_l = cortex.long_average(avg_l, load(avg_m, 0), k)
        store(log, 2 * trial, avg_l)
        store(log, 2 * trial + 1, cortex.long_average_rate(avg_l, k))


@njit(error_model="numpy")
def inhibit(pools, row, log):
    """Gi of a pool over the cycles of `log`, excitation and activity held."""
    for cycle in range(len(log) // 2):
        store(log, 2 * cycle, settle.pool_inhibition(pools[0], row.layer_gi, row.layer_fb, row))
        store(log, 2 * cycle + 1, load(pools[0], "feedback"))


def lane_rows(rows):
    """Rows of up to sixteen numbers, as lanes."""
    out = aligned_zeros(len(rows))
    for row, values in zip(out, rows, strict=True):
        row[: np.size(values)] = values
    return out


def integrated(excitation, gi, n):
    """Ge, Vm and Act after each cycle: array (cycle, 3, case) for `excitation` (cycle, case)."""
    log = aligned_zeros(3 * len(excitation))
    rest = lane_rows([0.0, np.full(LANES, n.vm_start), 0.0])
    integrate(len(excitation), lane_rows(excitation), lane_rows([gi]), n, 1 / 1.4, rest, log)
    return log.reshape(len(excitation), 3, LANES)[:, :, : excitation.shape[1]]


def test_rate_function():
    grid = columns("nxx1.csv")
    assert_agrees(over_lanes(neuron.nxx1, grid["x"], constants=NEURON), grid["noisy_xx1"])


def test_rate_function_without_noise_above_threshold():
    grid = columns("nxx1.csv")
    above = grid["x"] >= 0
    ours = over_lanes(neuron.xx1_corrected, grid["x"][above], constants=NEURON)
    assert_agrees(ours, grid["xx1_gaincor"][above])
    assert not grid["xx1_gaincor"][~above].any()


def test_rate_parameters():
    params, reference = NeuronParams(), read("nxx1_params.json")
    at_zero, at_end = over_lanes(neuron.nxx1, [0.0, params.interpolation_range], constants=NEURON)
    ours = {
        "Gain": params.gain,
        "GainCor": params.gain_correction,
        "GainCorRange": params.gain_correction_range,
        "InterpRange": params.interpolation_range,
        "InterpVal": at_end - at_zero,
        "NVar": params.noise_variance,
        "SigGain": params.tail_slope,
        "SigGainNVar": params.tail_slope / params.noise_variance,
        "SigMult": params.tail_height,
        "SigMultEff": 2 * at_zero,
        "SigMultPow": params.tail_power,
        "SigValAt0": at_zero,
        "Thr": params.theta,
        "VmActThr": params.act_threshold,
    }
    assert ours.keys() == reference.keys()
    assert_agrees(list(ours.values()), [reference[name] for name in ours])


def test_exponential_is_the_true_one():
    grid = columns("fastexp.csv")
    ours = over_lanes(exponential, grid["x"])
    assert_agrees(ours, grid["exp"])
    assert_agrees(ours, grid["fast_exp"])
    np.testing.assert_allclose(ours, np.exp(grid["x"]), rtol=2e-7)


def test_activity_under_steady_input():
    cases = read("act_update.json")["steady_grid_gbarL0.1"]
    ge, gi = (np.array([case[key] for case in cases]) for key in ("ge_raw", "gi"))
    seen = np.array([1, 5, 10, 25, 50]) - 1
    for start in range(0, len(cases), LANES):
        some = slice(start, start + LANES)
        log = integrated(np.tile(ge[some], (50, 1)), gi[some], NEURON)
        theirs = np.array([case["act_at_cycle_1_5_10_25_50"] for case in cases[some]]).T
        assert_agrees(log[seen, 2], theirs, TINY_RATE)
        assert_agrees(log[-1, 0], [case["Ge50"] for case in cases[some]])
        assert_agrees(log[-1, 1], [case["Vm50"] for case in cases[some]])
    assert_agrees(over_lanes(neuron_threshold, gi, constants=NEURON), [case["GeThr"] for case in cases], 0)


@njit
def neuron_threshold(gi, constants):
    return neuron.threshold_conductance(gi, constants)


def test_activity_in_the_published_sequence():
    steps = read("act_update.json")["test_act_update_gbarL0.2"]
    n = NeuronParams(gbar_l=0.2).constants()
    raw = np.cumsum([step["geinc"] for step in steps])[:, None]
    log = integrated(raw, 0.0, n)[:, :, 0]
    for name, column in (("Ge", 0), ("Vm", 1), ("Act", 2)):
        assert_agrees(log[:, column], [step[name] for step in steps], TINY_RATE)


def test_running_averages():
    grid = columns("act_avgs.csv")
    log = aligned_zeros(4 * len(grid["cycle"]))
    average(lane_rows(grid["act"]), AVERAGES, lane_rows([AVERAGES.start]), log)
    for i, name in enumerate(("AvgSS", "AvgS", "AvgM", "AvgSLrn")):
        assert_agrees(log[i::4, 0], grid[name])


def test_long_term_average_and_its_rate():
    grid = columns("avgl.csv")
    held = np.unique(grid["avgM"])
    steps = int(grid["step"].max())
    log = aligned_zeros(2 * steps)
    long_term(lane_rows([held]), AVERAGES, lane_rows([np.full(LANES, AVERAGES.long_start)]), log)
    theirs = grid["avgL"].reshape(len(held), steps).T, grid["avgLLrn_no_errmod"].reshape(len(held), steps).T
    assert_agrees(log[0::2, : len(held)], theirs[0])
    assert_agrees(log[1::2, : len(held)], theirs[1])


def test_inhibition():
    grid = columns("fffb.csv")
    settings = ("Gi", "FF", "FB", "FBTau", "MaxVsAvg", "FF0")
    table = np.stack([grid[name] for name in settings], 1)
    for setting in np.unique(table, axis=0):
        rows = (table == setting).all(1)
        gi, ff, fb, fb_tau, max_vs_avg, ff0 = setting
        whole = Inhibition(gi=gi, ff=ff, fb=fb, fb_tau=fb_tau, max_vs_avg=max_vs_avg, ff_threshold=ff0)
        layers = [layer("pool", tables.CORTEX, 1, LayerInhibition(layer=whole)), layer("other", tables.CORTEX, 1)]
        _, net, block = build(layers, (), PARAMS)
        steps = int(grid["step"].max())
        pool, log = block.arrays.pools, aligned_zeros(2 * steps)
        cases = rows & (grid["step"] == 1)
        for name in ("ge_avg", "ge_max", "act_avg"):
            pool[name][0, : cases.sum()] = grid[name][cases]
        inhibit(pool, net.layers[0], log)
        for i, name in enumerate(("Gi_out", "FBi")):
            assert_agrees(log[i::2, : cases.sum()], grid[name][rows].reshape(-1, steps).T)
        assert_agrees(
            over_lanes(feedforward, grid["ge_avg"][rows], grid["ge_max"][rows], constants=(ff, ff0, max_vs_avg)),
            grid["FFi"][rows],
        )


@njit
def feedforward(ge_avg, ge_max, constants):
    return inhibition.feedforward(ge_avg, ge_max, constants[0], constants[1], constants[2])


def test_xcal():
    grid = columns("xcal.csv")
    assert_agrees(over_lanes(cortex.xcal, grid["srs"], grid["thr"], constants=XCAL), grid["dwt"])


def test_error_driven_and_self_organizing_parts_of_a_change():
    grid = columns("chl_dwt.csv")
    s_s, s_m, r_s, r_m = (grid[name] for name in ("su_avgSLrn", "su_avgM", "ru_avgSLrn", "ru_avgM"))
    # Differences of products of order 1: a rounding error (6e-8) is the floor.
    assert_agrees(over_lanes(error_driven, s_s, s_m, r_s, r_m, constants=XCAL), grid["err"], 1e-7)
    bcm = [
        over_lanes(self_organizing, s_s[[i]], r_s[[i]], constants=(XCAL, long))[0]
        for i, long in enumerate(grid["ru_avgL"])
    ]
    assert_agrees(bcm, grid["bcm"], 1e-7)


@pytest.mark.parametrize(
    ("column", "gain", "offset"),
    [("sig61_from_lin", 6, 1.0), ("sig_gain3_off1", 3, 1.0), ("sig_gain6_off1.25", 6, 1.25)],
)
def test_weight_sigmoid(column, gain, offset):
    grid = columns("wtsig.csv")
    assert_agrees(over_lanes(sharpened, grid["w"], constants=(gain, offset)), grid[column])


@pytest.mark.parametrize(("column", "gain"), [("lin_from_sig61", 6.0), ("inv_gain3_off1", 3.0)])
def test_inverse_of_the_weight_sigmoid(column, gain):
    grid = columns("wtsig.csv")
    assert_agrees(inverse_weight_sigmoid(grid["w"].astype(np.float32), gain), grid[column])


@pytest.mark.parametrize("gain", [1, 6])
def test_weight_after_a_change(gain):
    grid = columns("wt_from_dwt.csv")
    rows = (grid["sig_gain"] == gain) & (grid["softbound"] > 0)
    linear = over_lanes(changed, grid["lwt0"][rows], grid["dwt"][rows])
    assert_agrees(linear, grid["lwt1"][rows])
    assert_agrees(over_lanes(sharpened, linear, constants=(gain, 1.0)), grid["wt1"][rows])


@pytest.mark.parametrize("gain", [1, 6])
def test_weight_after_a_change_without_soft_bounds(gain):
    """We always bound softly. Rows without bounds show how the weight follows from any linear weight."""
    grid = columns("wt_from_dwt.csv")
    rows = (grid["sig_gain"] == gain) & (grid["softbound"] == 0)
    assert_agrees(over_lanes(sharpened, grid["lwt1"][rows], constants=(gain, 1.0)), grid["wt1"][rows])


def test_scale_for_sparse_senders():
    grid = columns("wtscale_slayact.csv")
    full = grid["snu"] == grid["ncon"]
    assert_agrees(over_lanes(full_scale, grid["savg"][full], grid["snu"][full]), grid["scale"][full])
    for activity, senders, contacts, scale in np.stack(list(grid.values()), 1)[~full]:
        assert_agrees(over_lanes(sparse_scale, [activity], [senders], constants=int(contacts)), [scale])


def test_striatal_learning_factor():
    cases = read("pbwm_funcs.json")["matrix_lrn_factor"]
    # 2a(1 − a) at a = .95: the reference writes 1 − a rounded, .05000001.
    ours = over_lanes(factor, [case["act"] for case in cases], constants=StriatumLearning().constants())
    assert_agrees(ours, [case["lrn_factor_deriv"] for case in cases])


def test_drive_of_the_merged_gate():
    """The gate of one stripe with given Go and NoGo input, one case per lane."""
    cases = read("pbwm_funcs.json")["gpi_geraw"]
    striatal = {"activity": 0.2, "activity_fixed": True}
    layers = [
        layer("go and nogo", tables.GPE, 1, **striatal),
        layer("gate", tables.GPI, 1, LayerInhibition(g_tau=1.0), **striatal),
    ]
    paths = [path("go and nogo", "gate", wiring=Wiring.STRIPE, sign=sign, weight_mean=1.0) for sign in (1, -1)]
    _, net, block = build(layers, paths, PARAMS)
    state = block.arrays
    state.scale[...] = 1.0
    state.units["act"][0] = 1.0
    state.weight[0, : len(cases)] = [case["go_raw"] for case in cases]
    state.weight[1, : len(cases)] = [case["nogo_raw"] for case in cases]
    run_cycles(1, False, net, block)
    theirs = np.array([case["ge_raw_GeGain3_NoGo1.25"] for case in cases])
    assert_agrees(state.units["ge"][1, : len(cases)], theirs, 1e-7)


PROFILES = {profile["desc"]: profile for profile in read("pbwm_funcs.json")["pfc_full_dyn_tau10"]}
"""The reference's profiles of deep prefrontal cortex, over 21 updates."""

OURS = {
    "maintain stable act": DeepProfile.stable(),
    "immediate phasic response": DeepProfile.phasic(),
    "maintained, rising value over time": DeepProfile.rising(),
    "maintained, decaying value over time": DeepProfile.decaying(),
    "maintained, rising then falling over time": DeepProfile.rise_and_fall(),
}


@pytest.mark.parametrize("name", PROFILES)
def test_profiles_of_deep_prefrontal_cortex(name):
    ours, theirs = OURS[name], PROFILES[name]
    assert (ours.initial, ours.rise_tau, ours.decay_tau) == (theirs["Init"], theirs["RiseTau"], theirs["DecayTau"])
    values = theirs["value_t0_20"]
    assert_agrees(np.array(driven_for(len(values), replace(PARAMS.gating, profiles=(ours,)))), values, 1e-6)
    assert_agrees(ours.value(range(len(values))), values, 1e-6)


def driven_for(quarters, gating):
    """Drive of a deep stripe after each of the quarters since it gated on a superficial activity of 1/gain."""
    layers = [layer("superficial", tables.PFC_SUPERFICIAL, 1), layer("deep", tables.PFC_DEEP, 1)]
    _, net, block = build(layers, (), replace(PARAMS, gating=gating))
    state, driven = block.arrays, []
    state.stripes["count"][0] = 0
    state.units["act"][0] = 1 / gating.maintenance_gain
    for _ in range(quarters):
        update_deep(net, state)
        state.units["act"][0] = 0.3
        driven.append(float(state.units["maintenance_ge"][1, 0]))
    return driven
