"""The signed graph is the circuit that the kernels run, and its pathways have the textbook's signs."""

import numpy as np
import pytest

from pbwm.anatomy import anatomy
from pbwm.circuit import build_circuit
from pbwm.compilation import compile_circuit
from pbwm.dopamine import PVLV, RescorlaWagner, TemporalDifference
from pbwm.gate import Disinhibition, MergedGate
from pbwm.graph import Pathway, paths_between
from pbwm.match_units import MatchUnits
from pbwm.params import GatingParams, PBWMParams
from pbwm.striatum import FeedbackRule, StriatumLearning, TraceRule
from pbwm.wiring import Influence
from tasks.base.errors import UnknownNameError
from tasks.catalog import TASKS

FORMS = {
    "disinhibition": Disinhibition(),
    "merged": MergedGate(),
    "direct": MergedGate(direct_nogo=True),
}
SYNAPSES = (Influence.EXCITATION, Influence.INHIBITION)


def circuit_of(form, task="sir2", **changes):
    return build_circuit(TASKS[task].build().spec, PBWMParams(stripes=3, hidden=9, gate=FORMS[form], **changes))


def synapses(graph):
    return [(a, b, edge) for a, b, edge in graph.edges(data=True) if edge["influence"] in SYNAPSES]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("output_gating", [True, False])
def test_edges_are_the_paths_that_the_kernels_run(form, output_gating):
    senders = ("control_input",)
    params = PBWMParams(stripes=3, gate=FORMS[form], output_gating=output_gating)
    params = PBWMParams(**{**vars(params), "dopamine": type(params.dopamine)(senders=senders)})
    circuit = build_circuit(TASKS["sir2"].build().spec, params)
    net, names = compile_circuit(circuit, params), [layer.name for layer in circuit.layers]
    compiled = {(names[row.sender], names[row.target], int(row.sign)) for row in net.paths}
    drawn = [(a, b, edge["sign"]) for a, b, edge in synapses(circuit.graph())]
    assert set(drawn) == compiled
    assert len(drawn) == len(net.paths)
    modulated = {
        (b, edge["sign"])
        for a, b, edge in circuit.graph().edges(data=True)
        if a == "dopamine" and edge["influence"] is Influence.MODULATION
    }
    signs = {(name, int(row.dopamine_sign)) for name, row in zip(names, net.layers, strict=True) if row.dopamine_sign}
    assert modulated == signs


FED_BACK = {
    "gating": GatingParams(checks=1, age_units=4),
    "striatum": StriatumLearning(rule=FeedbackRule()),
}


@pytest.mark.parametrize(
    "changes",
    [{}, FED_BACK, {**FED_BACK, "match_units": MatchUnits()}],
    ids=["as published", "feedback, ages", "feedback, ages, match units"],
)
@pytest.mark.parametrize("form", FORMS)
def test_every_edge_has_a_source_and_every_nucleus_its_cells(form, changes):
    graph = circuit_of(form, **changes).graph()
    assert all(edge["source"] for _, _, edge in graph.edges(data=True))
    assert all(node["cells"] for _, node in graph.nodes(data=True))
    assert graph.nodes["matrix_go"]["receptor"] == "D1"
    assert graph.nodes["matrix_nogo"]["receptor"] == "D2"


@pytest.mark.parametrize("form", FORMS)
def test_go_opens_and_nogo_shuts_by_every_way(form):
    graph = circuit_of(form).graph()
    gate = "thalamus" if form == "disinhibition" else "gpi_thalamus"
    go, nogo = (paths_between(graph, name, gate) for name in ("matrix_go", "matrix_nogo"))
    assert {pathway.sign for pathway in go} == {1}
    assert {pathway.sign for pathway in nogo} == {-1}


def test_pathways_of_the_explicit_form():
    graph = circuit_of("disinhibition").graph()
    assert paths_between(graph, "matrix_go", "thalamus") == [Pathway(("matrix_go", "gpi", "thalamus"), (-1, -1))]
    assert [str(pathway) for pathway in paths_between(graph, "matrix_nogo", "thalamus")] == [
        "matrix_nogo ⊣ gpe ⊣ gpi ⊣ thalamus",
        "matrix_nogo ⊣ gpe ⊣ stn → gpi ⊣ thalamus",
    ]
    (brake,) = paths_between(graph, "control_input", "thalamus", via=("stn", "gpi"))
    assert brake.sign == -1
    assert paths_between(graph, "thalamus", "matrix_go") == []


def test_an_unknown_nucleus_is_rejected_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r"unknown nucleus 'thalamu': did you mean 'thalamus'\?"):
        paths_between(circuit_of("disinhibition").graph(), "matrix_go", "thalamu")


@pytest.mark.parametrize("form", FORMS)
def test_by_stripe_each_edge_is_a_synapse(form):
    """Two stripes are joined only where a unit of one sends to a unit of the other."""
    circuit = circuit_of(form)
    graph = circuit.graph(by_stripe=True)
    layers = {layer.name: layer for layer in circuit.layers}

    def node(layer, unit):
        return f"{layer.name} {unit // layer.size + 1}" if layer.striped else layer.name

    expected = set()
    for path in circuit.paths:
        sender, target = layers[path.sender], layers[path.target]
        receivers = np.arange(target.units)[circuit.receivers(path)]
        for r, senders in zip(receivers, circuit.senders(path), strict=True):
            expected |= {(node(sender, s), node(target, r)) for s in senders}
    assert {(a, b) for a, b, _ in synapses(graph)} == expected


