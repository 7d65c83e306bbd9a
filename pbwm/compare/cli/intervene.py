"""The command ``pbwm intervene``: the gates of every model of a run by intervention."""

from collections.abc import Iterable
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from rich.box import SIMPLE_HEAD
from rich.table import Table

from pbwm.compare.analysis.carried import can_carry
from pbwm.compare.analysis.intervention import STEPS
from pbwm.compare.analysis.probed_gates import ProbedGates
from pbwm.compare.analysis.recording import GATE_NAMES
from pbwm.compare.cli.figure import Conditions, FigureWidth, RunDirectory, Tasks, scenes_of
from pbwm.compare.cli.terminal import console
from pbwm.compare.errors import PlanError
from pbwm.compare.experiment import Scene, open_run
from pbwm.compare.figures.interventions import interventions, probed_models
from pbwm.compare.figures.saving import save_drawn
from pbwm.compare.figures.style import Width, print_style
from pbwm.compare.files import directory_of, make_directory

__all__ = ["intervene"]


def intervene(
    run: RunDirectory,
    condition: Conditions = None,
    task: Tasks = None,
    steps: Annotated[
        int, typer.Option(help="Number of steps of each network at which the input is replaced.", metavar="N", min=1)
    ] = STEPS,
    carried: Annotated[
        bool,
        typer.Option(
            "--carried",
            help="Also find which responses depend on content that the declared gates carry. This applies to the LSTM, "
            "the GRU, and the subLSTM, and takes several times as long.",
        ),
    ] = False,
    width: FigureWidth = Width.PAGE,
    out: Annotated[
        str | None, typer.Option(help="Directory for the figure.", metavar="DIR", show_default="RUN/figures")
    ] = None,
) -> None:
    """Infer by intervention when trained networks store, retain, and use each item.

    The command replaces the input of one step at a time and counts the later responses that change. This also works for
    models without gates. The table gives means over items, and medians over networks. The figure shows every network.
    """
    directory = directory_of(out, run / "figures")
    scenes, screen = scenes_of(open_run(run), condition, task), console()
    if carried:
        _require_carriers(scenes)
    make_directory(directory)
    for scene in scenes:
        found = list(probed_models(scene, steps, carry=carried))
        screen.print(_table(scene, found, carried))
        place = directory / scene.directory_name if len(scenes) > 1 else directory
        with print_style(width):
            for drawn in interventions(scene, found):
                save_drawn(make_directory(place), drawn)
        screen.print(f"Figure and table of all networks in {place}", soft_wrap=True)


def _require_carriers(scenes: Iterable[Scene]) -> None:
    """Reject ``--carried`` before anything runs if it applies to no model."""
    models = {model: scene for scene in scenes for model in scene.models}
    if not any(can_carry(scene.networks(model)) for model, scene in models.items()):
        raise PlanError(
            f"--carried applies to none of the models {', '.join(models)}: it requires an LSTM, a GRU, or a "
            "subLSTM; omit --carried and read the columns AUC, slot and AUC, all (docs/analysis.md)"
        )


def _table(scene: Scene, found: list[ProbedGates], carried: bool) -> Table:
    caption = (
        "Open: proportion of steps at which the gate is open (forget gate: at which it forgets), where the ideal gate "
        "opens and elsewhere. AUC: agreement of the gate with the ideal gate, and with the declared gates of one slot "
        "and of all slots."
    )
    table = Table(
        "model", "gate", box=SIMPLE_HEAD, title=f"{scene.title}: gates by intervention", caption=caption,
        padding=(0, 0 if carried else 1, 0, 0), pad_edge=False,
    )  # fmt: skip
    more = ("AUC, carried", "by gates", "by rest") if carried else ()
    for heading in ("reached", "open, ideal", "open, else", "AUC, ideal", "AUC, slot", "AUC, all", *more):
        table.add_column(heading, justify="right", max_width=max(5, *map(len, heading.split())))
    for model, of in zip(scene.models, found, strict=True):
        reached = f"{int(scene.result(model).times.reached.sum())}/{len(of.should[GATE_NAMES[0]])}"
        for gate in GATE_NAMES:
            columns = [of.should[gate], of.should_not[gate], of.ideal[gate], of.declared[gate], of.together[gate]]
            if carried:
                columns += _carried(of, gate)
            table.add_row(model, gate.split("_")[0], reached, *map(_median, columns))
    return table


def _carried(of: ProbedGates, gate: str) -> tuple[NDArray[np.float64], ...]:
    if of.carried is None:
        return (np.full((1, 1), np.nan),) * 3
    return of.carried.agreement[gate], of.carried.by_gates[gate], of.carried.by_rest[gate]


def _median(values: NDArray[np.float64]) -> str:
    known = values[~np.isnan(values).all(1)]
    return f"{np.median(np.nanmean(known, axis=1)):.3f}" if len(known) else "–"
