"""The drawing of the circuit: every nucleus a box, every edge in the table, and the commands that write them."""

import csv
import itertools
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from pbwm.circuit import build_circuit
from pbwm.compare.cli.app import app
from pbwm.compare.figures.plots.anatomy import BOX, scene
from pbwm.compare.figures.plots.circuit import plot_circuit
from pbwm.dopamine import RescorlaWagner
from pbwm.gate import Disinhibition, MergedGate
from pbwm.params import PBWMParams
from pbwm.recommended import family_network, recommended
from tasks.catalog import TASKS

runner = CliRunner()
FORMS = [Disinhibition(), MergedGate(), MergedGate(direct_nogo=True)]


@pytest.mark.parametrize("gate", FORMS, ids=["disinhibition", "merged", "direct"])
@pytest.mark.parametrize("by_stripe", [False, True])
@pytest.mark.parametrize(("task", "output_gating"), [("sir2", True), ("12ax", False)])
def test_every_nucleus_has_a_place_of_its_own(gate, by_stripe, task, output_gating):
    params = PBWMParams(
        stripes=1, gate=gate, output_gating=output_gating, dopamine=RescorlaWagner(senders=("control_input",))
    )
    graph = build_circuit(TASKS[task].build().spec, params).graph(by_stripe=by_stripe)
    nodes = {node: (data["layer"], data["stripe"]) for node, data in graph.nodes(data=True)}
    places = scene(nodes).places
    assert places.keys() == set(graph)
    for a, (ax, ay) in places.items():
        for b, (bx, by) in places.items():
            assert a == b or abs(ax - bx) > BOX[0] or abs(ay - by) > BOX[1], (a, b)
    drawn = plot_circuit(graph)
    assert len(drawn.texts) >= len(graph)
    assert sum("GPi" in text.get_text() for text in drawn.texts) == sum("gpi" in node for node in graph)


@pytest.mark.parametrize("configuration", [recommended, family_network])
@pytest.mark.parametrize("task", ["12ax", "sir2"])
@pytest.mark.parametrize("by_stripe", [False, True])
def test_no_line_passes_behind_a_box(configuration, task, by_stripe):
    spec = TASKS[task].build().spec
    graph = build_circuit(spec, replace(configuration(spec), stripes=1)).graph(by_stripe=by_stripe)
    nodes = {node: (data["layer"], data["stripe"]) for node, data in graph.nodes(data=True)}
    places = scene(nodes).places
    lines = [line for line in plot_circuit(graph).lines if line.get_zorder() < 3]  # boxes are drawn over these
    assert len(lines) > len(places)
    for line in lines:
        corners = line.get_xydata()
        points = np.concatenate([np.linspace(*ends, 500) for ends in itertools.pairwise(corners)])
        for node, place in places.items():
            inside = (np.abs(points - place) < np.array(BOX) / 2 - 0.02).all(1)
            assert not inside.any(), (node, corners)


@pytest.mark.parametrize("params", [PBWMParams(gate=Disinhibition()), PBWMParams(gate=MergedGate())])
def test_no_bar_of_inhibition_touches_a_box(params):
    graph = build_circuit(TASKS["12ax"].build().spec, params).graph()
    places = scene({node: (data["layer"], data["stripe"]) for node, data in graph.nodes(data=True)}).places
    bars = [line.get_xydata() for line in plot_circuit(graph).lines if line.get_zorder() == 5]
    assert bars
    for bar in bars:
        for node, place in places.items():
            near = (np.abs(np.linspace(*bar, 100) - place) < np.array(BOX) / 2 + 0.07).all(1)
            assert not near.any(), (node, bar)


def test_the_command_writes_the_figure_and_every_edge(tmp_path):
    result = runner.invoke(app, ["circuit", "--task", "sir2", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    for pathway in ("direct", "indirect", "matrix_go ⊣ gpi ⊣ thalamus"):
        assert pathway in result.output
    by_stn = {line.split("│")[1].strip(): line for line in result.output.splitlines() if "→ stn → g" in line}
    assert "opens" in by_stn.pop("STN and GPe")  # a detour of the hyperdirect pathway, with the opposite effect
    assert [name for name, line in by_stn.items() if "shuts" in line] == ["hyperdirect"]
    assert {path.suffix for path in tmp_path.iterdir()} == {".png", ".svg", ".csv"}
    with (tmp_path / "circuit-disinhibition.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    circuit = build_circuit(TASKS["sir2"].build().spec, PBWMParams(gate=Disinhibition()))
    assert len(rows) == circuit.graph().number_of_edges()
    assert all(row["source"] for row in rows)
    assert {"sender": "gpi", "target": "thalamus", "sign": "-1"}.items() <= next(
        row for row in rows if row["sender"] == "gpi"
    ).items()


def test_the_command_draws_stripes_of_the_merged_form(tmp_path):
    result = runner.invoke(app, ["circuit", "--form", "merged", "--stripes", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "hyperdirect" not in result.output
    assert (tmp_path / "circuit-merged-stripes.svg").exists()


def test_the_gate_command_judges_the_relays(tmp_path):
    result = runner.invoke(app, ["gate", "--range", "2", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "noise-scaled" in result.output
    assert "GPi conductance 0 to 2.00" in result.output
    assert {path.name for path in tmp_path.iterdir()} == {f"multiplicativity{s}" for s in (".png", ".svg", ".csv")}


def test_the_gate_command_judges_the_gates_of_models(tmp_path):
    result = runner.invoke(app, ["gate", "--models", "lstm, sublstm", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert {path.name for path in tmp_path.iterdir()} == {f"gates{s}" for s in (".png", ".svg", ".csv")}
    with (tmp_path / "gates.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["gate"] for row in rows}) == 4
    assert len(rows) == 4 * 21 * 21


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["circuit", "--task", "sir22"], "unknown task 'sir22': did you mean 'sir2'?"),
        (["gate", "--range", "0"], "--range = 0.0 must be above 0"),
        (["gate", "--epochs", "-1"], "--epochs = -1 must be at least 0"),
        (["gate", "--models", "srn"], "--models: model 'srn' has no gates to measure"),
        (["gate", "--models", "lstmm"], "unknown model 'lstmm': did you mean 'lstm'?"),
        (["gate", "--models", ","], "--models = ',' names no model"),
    ],
)
def test_wrong_input_is_one_line(arguments, message):
    result = runner.invoke(app, arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: {message}")
