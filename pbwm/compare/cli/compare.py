"""The command ``pbwm compare``: a study with one condition, and its figures."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pbwm.compare.cli.figure import FigureWidth, draw_scenes
from pbwm.compare.cli.running import Mixed, On, Overwrite, Resume, Workers, existing, run, tabulated
from pbwm.compare.cli.terminal import console
from pbwm.compare.experiment import Study, Where, open_run
from pbwm.compare.experiment.comparison import comparison, default_directory
from pbwm.compare.figures.gallery import OVERVIEW
from pbwm.compare.figures.style import Width, print_style
from pbwm.compare.files import directory_of
from pbwm.compare.models import DEFAULT_MODELS
from pbwm.compare.reports.study import study_table

__all__ = ["compare", "comparison"]


def compare(
    task: Annotated[
        list[str], typer.Argument(help="One or more tasks (see `pbwm tasks`), or FILE.py:NAME.", metavar="TASK")
    ],
    models: Annotated[
        str | None,
        typer.Option(
            help="Models, separated by commas (see `pbwm models`), or FILE.py:NAME.",
            show_default=",".join(DEFAULT_MODELS),
        ),
    ] = None,
    networks: Annotated[int, typer.Option(help="Number of networks of each model on each task.", metavar="N")] = 16,
    epochs: Annotated[
        int | None,
        typer.Option(help="Largest number of epochs for a network (its budget).", show_default="chosen for the task"),
    ] = None,
    consolidation: Annotated[
        int, typer.Option(help="Number of further training epochs after the criterion, before the frozen test.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="Root seed of all random numbers.")] = 0,
    out: Annotated[
        str | None, typer.Option(help="Directory for the results.", metavar="DIR", show_default="results/TASK")
    ] = None,
    workers: Workers = None,
    on: On = Where.THREADS,
    save: Annotated[bool, typer.Option(help="Also store the trained networks and their gates.")] = True,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="Set a parameter of a model, e.g. lstm.blocks=16; may be repeated.",
            metavar="MODEL.PARAMETER=VALUE",
        ),
    ] = None,
    task_settings: Annotated[
        list[str] | None,
        typer.Option(
            "--task-set",
            help="Set a parameter of the tasks, e.g. max_pairs=2; may be repeated.",
            metavar="PARAMETER=VALUE",
        ),
    ] = None,
    width: FigureWidth = Width.PAGE,
    resume: Resume = False,
    overwrite: Overwrite = False,
    mixed: Mixed = False,
) -> None:
    """Train models on the same trials until they reach the criterion, and compare them.

    Results are stored as each block of networks finishes. To resume an interrupted run, repeat the command.
    """
    directory = directory_of(out, default_directory(task))
    study = comparison(
        tuple(task),
        DEFAULT_MODELS if models is None else tuple(name.strip() for name in models.split(",") if name.strip()),
        networks=networks,
        epochs=epochs,
        seed=seed,
        consolidation=consolidation,
        save=save,
        settings=settings or (),
        task_settings=task_settings or (),
    )
    run(study, directory, workers=workers, on=on, existing=existing(resume, overwrite), mixed=mixed)
    with print_style(width):
        show(study, directory, console())


def show(study: Study, directory: Path, screen: Console) -> None:
    """Write and print the table of a comparison, and draw its first figures."""
    whole, results = tabulated(study, directory)
    screen.print(study_table(whole, results))
    draw_scenes(open_run(directory).scenes(), OVERVIEW, directory / "figures", screen, quiet=True)
    screen.print(f"Figures in {directory / 'figures'}, data in {directory}", soft_wrap=True)
