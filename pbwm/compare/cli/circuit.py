"""The commands ``pbwm circuit`` and ``pbwm gate``: the circuit, and the multiplicativity of its gate."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from math import inf
from pathlib import Path
from typing import Annotated, cast

import networkx as nx
import typer
from matplotlib.figure import Figure
from rich.table import Table

from pbwm.circuit import build_circuit
from pbwm.compare.analysis.multiplicativity import (
    MODELS_OF_RESPONSE,
    Multiplicativity,
    gpi_range,
    judged,
    multiplicativity,
)
from pbwm.compare.budgets import MOST_EPOCHS
from pbwm.compare.cli.figure import FigureWidth
from pbwm.compare.cli.terminal import console
from pbwm.compare.errors import PlanError
from pbwm.compare.figures.plots.circuit import plot_circuit
from pbwm.compare.figures.plots.multiplicativity import plot_fits, plot_multiplicativity
from pbwm.compare.figures.style import Width, print_style
from pbwm.compare.files import directory_of, make_directory, write_csv, written_whole
from pbwm.compare.models import MODELS
from pbwm.form2006.circuit import build_circuit as build_circuit_2006
from pbwm.form2006.params import oreilly_frank_2006
from pbwm.gate import Disinhibition, MergedGate
from pbwm.graph import Pathway, paths_between
from pbwm.learner import PBWM
from pbwm.params import PBWMParams
from tasks.base.drawing import draw_epochs
from tasks.base.task import TaskSpec
from tasks.catalog import TASKS

__all__ = ["circuit", "gate"]


class Form(StrEnum):
    """The forms of the gate by name, and the whole circuit of 2006."""

    MERGED = "merged"
    DISINHIBITION = "disinhibition"
    PUBLISHED = "2006"


GATES: dict[Form, MergedGate | Disinhibition] = {
    Form.MERGED: MergedGate(),
    Form.DISINHIBITION: Disinhibition(),
}
BASAL_GANGLIA = ("matrix_go", "matrix_nogo", "gpe", "stn", "gpi", "gpi_thalamus", "thalamus", "snr_thalamus")
GATING = ("thalamus", "gpi_thalamus", "snr_thalamus")
EDGE = ("influence", "sign", "pattern", "plasticity", "strength", "effect", "source")
"""Columns of the table of edges."""

Task = Annotated[str, typer.Option(help="Task that determines the size of the network (see `pbwm tasks`).")]
CIRCUIT, GATE = "results/circuit", "results/gate"
"""Directories where no other is given."""
Out = Annotated[str, typer.Option(help="Directory for the figure and the table.", metavar="DIR")]


def _write(figure: Figure, directory: Path, name: str) -> None:
    for suffix, metadata in ((".png", None), (".svg", {"Date": None})):
        with written_whole(directory / f"{name}{suffix}") as temporary:
            figure.savefig(temporary, metadata=metadata)


def circuit(
    form: Annotated[Form, typer.Option(help="Form of the gate; 2006: the published circuit.")] = Form.DISINHIBITION,
    task: Task = "12ax",
    stripes: Annotated[bool, typer.Option("--stripes", help="Draw one pair of stripes, with separate nuclei.")] = False,
    width: FigureWidth = Width.PAGE,
    out: Out = CIRCUIT,
) -> None:
    """Draw the circuit, list its projections with their sources, and trace the pathways from input to gate."""
    if stripes and width is Width.COLUMN:
        raise PlanError("--width = column is too narrow for --stripes; omit one of them")
    directory, spec = directory_of(out, Path(CIRCUIT)), TASKS[task].build().spec
    graph = _graph(form, spec)
    drawn = _graph(form, spec, stripes=1) if stripes else graph
    make_directory(directory)
    name = f"circuit-{form}{'-stripes' if stripes else ''}"
    with print_style(width):
        _write(cast(Figure, plot_circuit(drawn).figure), directory, name)
    edges = [[a, b, *(edge[key] for key in EDGE)] for a, b, edge in drawn.edges(data=True)]
    write_csv(directory / f"{name}.csv", ["sender", "target", *EDGE], edges)
    screen = console()
    screen.print(_pathways(graph))
    screen.print(f"Figure and table in {directory}", highlight=False, soft_wrap=True)


def _graph(form: Form, spec: TaskSpec, stripes: int | None = None) -> nx.MultiDiGraph:
    by_stripe = stripes is not None
    if form is Form.PUBLISHED:
        published = oreilly_frank_2006(spec)
        published = replace(published, stripes=stripes or published.stripes)
        return build_circuit_2006(spec, published).graph(by_stripe=by_stripe)
    params = PBWMParams(gate=GATES[form])
    return build_circuit(spec, replace(params, stripes=stripes or params.stripes)).graph(by_stripe=by_stripe)


def _pathways(graph: nx.MultiDiGraph) -> Table:
    gate = next(name for name in GATING if name in graph)
    control = next(name for name in ("control_input", "stimulus_input", "input") if name in graph)
    within = [name for name in BASAL_GANGLIA if name in graph]
    table = Table("pathway", "gate", "links", title="Pathways from the input to the gate: → excites, ⊣ inhibits")
    for pathway in paths_between(graph, control, gate, via=within):
        table.add_row(_name(pathway), "opens" if pathway.sign > 0 else "shuts", str(pathway))
    return table


def _name(pathway: Pathway) -> str:
    if "matrix_go" in pathway.nodes:
        return "direct"
    if "matrix_nogo" in pathway.nodes:
        return "indirect"
    return "STN and GPe" if "gpe" in pathway.nodes else "hyperdirect"


def gate(
    task: Task = "12ax",
    epochs: Annotated[
        int, typer.Option(help="Number of training epochs before the range of GPi conductance is measured.")
    ] = 10,
    largest: Annotated[
        float | None,
        typer.Option("--range", help="Largest GPi conductance.", show_default="measured in 16 networks"),
    ] = None,
    models: Annotated[
        str | None,
        typer.Option(help="Test the gates of these models instead, separated by commas.", show_default=False),
    ] = None,
    width: FigureWidth = Width.PAGE,
    out: Out = GATE,
) -> None:
    """Test whether GPi acts on each type of relay cell by multiplication, addition, or a shifted threshold.

    With --models, run the same test on the gates of these models, over a range of contents and gate inputs.
    """
    directory = directory_of(out, Path(GATE))
    if models is not None:
        with print_style(width):
            _judge_models(models, TASKS[task].build().spec, directory)
        return
    if largest is not None and not 0 < largest < inf:
        raise PlanError(
            f"--range = {largest} must be above 0 and finite; give the largest GPi conductance, or omit the option"
        )
    if not 0 <= epochs <= MOST_EPOCHS:
        rule = "at least 0" if epochs < 0 else f"at most {MOST_EPOCHS:,}"
        raise PlanError(f"--epochs = {epochs} must be {rule}; give the number of epochs")
    make_directory(directory)  # before networks are trained
    found = multiplicativity((0.0, largest) if largest else _range(task, epochs))
    with print_style(width):
        _write(plot_multiplicativity(found), directory, "multiplicativity")
    write_csv(directory / "multiplicativity.csv", ["relay", "drive", "gpi_conductance", *_COLUMNS], _rows(found))
    screen = console()
    screen.print(_fits("relay", {relay.relay: relay for relay in found}))
    screen.print(
        f"GPi conductance 0 to {found[0].conductance[-1]:.2f}. Figure and table in {directory}", soft_wrap=True
    )


def _judge_models(names: str, spec: TaskSpec, out: Path) -> None:
    found: dict[str, Multiplicativity] = {}
    for name in (part.strip() for part in names.split(",") if part.strip()):
        model = MODELS[name]
        if model.planes is None:
            raise PlanError(f"--models: model {name!r} has no gates to measure; leave it out")
        found |= {f"{name}: {plane.name}": judged(plane) for plane in model.planes(model.params(spec))}
    if not found:
        raise PlanError(f"--models = {names!r} names no model; give names of `pbwm models`, separated by commas")
    make_directory(out)
    with print_style():
        _write(cast(Figure, plot_fits(found).figure), out, "gates")
    rows = [[name, *row[1:]] for name, of in found.items() for row in _rows([of])]
    write_csv(out / "gates.csv", ["gate", "content", "closing", *_COLUMNS], rows)
    screen = console()
    screen.print(_fits("gate", found))
    screen.print(f"Figure and table in {out}", soft_wrap=True)


def _fits(what: str, found: Mapping[str, Multiplicativity]) -> Table:
    table = Table(what, *(f"R² {model}" for model in MODELS_OF_RESPONSE))
    for name, of in found.items():
        table.add_row(name, *(f"{of.r_squared(model):.3f}" for model in MODELS_OF_RESPONSE))
    return table


def _range(task: str, epochs: int, seed: int = 0) -> tuple[float, float]:
    disinhibition, built = Disinhibition(), TASKS[task].build()
    learner = PBWM(built.spec, seed=seed, params=PBWMParams(gate=disinhibition))
    for epoch in range(epochs + 1):
        block, _ = draw_epochs(built, seed, range(learner.networks), range(epoch, epoch + 1))
        outcome = learner.run(block, learn=epoch < epochs, record=epoch == epochs)
    assert outcome.record is not None  # the last epoch was recorded
    return gpi_range([outcome.record], disinhibition)


_COLUMNS = ("response", *MODELS_OF_RESPONSE, "effective_gate")


def _rows(found: list[Multiplicativity]) -> list[list[object]]:
    return [
        [relay.relay, drive, conductance, *(float(getattr(relay, name)[i, j]) for name in _COLUMNS)]
        for relay in found
        for i, drive in enumerate(relay.drive.tolist())
        for j, conductance in enumerate(relay.conductance.tolist())
    ]
