"""The mechanisms of 2006, one by one: gates, dopamine, values, random Go; and numbers that are not finite."""

from dataclasses import replace

import numpy as np
import pytest

from pbwm.errors import PBWMNumberError, PBWMParameterError, PBWMWeightsError
from pbwm.form2006.compilation import noisy_rate
from pbwm.form2006.gating import GateSelection, Prefrontal, RandomGo, Striatum
from pbwm.form2006.learner import PBWM2006
from pbwm.form2006.learning import ContrastiveLearning, Success, Values
from pbwm.form2006.neurons import Phases, Unit, WinnersTakeAll
from pbwm.form2006.params import PBWM2006Params, oreilly_frank_2006
from pbwm.manipulations import ClampGate
from tasks.base.errors import UnknownNameError
from tasks.base.rng import Purpose, stream
from tasks.base.serialization import from_plain, to_plain
from tasks.base.task import TrialBlock
from tasks.base.training import draw_lesson
from tasks.catalog import TASKS
from tasks.twelve_ax import TwelveAX

TASK = TwelveAX(outer_loops_per_epoch=2)
SMALL = PBWM2006Params(stripes=3, hidden=12)
NETWORKS = range(4)


def block(sequences=4):
    return TrialBlock.stack([TASK.trials(sequences, stream(6, Purpose.TRIALS, r)) for r in NETWORKS])


def learner(params=SMALL, seed=6):
    return PBWM2006(TASK.spec, networks=NETWORKS, seed=seed, params=params)


def test_nogo_keeps_what_is_held_bit_for_bit_and_go_lets_it_go():
    record = learner().run(block(), record=True).record
    opened, kept = record.input_gate[:, 1:] > 0, record.forget_gate[:, 1:] == 1
    before, after = record.memory[:, :-1], record.memory[:, 1:]
    live = ~np.isnan(record.input_gate[:, 1:])
    same = (before == after).all(-1)
    untouched = live & ~opened & kept
    assert untouched.any()
    assert same[untouched].all()
    cleared = live & ~kept & ~opened
    assert (after[cleared] == 0).all()
    assert (after[live & opened].max(-1) > 0).all()


def test_a_burst_teaches_go_and_a_dip_teaches_nogo():
    """If only random Go causes dopamine, all of it positive, Go weights grow and NoGo weights shrink."""
    bursts = replace(
        SMALL,
        random_go=RandomGo(baseline=1.0),
        striatum=Striatum(dopamine_gain=0.0, learning_rate=0.1),
    )
    network = learner(bursts)
    before = network.weights()
    network.run(block())
    change = {name: (w - before[name]).sum() for name, w in network.weights().items()}
    assert change["input->matrix_go"] > 0
    assert change["input->matrix_nogo"] < 0


def test_without_dopamine_the_striatum_hardly_learns():
    """The rest comes from activity that is still settling."""

    def change(gain, **go):
        params = replace(SMALL, striatum=Striatum(dopamine_gain=gain), random_go=RandomGo(probability=0.0, **go))
        network = learner(params)
        before = network.weights()
        network.run(block())
        return sum(
            np.abs(w - before[name]).sum() for name, w in network.weights().items() if "->matrix" in name
        )  # fmt: skip

    assert change(0.0, baseline=0.0) < 0.3 * change(1.0, baseline=0.0)


@pytest.mark.parametrize(
    ("striatum", "go"),
    [
        ({"dopamine_gain": 58.5}, {}),
        ({"dopamine_gain": 1e20}, {}),
        ({"accommodation": 0.5}, {}),
        ({"dip_gain": 100.0}, {}),
        ({}, {"dopamine": 1e4}),
    ],
)
def test_gains_with_which_a_potential_overshoots_are_rejected(striatum, go):
    """A cycle moves a potential by the rate times conductance times its distance from the reversal potential."""
    with pytest.raises(PBWMParameterError, match=r"PBWM2006Params.striatum.dopamine_gain = .* must be at most"):
        replace(SMALL, striatum=Striatum(**striatum), random_go=RandomGo(**go))


