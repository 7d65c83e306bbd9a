"""Units in lanes or networks in lanes: the same networks, bit for bit."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.five_layers import FiveLayers
from pbwm.circuit import Circuit, Wiring, build_circuit
from pbwm.compilation import compile_circuit
from pbwm.dopamine import PVLV, RescorlaWagner, TemporalDifference
from pbwm.errors import PBWMParameterError
from pbwm.exploration import Exploration
from pbwm.gate import Disinhibition, MergedGate, NoiseScaledRelay, PointRelay
from pbwm.kernels import tables
from pbwm.layout import Layout, Places, fastest_layout
from pbwm.learner import MOVED, PBWM
from pbwm.manipulations import Lesion
from pbwm.match_units import MatchUnits
from pbwm.params import GatingParams, Inhibition, LayerInhibition, PathParams, PBWMParams
from pbwm.profiles import DeepProfile
from pbwm.recommended import recommended
from pbwm.state import every_value
from pbwm.striatum import CovarianceRule, FeedbackRule, StriatumLearning, TagRule
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.base.training import draw_lesson
from tasks.catalog import TASKS
from tests.pbwm.nets import layer, path

DEFAULT = PBWMParams()
SMALL = PBWMParams(stripes=3, hidden=9)
CORTEX, NEURON = DEFAULT.cortex, DEFAULT.neuron
LEARNING = replace(CORTEX, norm=True, momentum=True)

CASES = {
    "sir2 as published": ("sir2-reference", DEFAULT),
    "small changes not sent": ("sir2-reference", PBWMParams.reference_simulation()),
    "12ax, one channel for both": ("12ax", DEFAULT),
    "three stripes": ("sir2", SMALL),
    "one stripe": ("sir2", replace(SMALL, stripes=1)),
    "twenty stripes, more than lanes": ("sir2", replace(SMALL, stripes=20)),
    "64 hidden units": ("sir2-reference", replace(SMALL, hidden=64)),
    "100 hidden units": ("sir2-reference", replace(SMALL, hidden=100)),
    "100 hidden units, small changes not sent": (
        "sir2-reference",
        replace(SMALL, hidden=100, neuron=replace(NEURON, send_delta=0.005)),
    ),
    "norm and momentum": ("sir2-reference", replace(SMALL, cortex=LEARNING)),
    "learned prefrontal inputs": (
        "sir2",
        replace(SMALL, path=PathParams(learned_inputs=True, prefrontal_units=11), cortex=LEARNING),
    ),
    "superficial layers cleared": ("12ax", replace(SMALL, gating=GatingParams(clear=1.0))),
    "three stripes, striatal weights in a range": (
        "sir2",
        replace(SMALL, striatum=StriatumLearning(learning_rate=0.5, weight_min=0.45, weight_max=0.55)),
    ),
    "tags, structural credit, noise at the gate": (
        "sir2",
        replace(
            SMALL,
            gate=MergedGate(nogo_gain=1.0, direct_nogo=True),
            gating=GatingParams(checks=1),
            exploration=Exploration(sd=0.3),
            striatum=StriatumLearning(rule=TagRule(), learning_rate=0.2),
        ),
    ),
    "no output gating, covariance, noise in the striatum": (
        "12ax",
        replace(
            SMALL,
            stripes=18,
            output_gating=False,
            dopamine=RescorlaWagner(senders=("control_input",)),
            exploration=Exploration(sd=0.2, site="striatum"),
            striatum=StriatumLearning(rule=CovarianceRule(), learning_rate=0.2),
        ),
    ),
    "profiles of twenty stripes, the noise of each": (
        "sir2",
        replace(
            SMALL,
            stripes=20,
            gating=GatingParams(profiles=(DeepProfile.rising(), DeepProfile.phasic(), DeepProfile.decaying())),
            exploration=Exploration(sd=0.3, by_stripe=True, reward_tau=2.0),
            striatum=StriatumLearning(rule=TagRule(), learning_rate=0.2),
        ),
    ),
    "temporal differences": ("sir2", replace(SMALL, dopamine=TemporalDifference(learning_rate=0.2))),
    "PVLV": ("12ax", replace(SMALL, dopamine=PVLV(learning_rate=0.3, senders=("control_input", "pfc_output_deep")))),
    "disinhibition": ("sir2", replace(SMALL, gate=Disinhibition())),
    "disinhibition of twenty stripes, a point neuron for a thalamus": (
        "12ax",
        replace(SMALL, stripes=20, gate=Disinhibition(relay=PointRelay(gain=5.0), thalamus_to_deep=0.2)),
    ),
    "disinhibition without output gating, noise at GPi": (
        "12ax",
        replace(
            SMALL,
            stripes=17,
            output_gating=False,
            gate=Disinhibition(relay=NoiseScaledRelay()),
            dopamine=RescorlaWagner(senders=("control_input",)),
            exploration=Exploration(sd=0.3),
        ),
    ),
    "feedback, disinhibition of twenty stripes, credit by the output gate, ages": (
        "sir2",
        replace(
            SMALL,
            stripes=20,
            hidden=70,
            gate=Disinhibition(),
            gating=GatingParams(checks=1, age_units=4, age_stripes=17),
            exploration=Exploration(sd=0.3),
            striatum=StriatumLearning(
                rule=FeedbackRule(
                    silent_when_correct=True,
                    structural_credit=True,
                    closed_gate_credit=0.4,
                    output_baseline=0.8,
                    output_dip_gain=1.5,
                    baseline_tau=5.0,
                ),
                learning_rate=3.0,
                soft_bounds=False,
            ),
        ),
    ),
    "feedback of the response's error, merged gate": (
        "12ax",
        replace(
            SMALL,
            gate=MergedGate(nogo_gain=1.0, direct_nogo=True),
            gating=GatingParams(checks=1),
            exploration=Exploration(sd=0.3),
            striatum=StriatumLearning(rule=FeedbackRule(teacher="response"), learning_rate=3.0),
        ),
    ),
    "feedback without output gating": (
        "12ax",
        replace(
            SMALL,
            stripes=18,
            output_gating=False,
            gate=Disinhibition(),
            gating=GatingParams(checks=1),
            dopamine=RescorlaWagner(senders=("control_input",)),
            exploration=Exploration(sd=0.3),
            striatum=StriatumLearning(rule=FeedbackRule(), learning_rate=3.0),
        ),
    ),
    "updated once, feedback without output gating, ages": (
        "12ax",
        replace(
            SMALL,
            stripes=18,
            output_gating=False,
            gate=Disinhibition(),
            gating=GatingParams(checks=1, updates=1, age_units=3),
            dopamine=RescorlaWagner(senders=("control_input",)),
            exploration=Exploration(sd=0.3),
            striatum=StriatumLearning(rule=FeedbackRule(), learning_rate=3.0),
        ),
    ),
    "activity decays, hidden errors by weights": (
        "sir2",
        replace(
            SMALL,
            hidden=70,
            neuron=replace(NEURON, trial_decay=0.7),
            cortex=LEARNING,
            gating=GatingParams(checks=1),
            exploration=Exploration(sd=0.3),
            striatum=StriatumLearning(rule=FeedbackRule(hidden_by_weights=True), learning_rate=3.0),
        ),
    ),
    "match units of twenty stripes, feedback, disinhibition, ages": (
        "2-back",
        replace(
            SMALL,
            stripes=20,
            hidden=70,
            gate=Disinhibition(),
            gating=GatingParams(checks=1, updates=1, age_units=3, age_stripes=9),
            exploration=Exploration(sd=0.3),
            match_units=MatchUnits(),
            pfc_activity_fixed=False,
            striatum=StriatumLearning(rule=FeedbackRule(), learning_rate=3.0),
        ),
    ),
    "match units without output gating, feedback of the response's error, merged gate": (
        "12ax",
        replace(
            SMALL,
            output_gating=False,
            gate=MergedGate(nogo_gain=1.0, direct_nogo=True),
            gating=GatingParams(checks=1),
            dopamine=RescorlaWagner(senders=("control_input",)),
            exploration=Exploration(sd=0.3),
            match_units=MatchUnits(to_output=0.0),
            pfc_activity_fixed=False,
            striatum=StriatumLearning(rule=FeedbackRule(teacher="response"), learning_rate=3.0),
        ),
    ),
    "match units, changes sent": (
        "delayed-match",
        replace(SMALL, hidden=70, neuron=replace(NEURON, send_delta=0.005), match_units=MatchUnits(to_hidden=0.0)),
    ),
    "a rate at rest": ("sir2", replace(SMALL, neuron=replace(NEURON, noise_variance=0.03, send_threshold=0.0))),
    "largest excitation, self inhibition": (
        "sir2",
        replace(
            SMALL,
            hidden_inhibition=LayerInhibition(pool=Inhibition(max_vs_avg=0.3), self_gi=0.3),
            gpi_inhibition=LayerInhibition(layer=Inhibition(max_vs_avg=0.5), g_tau=3.0),
            matrix_inhibition=LayerInhibition(layer=Inhibition(max_vs_avg=0.2), pool=Inhibition(max_vs_avg=0.2)),
        ),
    ),
}
STEPS = 10


def block_of(task, networks, steps=STEPS):
    drawn = [task.trials(steps, stream(2, Purpose.TRIALS, r)) for r in networks]
    whole = TrialBlock.stack(drawn)
    arrays = {n: getattr(whole, n)[:, :steps] for n in whole.__dataclass_fields__ if n != "length"}
    return TrialBlock(length=np.minimum(whole.length, steps), **arrays)


def everything(learner, block):
    """All results and state of a run, by name; the first axis is the network."""
    outcome = learner.run(block, record=True)
    quiet = learner.run(block, learn=False)
    one = TrialBlock(
        length=np.ones(block.networks, np.intp),
        **{n: getattr(block, n)[:, :1] for n in block.__dataclass_fields__ if n != "length"},
    )
    traced, cycles = learner.trace_step(one)
    record = outcome.record
    return {
        "response": outcome.response,
        "response without learning": quiet.response,
        "traced response": traced.response,
        "unit error": outcome.measures["unit_error"],
        "activity": np.moveaxis(cycles, -1, 0),
        **{name: getattr(record, name) for name in ("input_gate", "forget_gate", "output_gate", "memory")},
        **record.signals,
        **{f"weights {name}": values for name, values in learner.weights().items()},
        **{f"traces {name}": values for name, values in learner.traces().items()},
        **{f"{tag} tags {name}": of for tag, paths in learner.tags().items() for name, of in paths.items()},
        **{f"state {name}": values for name, values in learner.state().items()},
    }


@pytest.mark.parametrize(("case", "dtype"), [*((case, "float32") for case in CASES), ("norm and momentum", "float64")])
def test_layouts_agree_bit_for_bit(case, dtype):
    name, params = CASES[case]
    task = TASKS[name].build()
    among = PBWM(task.spec, networks=range(16), seed=4, params=params, dtype=dtype, layout=Layout.NETWORKS)
    theirs = everything(among, block_of(task, range(16)))
    chosen = range(5, 8)
    alone = PBWM(task.spec, networks=chosen, seed=4, params=params, dtype=dtype, layout=Layout.UNITS)
    ours = everything(alone, block_of(task, chosen))
    assert ours.keys() == theirs.keys()
    for quantity, values in ours.items():
        np.testing.assert_array_equal(values, theirs[quantity][5:8], err_msg=quantity)
    assert len(np.unique(theirs["state weight"], axis=0)) == 16
    assert (theirs["activity"] > 0.1).any()


def five_layers(layout, networks):
    """All values of large layers after learning: their units are listed, and summed in columns."""
    bench = FiveLayers(100, 2, layout, networks)
    for _ in range(3):
        bench.train()
    return dict(every_value(bench.block, bench.net, bench.places, networks))


def test_layouts_agree_in_large_layers():
    theirs, ours = five_layers(Layout.NETWORKS, 3), five_layers(Layout.UNITS, 1)
    for name, values in ours.items():
        np.testing.assert_array_equal(values[0], theirs[name][0], err_msg=name)
    assert (theirs["units act"] > 0.1).mean() > 0.05
    assert (theirs["weight"][0] != theirs["weight"][1]).any()


@pytest.mark.parametrize(
    ("params", "networks", "layout"),
    [
        (DEFAULT, 1, Layout.UNITS),
        (DEFAULT, 5, Layout.UNITS),
        (DEFAULT, 7, Layout.NETWORKS),
        (DEFAULT, 16, Layout.NETWORKS),
        (replace(DEFAULT, hidden=2000), 16, Layout.UNITS),
    ],
)
def test_the_faster_layout_is_chosen(params, networks, layout):
    spec = TASKS["sir2-reference"].build().spec
    assert fastest_layout(build_circuit(spec, params), networks) is layout


@pytest.mark.parametrize("task", ["3-back", "reference-back-2"])
def test_sixteen_recommended_networks_share_lanes(task):
    """With units in lanes, these take 1.2 to 1.5 times as long (docs/speed.md)."""
    spec = TASKS[task].build().spec
    assert fastest_layout(build_circuit(spec, recommended(spec)), 16) is Layout.NETWORKS


@pytest.mark.parametrize("layout", Layout)
def test_the_synapses_of_a_sender_of_a_dense_path_lie_together(layout):
    circuit = build_circuit(TASKS["sir2-reference"].build().spec, replace(SMALL, hidden=100))
    places = Places(circuit, layout)
    for dense in (p for p in circuit.paths if p.wiring is Wiring.FULL):
        rows = places.synapses(dense, 0) // layout.stride
        senders = np.broadcast_to(np.argsort(places.order(dense)), rows.shape)
        np.testing.assert_array_equal(rows // places.rows_to(dense), senders, err_msg=dense.name)


def test_a_layout_that_was_asked_for_is_taken():
    spec = TASKS["sir2-reference"].build().spec
    learner = PBWM(spec, networks=range(2), params=SMALL, layout="networks in lanes")
    assert learner.layout is Layout.NETWORKS
    with pytest.raises(PBWMParameterError, match=r"PBWM.layout = 'units' .*'units in lanes'"):
        PBWM(spec, networks=range(2), params=SMALL, layout="units")


@pytest.mark.parametrize("name", ["sir2", "12ax-reset"])
def test_the_layout_changes_with_the_number_of_networks_that_learn(name):
    task = TASKS[name].build()
    params = replace(DEFAULT, exploration=Exploration(sd=0.3))
    learner, fixed = (PBWM(task.spec, params=params, layout=layout) for layout in (None, Layout.NETWORKS))
    learned = np.where(np.arange(16) % 4 == 1, 0, task.spec.criterion.zero_error_epochs)
    lessons = [draw_lesson(task, 3, range(16), range(2)), draw_lesson(task, 3, range(16), range(2, 8), learned)]
    assert lessons[1].trials.length.sum() > MOVED
    for lesson, layout in zip([*lessons, lessons[0]], [Layout.NETWORKS, Layout.UNITS, Layout.NETWORKS], strict=True):
        ours, theirs = learner.train(lesson), fixed.train(lesson)
        assert (learner.layout, fixed.layout) == (layout, Layout.NETWORKS)
        for result in ("errors", "counted", "done", "streak", "reached", "steps"):
            np.testing.assert_array_equal(getattr(ours, result), getattr(theirs, result))
        for quantity, values in learner.state().items():
            np.testing.assert_array_equal(values, fixed.state()[quantity], err_msg=quantity)
    few = block_of(task, range(16), steps=5)
    np.testing.assert_array_equal(learner.run(few).response, fixed.run(few).response)


def test_the_layout_does_not_change_under_a_manipulation_or_for_a_few_steps():
    task = TASKS["sir2"].build()
    learner = PBWM(task.spec)
    learned = np.where(np.arange(16) < 2, 0, task.spec.criterion.zero_error_epochs)
    long, short = (draw_lesson(task, 3, range(16), range(epochs), learned) for epochs in (8, 2))
    with learner.manipulated(Lesion(layer="hidden")):
        learner.train(long)
        assert learner.layout is Layout.NETWORKS
    learner.train(short)
    assert learner.layout is Layout.NETWORKS
    learner.train(long)
    assert learner.layout is Layout.UNITS


def test_a_network_alone_stops_with_its_stream():
    task = TASKS["sir2"].build()
    block = block_of(task, range(3))
    short = replace(block, length=np.array([STEPS, 0, 4]))
    learners = [PBWM(task.spec, networks=range(3), params=SMALL, layout=layout) for layout in Layout]
    seen = [learner.run(short, record=True) for learner in learners]
    for name, values in learners[0].state().items():
        np.testing.assert_array_equal(values, learners[1].state()[name], err_msg=name)
    np.testing.assert_array_equal(seen[0].response, seen[1].response)
    np.testing.assert_array_equal(seen[0].record.memory, seen[1].record.memory)


def test_senders_that_lie_apart_are_rejected():
    layers, tiled = (layer("a", tables.INPUT, 3), layer("b", tables.CORTEX, 40)), path("a", "b", wiring=Wiring.TILED)
    circuit = Circuit(layers=layers, paths=(tiled,), inputs=("a",), prediction=(), stripes=0)
    with pytest.raises(PBWMParameterError, match=r"path 'a->b': receivers .* 'networks in lanes'"):
        compile_circuit(circuit, SMALL, Layout.UNITS)
