"""The circuit: sizes, wiring and shares of the reference network, and of a task with one channel."""

from dataclasses import replace

import numpy as np
import pytest

from pbwm.circuit import Wiring, build_circuit
from pbwm.compare.emergent.files import LAYERS, PREDICTION, reference_order, reference_weights
from pbwm.compilation import compile_circuit
from pbwm.dopamine import PVLV, RescorlaWagner, TemporalDifference
from pbwm.errors import PBWMParameterError
from pbwm.kernels import tables
from pbwm.learner import PBWM
from pbwm.manipulations import ClampGate
from pbwm.params import PBWMParams
from tasks.base.errors import UnknownNameError
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.catalog import TASKS
from tests.pbwm.golden import read

SPEC = read("sir2_spec.json")
REFERENCE = TASKS["sir2-reference"].build().spec
ONE_UNIT_LAYERS = ("Rew", "RWPred", "SNc", "CIN")


@pytest.fixture(scope="module")
def circuit():
    return build_circuit(REFERENCE, PBWMParams())


@pytest.fixture(scope="module")
def net(circuit):
    return compile_circuit(circuit, PBWMParams())


def theirs(path):
    return f"{LAYERS[path.sender]}To{LAYERS[path.target]}"


def test_units(circuit):
    published = {layer["name"]: (layer["n_neurons"], layer["n_pools"]) for layer in SPEC["layers"]}
    ours = {LAYERS[layer.name]: layer for layer in circuit.layers}
    assert ours.keys() == published.keys() - set(ONE_UNIT_LAYERS)
    for name, layer in ours.items():
        assert layer.units == published[name][0]
    assert sum(published[name][0] for name in ONE_UNIT_LAYERS) == 4
    assert circuit.starts()[-1] == SPEC["n_neurons"] - 4 == 382


def test_synapses(circuit, net):
    published = {path["name"]: path for path in SPEC["paths"]}
    for path in circuit.paths:
        senders = circuit.senders(path)
        assert senders.size == published[theirs(path)]["n_syns"], path.name
        assert senders.shape[1] == published[theirs(path)]["rcon_max"], path.name
    units = {layer.name: layer.units for layer in circuit.layers}
    predicting = sum(units[name] for name in circuit.prediction)
    assert predicting == sum(p["n_syns"] for name, p in published.items() if name.endswith(PREDICTION))
    synapses = int((net.paths["receivers"] * net.paths["contacts"]).sum())
    assert synapses + predicting == SPEC["n_synapses"] == 3014
    assert len(circuit.paths) + len(circuit.prediction) == len(SPEC["paths"])


def test_every_synapse_is_one_of_the_reference(circuit):
    """In the reference's order of units: none missing, none added."""
    data = read("sir2_weights_init.json.gz")
    for path in circuit.paths:
        table = data["init"][theirs(path)]
        receiver, sender = reference_order(path.target, circuit), reference_order(path.sender, circuit)
        ours = {(int(receiver[r]), int(sender[s])) for r, row in enumerate(circuit.senders(path)) for s in row}
        assert ours == set(zip(table["recv_idx"], table["send_idx"], strict=True)), path.name


def test_strengths(circuit):
    published = {path["name"]: path for path in SPEC["paths"]}
    for path in circuit.paths:
        scale = published[theirs(path)]["WtScale"]
        assert (path.absolute, path.relative) == pytest.approx((scale["Abs"], scale["Rel"])), path.name


def test_initial_weights(circuit):
    published = {path["name"]: path for path in SPEC["paths"]}
    for path in circuit.paths:
        start = published[theirs(path)]["WtInit"]
        assert (path.weight_mean, path.weight_range) == pytest.approx((start["Mean"], start["Var"])), path.name


def test_mirrored_weights_of_the_reference_are_mirrored(circuit):
    weights = reference_weights(read("sir2_weights_init.json.gz"), circuit)
    mirrored = [path for path in circuit.paths if path.mirror]
    assert [path.name for path in mirrored] == ["output->hidden"]
    np.testing.assert_array_equal(weights["output->hidden"][0].T, weights["hidden->output"][0])