def test_the_largest_gain_leaves_a_potential_at_its_reversal():
    """The strongest is a dip, 1.5 times a burst of the same size."""
    most = 1 / (SMALL.unit.vm_dt * SMALL.striatum.accommodation * 1.9 * 1.5)
    assert most == SMALL.most_gain()
    replace(SMALL, striatum=Striatum(dopamine_gain=0.999 * most))
    largest = replace(SMALL, striatum=Striatum(dopamine_gain=(1 - 1e-12) * most))
    assert largest.dopamine_step() == pytest.approx(1.0)
    with pytest.raises(PBWMParameterError, match=r"at most 58\.5"):
        replace(SMALL, striatum=Striatum(dopamine_gain=1.001 * most))


def test_the_dopamine_of_a_random_go_has_no_gain():
    """Without dips, a burst and a random Go together leave a potential at its reversal, whatever the gain."""
    for gain in (0.2, 2.0, 50.0):
        striatum = Striatum(dopamine_gain=gain, dip_gain=0.0)
        go = 1 / (SMALL.unit.vm_dt * striatum.accommodation) - 1.9 * gain
        replace(SMALL, striatum=striatum, random_go=RandomGo(dopamine=0.999 * go))
        with pytest.raises(PBWMParameterError, match="must be at most"):
            replace(SMALL, striatum=striatum, random_go=RandomGo(dopamine=1.001 * go))


def by_chance(sequences=1, **go):
    """The record of networks with some random Go and no other learning, live steps only."""
    go = {"probability": 0.0, "baseline": 0.0} | go
    frozen = replace(SMALL, random_go=RandomGo(**go), striatum=replace(SMALL.striatum, learning_rate=0.0))
    trials = block(sequences)
    record = learner(frozen).run(trials, record=True).record
    return {name: record.signals[name][trials.live] for name in ("random_go", "snr_thalamus", "gate")}


def test_random_go_drives_the_gates_of_stripes_that_do_not_gate():
    """If striatum does not learn, stripes that gate by themselves are the same at every rate."""
    always, never, some = (by_chance(baseline=p) for p in (1.0, 0.0, 0.3))
    assert (never["random_go"] == 0).all()
    chance, idle = always["random_go"] == 1, never["snr_thalamus"] <= 0.1
    assert 0 < chance.mean() < 1
    gates = [always[name][chance] for name in ("snr_thalamus", "gate")]
    assert all(0.2 < (gate > 0.1).mean() < 1 for gate in gates)  # not all stripes can gate at once
    assert 0.1 < some["random_go"][idle].mean() < 0.5


def test_a_stripe_with_low_dopamine_fires_if_it_has_waited():
    """One stripe is selected per event; if the mean is never low, none is."""
    picked = by_chance(8, probability=1.0, patience=3, first_mean=0.0, long_patience=None)["random_go"]
    assert picked.sum(-1).max() == 1
    assert 0 < picked.mean() < 0.3
    for never in ({"first_mean": 0.5}, {"patience": 10**6}):
        assert not by_chance(8, **({"probability": 1.0, "patience": 3, "long_patience": None} | never))[
            "random_go"
        ].any()


def test_a_stripe_that_has_waited_long_fires_whatever_its_dopamine():
    assert by_chance(8, probability=0.5, first_mean=0.5, long_patience=5)["random_go"].any()


def test_gates_that_are_closed_where_a_reward_is_due_keep_what_is_held():
    closed = replace(SMALL, gate=GateSelection(closed_where_due=True), random_go=RandomGo(baseline=0.5))
    trials = block()
    network = learner(closed)
    record = network.run(trials, record=True).record
    due, other = trials.live & trials.rewarded, trials.live & ~trials.rewarded
    for name in ("snr_thalamus", "gate", "random_go"):
        assert (record.signals[name][due] == 0).all()
        assert (record.signals[name][other] > 0).any()
    network.apply(ClampGate(stripe=1, open=True))
    held_open = network.run(trials, record=True).record.signals["snr_thalamus"][due]
    assert (held_open == [0, 1, 0]).all()


