"""The circuit of 2006: projections, signs, strengths, and its drawing."""

import csv
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from pbwm.compare.cli.app import app
from pbwm.compare.figures.plots.anatomy import BOX, scene
from pbwm.compare.figures.plots.circuit import plot_circuit
from pbwm.errors import PBWMTaskError
from pbwm.form2006.circuit import Rule, build_circuit, winners
from pbwm.form2006.learner import PBWM2006
from pbwm.form2006.params import PBWM2006Params, oreilly_frank_2006
from pbwm.graph import paths_between
from pbwm.wiring import Influence
from tasks.base.errors import UnknownNameError
from tasks.base.task import Channel, Role
from tasks.catalog import TASKS

SPEC = TASKS["sir2"].build().spec


def test_go_opens_the_gate_and_nogo_shuts_it():
    graph = build_circuit(SPEC, PBWM2006Params()).graph()
    signs = {
        nucleus: [pathway.sign for pathway in paths_between(graph, nucleus, "snr_thalamus", via=())]
        for nucleus in ("matrix_go", "matrix_nogo")
    }
    assert signs == {"matrix_go": [1], "matrix_nogo": [-1]}


def test_dopamine_comes_from_values_and_goes_to_the_striatum():
    graph = build_circuit(SPEC, PBWM2006Params()).graph()
    into = {(a, edge["sign"]) for a, _, edge in graph.in_edges("dopamine", data=True)}
    assert into == {("reward", 1), ("primary_value", -1), ("learned_value", 1), ("slow_learned_value", -1)}
    taught = {(b, edge["sign"]) for _, b, edge in graph.out_edges("dopamine", data=True)}
    assert taught == {("matrix_go", 1), ("matrix_nogo", -1)}
    assert graph.nodes["matrix_go"]["receptor"] == "D1"


def test_the_signal_that_reward_is_due_closes_the_gates_of_every_stripe_where_they_are_closed_then():
    closed, free = (
        {
            (target, edge["sign"], edge["influence"])
            for _, target, edge in build_circuit(SPEC, replace(params, stripes=2))
            .graph(by_stripe=True)
            .out_edges("reward", data=True)
        }
        for params in (oreilly_frank_2006(SPEC), PBWM2006Params())
    )
    assert closed - free == {(f"snr_thalamus {stripe}", -1, Influence.MODULATION) for stripe in (1, 2)}
    assert free < closed
    shown = [path for path in PBWM2006(SPEC, networks=range(1), params=oreilly_frank_2006(SPEC)).anatomy().paths
             if (path.sender, path.target) == ("reward", "snr_thalamus")]  # fmt: skip
    assert [path.note for path in shown] == [
        "closes all gates where reward is due (NoGo bias in the authors' simulator of 2011)"
    ]


def test_every_edge_has_a_source_and_stripes_keep_to_themselves():
    graph = build_circuit(SPEC, replace(PBWM2006Params(), stripes=2)).graph(by_stripe=True)
    assert all(edge["source"] for _, _, edge in graph.edges(data=True))
    stripe, synaptic = dict(graph.nodes(data="stripe")), (Influence.EXCITATION, Influence.INHIBITION)
    inside = [(stripe[a], stripe[b]) for a, b, edge in graph.edges(data=True) if edge["influence"] in synaptic]
    crossing = [(a, b) for a, b in inside if a and b and a != b]
    assert crossing == []


def test_the_parts_of_a_target_add_up_to_one():
    circuit = build_circuit(SPEC, oreilly_frank_2006())
    for target in {path.target for path in circuit.paths}:
        shares = [circuit.share(path) for path in circuit.paths if path.target == target]
        assert np.isclose(sum(shares), 1.0), target


def test_paths_are_scaled_by_the_active_units_of_the_whole_sending_layer():
    """Projections from the own stripe, too: a receiver sees a quarter of the four stripes."""
    circuit = build_circuit(SPEC, oreilly_frank_2006(SPEC))
    scale = {path.name: circuit.scale(path) for path in circuit.paths}
    active = 2 * 4  # a stimulus and a control unit in each stripe
    assert np.isclose(scale["pfc->matrix_go"], 0.2 / 1.2 / active)
    assert np.isclose(scale["pfc->hidden"], 1 / 2.2 / active)
    assert scale["input->pfc"] == 1.0


def test_store_ignore_and_recall_with_three_stores_has_the_network_of_sir_and_not_that_of_the_loop():
    assert oreilly_frank_2006(TASKS["sir3"].build().spec) == oreilly_frank_2006(TASKS["sir2"].build().spec)


def test_learned_inputs_replace_one_to_one_inputs():
    loop = TASKS["phonological-loop"].build().spec
    params = oreilly_frank_2006(loop)
    assert (params.stripes, params.prefrontal.units) == (24, 42)
    into = {path.sender: path.rule for path in build_circuit(loop, params).paths if path.target == "pfc"}
    assert set(into.values()) == {Rule.PREFRONTAL}
    assert into.keys() == {"input", "output"}
    fixed = [path for path in build_circuit(SPEC, oreilly_frank_2006(SPEC)).paths if path.target == "pfc"]
    assert [(path.sender, path.rule) for path in fixed] == [("input", Rule.NONE)]


def test_a_pool_never_has_only_winners():
    assert [winners(4, units) for units in (1, 2, 4, 5, 30)] == [1, 1, 3, 4, 4]


def test_a_task_without_a_stimulus_is_rejected():
    odd = replace(SPEC, channels=(Channel(name="order", symbols=("a", "b"), role=Role.CONTROL),))
    with pytest.raises(PBWMTaskError, match="'order'"):
        build_circuit(odd, PBWM2006Params())
    with pytest.raises(UnknownNameError, match="pfc"):
        build_circuit(SPEC, PBWM2006Params()).layer("pfcc")


@pytest.mark.parametrize("by_stripe", [False, True])
@pytest.mark.parametrize("task", ["sir2", "12ax"])
def test_every_nucleus_has_a_place_of_its_own(by_stripe, task):
    spec = TASKS[task].build().spec
    graph = build_circuit(spec, replace(oreilly_frank_2006(spec), stripes=1)).graph(by_stripe=by_stripe)
    places = scene({node: (data["layer"], data["stripe"]) for node, data in graph.nodes(data=True)}).places
    assert places.keys() == set(graph)
    for a, (ax, ay) in places.items():
        for b, (bx, by) in places.items():
            assert a == b or abs(ax - bx) > BOX[0] or abs(ay - by) > BOX[1], (a, b)
    assert len(plot_circuit(graph).texts) >= len(graph)


def test_the_command_draws_it(tmp_path):
    result = CliRunner().invoke(app, ["circuit", "--form", "2006", "--task", "sir2", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "matrix_go → snr_thalamus" in result.output
    graph = build_circuit(SPEC, oreilly_frank_2006(SPEC)).graph()
    with (tmp_path / "circuit-2006.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == graph.number_of_edges()