def test_shares(circuit):
    """Rel/ΣRel of the excitatory paths into a layer; Go and NoGo count together in the merged gate."""
    share = {path.name: circuit.share(path) for path in circuit.paths}
    assert share["hidden->output"] == pytest.approx(1 / 2.5)
    assert share["stimulus_input->output"] == pytest.approx(0.5 / 2.5)
    assert share["output->hidden"] == pytest.approx(0.2 / 3.2)
    assert share["pfc_output_deep->hidden"] == pytest.approx(1 / 3.2)
    assert share["matrix_go->gpi_thalamus"] == share["gpe->gpi_thalamus"] == pytest.approx(0.5)
    assert share["matrix_nogo->gpe"] == 1.0
    for target in {path.target for path in circuit.paths}:
        assert sum(share[path.name] for path in circuit.paths if path.target == target) == pytest.approx(1.0)


def test_scales_of_the_first_trial(circuit):
    """Strength, share and sparseness together: the scales of the reference in its first trial."""
    from pbwm.learner import PBWM
    from tasks.base.rng import Purpose, stream
    from tasks.base.task import TrialBlock

    learner = PBWM(REFERENCE, networks=range(1))
    task = TASKS["sir2-reference"].build()
    learner.run(TrialBlock.stack([task.trials(1, stream(0, Purpose.TRIALS, 0))]))
    published = {path["name"]: path["GScale_trial0"] for path in SPEC["paths"]}
    for path, scale in zip(circuit.paths, learner.state()["scale"][0], strict=True):
        assert scale == pytest.approx(published[theirs(path)], rel=1e-6), path.name
    for name, scale in zip(circuit.prediction, learner.state()["prediction_scale"][0], strict=True):
        assert scale == pytest.approx(published[f"{LAYERS[name]}To{PREDICTION}"], rel=1e-6), name


def test_wiring(circuit):
    wired = {path.name: (path.wiring, circuit.senders(path)) for path in circuit.paths}
    full, table = wired["hidden->output"]
    assert full is Wiring.FULL
    np.testing.assert_array_equal(table, np.tile(np.arange(49), (4, 1)))
    tiled, table = wired["stimulus_input->pfc_maintenance"]
    assert tiled is Wiring.TILED
    np.testing.assert_array_equal(table[:, 0], np.tile(np.arange(4), 8))
    stripe, table = wired["matrix_nogo->gpe"]
    assert stripe is Wiring.STRIPE
    np.testing.assert_array_equal(table, np.arange(80).reshape(16, 5))
    one, table = wired["pfc_maintenance_deep->pfc_output"]
    assert one is Wiring.ONE_TO_ONE
    np.testing.assert_array_equal(table[:, 0], np.arange(32))


def test_compiled_senders_are_those_of_the_circuit(circuit, net):
    starts = circuit.starts()
    for row, path in zip(net.paths, circuit.paths, strict=True):
        senders = circuit.senders(path)
        rows = row.first_sender + np.arange(row.receivers)[:, None] * row.sender_step + np.arange(row.contacts)
        np.testing.assert_array_equal(net.sender[rows] - starts[circuit.layer(path.sender)], senders)
        assert row.contacts == senders.shape[1]
        assert bool(row.dense) == (path.wiring is Wiring.FULL)
        assert (row.learning_rate > 0) == (path.learns and not path.striatal)


def test_paths_of_a_layer_stand_together(circuit, net):
    for i, row in enumerate(net.layers):
        ours = [p for p, path in enumerate(circuit.paths) if circuit.layer(path.target) == i]
        assert ours == list(range(row.path, row.path_stop))


def test_what_learns(circuit, net):
    names = [layer.name for layer in circuit.layers]
    learning = {name for name, row in zip(names, net.layers, strict=True) if row.learns}
    averaged = {name for name, row in zip(names, net.layers, strict=True) if row.averages}
    assert learning == {"hidden", "output"}
    assert averaged == learning | {"stimulus_input", "control_input", "pfc_output_deep"}
    signs = {name: int(row.dopamine_sign) for name, row in zip(names, net.layers, strict=True) if row.dopamine_sign}
    assert signs == {"matrix_go": 1, "matrix_nogo": -1}