def test_success_ends_random_go_and_slows_learning():
    def change(reward, factor):
        go = RandomGo(baseline=1.0, dopamine=0.0, drive=0.0)
        success = Success(reward=reward, rate_factor=factor)
        network = learner(replace(SMALL, random_go=go, success=success))
        before = network.weights()
        record = network.run(block(), record=True).record
        moved = {name: np.abs(w - before[name]).sum() for name, w in network.weights().items()}
        return moved, np.nansum(record.signals["random_go"])

    slow, none = change(0.0, 0.0)
    fast, some = change(1.0, 0.0)
    assert (none, some > 0) == (0, True)
    for name in ("input->hidden", "input->matrix_go"):
        assert slow[name] < 1e-3 * fast[name]
    assert slow["input->primary_value"] > 0


def test_values_lie_between_0_and_1_and_primary_value_comes_to_know_where_reward_is_due():
    network = learner(replace(SMALL, values=Values(pvi_rate=0.05)))
    for epoch in range(10):
        network.train(draw_lesson(TASK, 6, NETWORKS, range(epoch, epoch + 1)))
    trials = block()
    record = network.run(trials, learn=False, record=True).record
    for name in ("reward_prediction", "learned_value", "slow_learned_value"):
        values = record.signals[name][trials.live]
        assert values.min() >= 0
        assert values.max() <= 1
    expected = record.signals["reward_prediction"]
    due, not_due = expected[trials.live & trials.rewarded], expected[trials.live & ~trials.rewarded]
    assert np.abs(not_due - 0.5).mean() < 0.1
    assert np.abs(due - 0.5).mean() > 0.2


def test_the_rate_is_an_average_over_noise():
    rng = np.random.default_rng(0)
    drive = np.array([-0.01, -0.003, 0.0, 0.004, 0.02])
    x = np.maximum(drive[:, None] + rng.normal(0, 0.005, (5, 200_000)), 0)
    sampled = (600 * x / (600 * x + 1)).mean(1)
    np.testing.assert_allclose(noisy_rate(drive, 600.0, 0.005), sampled, atol=0.003)
    np.testing.assert_allclose(noisy_rate(drive, 40.0, 0.005, linear=True), (40 * x).mean(1), atol=0.003)


def test_a_number_that_is_not_finite_stops_one_network_and_no_other():
    sick, well = learner(), learner()
    state = sick.state()
    state["weight"][1, 3] = np.nan
    sick._put(state)
    with pytest.raises(PBWMNumberError, match="network 1") as stopped:
        sick.run(block())
    outcome = well.run(block())
    assert [which.network for which in stopped.value.stopped] == [1]
    for r in (0, 2, 3):
        np.testing.assert_array_equal(stopped.value.outcome.response[r], outcome.response[r])
        for name, values in well.state().items():
            np.testing.assert_array_equal(sick.state()[name][r], values[r], err_msg=name)
    with pytest.raises(PBWMNumberError, match="epoch 1"):
        sick.train(draw_lesson(TASK, 6, NETWORKS, range(2)))