def test_stripes_are_apart_but_for_stn():
    graph = circuit_of("disinhibition").graph(by_stripe=True)
    nuclei = ("matrix_go", "matrix_nogo", "gpe", "gpi", "thalamus")
    for a, b, _ in synapses(graph):
        first, second = graph.nodes[a], graph.nodes[b]
        if first["layer"] in nuclei and second["layer"] in nuclei:
            assert first["stripe"] == second["stripe"]
    assert set(graph.successors("stn 1")) == {f"{name} {i}" for name in ("gpe", "gpi") for i in range(1, 7)}
    assert ("thalamus 5", "pfc_output_deep 2") in graph.edges()
    assert ("pfc_output 2", "thalamus 5") in graph.edges()
    assert ("thalamus 5", "pfc_maintenance_deep 2") not in graph.edges()


def test_one_channel_for_both():
    graph = circuit_of("disinhibition", "12ax").graph()
    assert "control_input" not in graph
    assert {("stimulus_input", "stn"), ("stimulus_input", "reward_prediction")} <= set(graph.edges())


def test_feedback_and_the_stripes_own_dopamine_are_in_the_graph():
    """Cortex projects to deep PFC, deep PFC to dopamine; the graph says so if dopamine has no source."""
    plain, fed_back = circuit_of("disinhibition").graph(), circuit_of("disinhibition", **FED_BACK).graph()
    told = [
        ("output", "pfc_maintenance_deep"),
        ("hidden", "pfc_maintenance_deep"),
        ("pfc_maintenance_deep", "dopamine"),
    ]
    for sender, target in told:
        assert not plain.has_edge(sender, target)
        (edge,) = fed_back.get_edge_data(sender, target).values()
        assert (edge["influence"], edge["sign"]) == (Influence.MODULATION, 1)
    assert "pfc_output_deep → output" in fed_back.get_edge_data("output", "pfc_maintenance_deep")[0]["effect"]
    (dopamine,) = fed_back.get_edge_data("pfc_maintenance_deep", "dopamine").values()
    assert "proposed here" in dopamine["source"]
    assert all(f"(F{number})" in dopamine["effect"] for number in (6, 7, 8))
    assert "stripe by stripe" in fed_back.get_edge_data("dopamine", "matrix_go")[0]["effect"]


@pytest.mark.parametrize("form", FORMS)
def test_age_acts_on_the_gate_as_symbols_do(form):
    """Go by age opens a stripe and its output stripe, NoGo by age shuts them, with the strength of the others."""
    circuit = circuit_of(form, **FED_BACK)
    graph, gate = circuit.graph(by_stripe=True), "thalamus" if form == "disinhibition" else "gpi_thalamus"
    for stripe in ("1", "4"):
        for matrix, sign in (("matrix_go", 1), ("matrix_nogo", -1)):
            signs = {
                p.sign for p in paths_between(graph, "pfc_age 1", f"{gate} {stripe}", via=_way(graph, matrix, stripe))
            }
            assert signs == {sign}
    strengths = _strengths(circuit)
    for matrix in ("matrix_go", "matrix_nogo"):
        symbol, age = (
            [strength for name, strength in strengths.items() if name.startswith(f"{matrix}{kind}->")]
            for kind in ("", "_age")
        )
        assert symbol == age
    expected = _strengths(circuit_of(form))
    assert all(strengths[name] == pytest.approx(strength) for name, strength in expected.items())


def _strengths(circuit):
    """The strength of every path, before scaling by the activity of its sender."""
    return {path.name: path.absolute * (circuit.share(path) if path.scaled else 1.0) for path in circuit.paths}


def _way(graph, matrix, stripe):
    """The nuclei of the direct or indirect pathway of a stripe, by age."""
    return [
        f"{matrix}_age {stripe}",
        *(f"{nucleus} {stripe}" for nucleus in ("gpe", "gpi") if f"{nucleus} {stripe}" in graph),
    ]


@pytest.mark.parametrize("age_units", [0, 3])
def test_striatal_paths_name_the_rule_by_which_they_learn(age_units):
    rules = {
        "dopamine of the stripe × tag": FeedbackRule(),
        "dopamine × trace": TraceRule(),
    }
    for plasticity, rule in rules.items():
        gating = GatingParams(checks=1, age_units=age_units)
        circuit = circuit_of("disinhibition", gating=gating, striatum=StriatumLearning(rule=rule))
        paths = [path for path in circuit.paths if path.target.startswith("matrix_")]
        assert [path.plasticity for path in paths] == [plasticity] * (4 if age_units else 2)


def test_without_output_gates_dopamine_does_not_teach_them():
    graph = circuit_of("disinhibition", output_gating=False, **FED_BACK).graph()
    assert "F8" not in graph.get_edge_data("pfc_maintenance_deep", "dopamine")[0]["effect"]


@pytest.mark.parametrize(
    ("dopamine", "quantity", "source"),
    [
        (RescorlaWagner(), "reward − prediction", "Schultz"),
        (TemporalDifference(), "reward + γ · value − value of the step before", "Schultz"),
        (PVLV(), "(LVe − LVi) + (PVe − PVi where reward is due)", "OF06"),
        (PVLV(lv_always=False), "PVe − PVi where reward is due, else LVe − LVi", "OF06"),
    ],
)
def test_dopamine_is_said_to_be_what_it_is(dopamine, quantity, source):
    circuit = circuit_of("disinhibition", dopamine=dopamine)
    (edge,) = circuit.graph().get_edge_data("reward", "dopamine").values()
    assert edge["effect"] == f"dopamine = {quantity}"
    assert edge["source"].startswith(source)
    shown = {layer.name: layer for layer in anatomy(circuit, TASKS["sir2"].build().spec).layers}
    assert shown["dopamine"].quantity == quantity