def test_one_channel_for_both():
    spec = TASKS["12ax"].build().spec
    circuit = build_circuit(spec, PBWMParams(stripes=3))
    names = [layer.name for layer in circuit.layers]
    assert circuit.inputs == ("stimulus_input",)
    assert "control_input" not in names
    assert circuit.layer("control_input") == circuit.layer("stimulus_input")
    symbols = len(spec.channels[0].symbols)
    assert circuit.layers[names.index("matrix_go")].units == 6 * symbols
    assert circuit.layers[names.index("pfc_maintenance")].units == 3 * symbols
    into_hidden = [path.sender for path in circuit.paths if path.target == "hidden"]
    assert into_hidden == ["stimulus_input", "output", "pfc_output_deep"]
    assert {path.sender for path in circuit.paths if path.striatal} == {"stimulus_input"}


def test_channels_are_found_in_any_order():
    spec = REFERENCE
    swapped = type(spec)(**{**spec.__dict__, "channels": spec.channels[::-1]})
    assert build_circuit(spec, PBWMParams()).inputs == ("stimulus_input", "control_input")
    assert build_circuit(swapped, PBWMParams()).inputs == ("control_input", "stimulus_input")
    assert build_circuit(swapped, PBWMParams()).layers == build_circuit(spec, PBWMParams()).layers


def test_an_unknown_layer_is_rejected_with_the_nearest(circuit):
    with pytest.raises(UnknownNameError, match=r"unknown layer 'matrixgo': did you mean 'matrix_go'\?"):
        circuit.layer("matrixgo")


@pytest.mark.parametrize("dopamine", [RescorlaWagner, TemporalDifference, PVLV])
def test_without_output_gating_the_other_senders_predict_reward(dopamine):
    params = PBWMParams(output_gating=False, dopamine=dopamine())
    circuit = build_circuit(REFERENCE, params)
    assert circuit.prediction == ("control_input", "pfc_maintenance_deep")
    assert compile_circuit(circuit, params)
    with pytest.raises(PBWMParameterError, match=r"dopamine\.senders = \('pfc_output_deep',\) must name"):
        replace(params, dopamine=dopamine(senders=("pfc_output_deep",)))
    unknown = replace(params, dopamine=dopamine(senders=("pfc_maintenance_dep",)))
    with pytest.raises(UnknownNameError, match="did you mean 'pfc_maintenance_deep'"):
        compile_circuit(build_circuit(REFERENCE, unknown), unknown)


def test_kinds_of_layers(circuit):
    kinds = {layer.name: layer.kind for layer in circuit.layers}
    assert kinds["stimulus_input"] == kinds["control_input"] == tables.INPUT
    assert kinds["output"] == tables.TARGET
    assert kinds["gpi_thalamus"] == tables.GPI
    assert kinds["pfc_output_deep"] == kinds["pfc_maintenance_deep"] == tables.PFC_DEEP


@pytest.mark.parametrize("output_gating", [True, False])
def test_expected_activity_of_the_layer_that_drives_cortex_may_follow_its_mean(output_gating):
    """Shut stripes lower it, so that paths from it become stronger; with a fixed value, they do not."""
    task, memory = TASKS["sir2"].build(), "pfc_output_deep" if output_gating else "pfc_maintenance_deep"
    block = TrialBlock.stack([task.trials(40, stream(2, Purpose.TRIALS, 0))])
    scales, expected = {}, {}
    for fixed in (True, False):
        params = PBWMParams(
            stripes=8,
            output_gating=output_gating,
            pfc_activity_fixed=fixed,
            dopamine=RescorlaWagner(senders=("control_input",)),
        )
        circuit = build_circuit(task.spec, params)
        following = [layer.name for layer in circuit.layers if layer.activity == 0.2 and not layer.activity_fixed]
        assert following == ([] if fixed else [memory])
        learner = PBWM(task.spec, networks=range(1), seed=3, params=params)
        for gate in ("input", "output")[: 1 + output_gating]:
            learner.apply(*(ClampGate(stripe=stripe, gate=gate, open=stripe == 0) for stripe in range(8)))
        learner.run(block)
        expected[fixed] = learner.state()["layers activity"][0, circuit.layer(memory)]
        paths = [i for i, path in enumerate(circuit.paths) if path.sender == memory and path.scaled]
        scales[fixed] = learner.state()["scale"][0, paths]
    assert expected[True] == np.float32(0.2)
    assert expected[False] < 0.12  # the first real value, 1/32, counts half
    assert len(scales[True]) >= 2
    assert (scales[False] > 1.5 * scales[True]).all()