def test_weights_that_do_not_fit_are_rejected():
    network = learner()
    good = network.weights()["hidden->output"]
    network.set_weights({"hidden->output": good / 2})
    np.testing.assert_allclose(network.weights()["hidden->output"], good / 2, rtol=1e-6)
    with pytest.raises(UnknownNameError, match="hidden->output"):
        network.set_weights({"hidden->outputs": good})
    with pytest.raises(PBWMWeightsError, match="shape"):
        network.set_weights({"hidden->output": good[:1]})
    with pytest.raises(PBWMWeightsError, match=r"is not a weight in \[0, 1\]"):
        network.set_weights({"hidden->output": good + 1})


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        (Unit, "theta", 0.1),
        (Unit, "gain", 0.0),
        (Unit, "clamp_max", 0.0),
        (WinnersTakeAll, "hidden", 0),
        (WinnersTakeAll, "average_q", 1.5),
        (Phases, "update", 0),
        (ContrastiveLearning, "hebbian", 2.0),
        (ContrastiveLearning, "weight_range", 0.6),
        (Values, "filter_min", 0.6),
        (Values, "min_activity", 0.0),
        (Values, "neutral", 1.0),
        (Striatum, "units", 7),
        (Striatum, "contrast", -0.1),
        (Striatum, "dip_gain", -1.0),
        (RandomGo, "probability", 1.1),
        (RandomGo, "selectivity", -1.0),
        (Success, "reward", 1.1),
        (Success, "rate_factor", -0.1),
        (Prefrontal, "units", 0),
        (PBWM2006Params, "stripes", 0),
        (PBWM2006Params, "unit", None),
    ],
)
def test_impossible_values_are_rejected_by_name(kind, field, value):
    with pytest.raises(PBWMParameterError, match=field):
        kind(**{field: value})


def test_the_published_numbers():
    params = oreilly_frank_2006()
    assert params == PBWM2006Params()
    unit, k = params.unit, params.winners
    assert (unit.reversal_e, unit.reversal_l, unit.reversal_i, unit.gbar_l) == (1.0, 0.15, 0.15, 0.1)
    assert (unit.theta, unit.gain, unit.rest, unit.noise_sd) == (0.25, 600.0, 0.15, 0.005)
    assert (k.output, k.hidden, k.prefrontal, k.striatum, k.value, k.basic_q) == (1, 7, 4, 7, 1, 0.25)
    assert (params.learning.learning_rate, params.learning.hebbian) == (0.01, 0.001)
    assert (params.learning.prefrontal_rate, params.learning.prefrontal_hebbian) == (0.001, 0.001)
    assert (params.values.lve_rate, params.values.lvi_rate, params.values.lvi_min) == (0.05, 0.001, 0.1)
    assert (params.striatum.contrast, params.striatum.dip_gain) == (0.5, 1.5)
    assert (params.gate.threshold, params.stripes) == (0.1, 4)
    assert oreilly_frank_2006(TASKS["phonological-loop"].build().spec).prefrontal.maintenance == 0.5
    assert (params.random_go.probability, params.random_go.baseline, params.random_go.patience) == (0.1, 0.0001, 10)
    tasks = ("12ax", "sir2", "sir2-dedicated", "phonological-loop")
    gains = [oreilly_frank_2006(TASKS[task].build().spec).striatum.dopamine_gain for task in tasks]
    assert gains == [2.0, 4.0, 4.0, 0.2]


def test_departures_by_task():
    """Gates are closed where a reward is due; on 1-2-AX and the loop, values learn as in later simulators."""
    default, params = PBWM2006Params(), oreilly_frank_2006(TASK.spec)
    gate, late = GateSelection(closed_where_due=True), {"depressed_learning": False, "learned_where_due": False}
    assert params == replace(default, gate=gate, values=Values(**late))
    sir = oreilly_frank_2006(TASKS["sir2"].build().spec)
    assert (sir.gate, sir.values) == (gate, Values())
    loop = oreilly_frank_2006(TASKS["phonological-loop"].build().spec)
    assert loop == replace(
        params,
        stripes=24,
        striatum=replace(default.striatum, dopamine_gain=0.2),
        success=replace(default.success, rate_factor=0.3),
        prefrontal=replace(default.prefrontal, learned_inputs=True, maintenance=0.5),
    )
    assert not oreilly_frank_2006(TASKS["2-back"].build().spec).gate.closed_where_due


def test_networks_saved_before_gates_could_be_closed_are_read():
    assert "closed_where_due" not in to_plain(PBWM2006Params())["gate"]
    assert from_plain(to_plain(PBWM2006Params()), PBWM2006Params) == PBWM2006Params()
