"""The commands ``pbwm reproduce hochreiter1997`` and ``gers2000``: a paper's experiments, beside its numbers."""

from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from pbwm.compare.cli.terminal import console
from pbwm.compare.files import make_directory, write_csv
from pbwm.compare.published.gers2000 import GERS_2000
from pbwm.compare.published.hochreiter1997 import HOCHREITER_1997
from pbwm.compare.reproduction import HEADINGS, Reproduction, Result, chosen, read_results, run_experiment
from tasks.base.addresses import LARGEST_SEED, MOST_NETWORKS

__all__ = ["gers2000", "hochreiter1997", "results_table"]

TABLE = "table.csv"
"""The table of a reproduction, in its directory."""


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


def results_table(reproduction: Reproduction, results: list[Result], seed: int) -> Table:
    """One line per experiment: what the paper reports, ours, and whether both are of one order of magnitude."""
    unit = reproduction.unit
    table = Table(
        title=f"{reproduction.paper}: {unit} to the goal",
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=0,
        show_edge=False,
        caption=f"Mean and standard deviation over the networks that reached the goal; seed {seed}. Same order: the"
        " means (or, without them, the successes) differ by a factor of at most √10.",
        caption_justify="left",
    )
    for heading in ("experiment", "published", "success", "ours", "± sd", "success", "n", "ratio", "same order"):
        table.add_column(heading, justify="left" if heading in ("experiment", "same order") else "right")
    for result in results:
        published, taken, same = result.experiment.published, result.taken, result.same_order
        table.add_row(
            result.experiment.name,
            _number(published.sequences),
            _percent(published.success),
            _number(float(taken.mean()) if len(taken) else None),
            _number(float(taken.std(ddof=1)) if len(taken) > 1 else None),
            _percent(result.success),
            str(result.networks),
            "–" if result.ratio is None else f"{result.ratio:.2f}",
            "–" if same is None else ("yes" if same else "no"),
        )
    return table


Experiments = Annotated[
    list[str] | None,
    typer.Argument(
        help="Numbers of experiments, such as 2a, or single settings of them, such as 4-t-500.",
        metavar="[EXPERIMENT]...",
        show_default="all but the long ones",
    ),
]
Replicas = Annotated[int | None, typer.Option(help="Networks of each.", show_default="16", min=1, max=MOST_NETWORKS)]
Seed = Annotated[
    int | None, typer.Option(help="Root of all random streams.", show_default="0", min=0, max=LARGEST_SEED)
]
Out = Annotated[
    str | None, typer.Option(help="Directory for the results.", metavar="DIR", show_default="results/PAPER")
]
Show = Annotated[bool, typer.Option("--show", help="Run nothing; show what has been run.")]


def _reproduce(
    reproduction: Reproduction,
    experiments: list[str] | None,
    replicas: int | None,
    seed: int | None,
    out: str | None,
    show: bool,
) -> None:
    directory = make_directory(Path(out) if out else Path("results") / reproduction.name)
    networks, root = replicas or reproduction.replicas, reproduction.seed if seed is None else seed
    screen = console()
    if not show:
        for experiment in chosen(reproduction, experiments or []):
            with screen.status(f"{experiment.name}: {networks} networks, at most {experiment.most:,}"):
                run_experiment(experiment, directory, replicas=networks, seed=root)
    results = list(read_results(reproduction, directory, replicas=networks, seed=root))
    write_csv(directory / TABLE, HEADINGS, [result.row() for result in results])
    screen.print(results_table(reproduction, results, root))
    screen.print(f"Table in {directory / TABLE}", highlight=False, soft_wrap=True)


def hochreiter1997(
    experiment: Experiments = None, replicas: Replicas = None, seed: Seed = None, out: Out = None, show: Show = False
) -> None:
    """Hochreiter & Schmidhuber (1997): Reber grammar, long lags, two sequences, adding, products, temporal order.

    Blocks of 16 networks are written as they are done; what is there is not run again.
    """
    _reproduce(HOCHREITER_1997, experiment, replicas, seed, out, show)


def gers2000(
    experiment: Experiments = None, replicas: Replicas = None, seed: Seed = None, out: Out = None, show: Show = False
) -> None:
    """Gers, Schmidhuber & Cummins (2000): the continual Reber grammar, with and without forget gates and resets.

    Blocks of 16 networks are written as they are done; what is there is not run again.
    """
    _reproduce(GERS_2000, experiment, replicas, seed, out, show)
