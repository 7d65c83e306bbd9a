"""The command ``pbwm compare``: a study with one condition, and its figures."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from pbwm.compare import models as catalogue
from pbwm.compare.cli.figure import draw_scenes
from pbwm.compare.cli.running import Mixed, On, Overwrite, Resume, Workers, existing, renamed, run, tabulated
from pbwm.compare.cli.terminal import console
from pbwm.compare.errors import PlanError
from pbwm.compare.experiment import Condition, Existing, Record, Study, Where, open_run
from pbwm.compare.experiment.row import slug
from pbwm.compare.figures.gallery import OVERVIEW
from pbwm.compare.models import DEFAULT_MODELS
from pbwm.compare.reports.study import study_table
from tasks.base.outside import is_file_name
from tasks.catalog import TASKS

__all__ = ["compare", "comparison"]

NAME = "comparison"
AS_SET = "as set"
"""Name of the condition in which parameters are set."""


def comparison(
    tasks: tuple[str, ...],
    models: tuple[str, ...],
    *,
    networks: int,
    epochs: int | None,
    seed: int,
    save: bool = True,
    settings: Sequence[str] = (),
    task_settings: Sequence[str] = (),
) -> Study:
    """A comparison of models on tasks as a study.

    Parameters
    ----------
    tasks, models
        Names in the catalogues, or ``FILE.py:NAME``.
    networks, epochs, seed
        As in `Study`.
    save
        Whether networks and gates are kept, too.
    settings, task_settings
        Parameters that are set, as ``MODEL.PARAMETER=VALUE`` and ``PARAMETER=VALUE``.

    Raises
    ------
    PlanError
        If a number is not possible, a name is given twice or not at all, or a setting cannot be read.
    UnknownNameError
        If a name stands in no catalogue, or a parameter is not known.
    """
    for kind, names, catalog in (("task", tasks, TASKS), ("model", models, catalogue.MODELS)):
        if not names:
            raise PlanError(f"no {kind} is named; give at least one of: {', '.join(catalog)}")
        for name in names:
            catalog[name]
            if names.count(name) > 1:
                raise PlanError(f"{kind} {name!r} is named {names.count(name)} times; give each {kind} once")
    record = (Record.CURVES, Record.GATES, Record.WEIGHTS) if save else (Record.CURVES,)
    study = Study(
        name=NAME,
        tasks=tasks,
        models=models,
        networks=networks,
        epochs=epochs,
        seed=seed,
        record=record,
        conditions=_conditions(models, settings, task_settings),
    )
    for row in study.rows() if study.conditions else ():
        row.job(range(1))  # refuses parameters that are not known
    return study


def _conditions(
    models: tuple[str, ...], settings: Sequence[str], task_settings: Sequence[str]
) -> tuple[Condition, ...]:
    """One condition in which parameters are set, for each model by itself; none if nothing is set."""
    if not (settings or task_settings):
        return ()
    of_task = dict(_setting("--task-set", "PARAMETER", text) for text in task_settings)
    of_model: dict[str, dict[str, Any]] = {model: {} for model in models}
    for text in settings:
        name, value = _setting("--set", "MODEL.PARAMETER", text)
        model = next((model for model in sorted(models, key=len)[::-1] if name.startswith(f"{model}.")), None)
        if model is None:
            known = ", ".join(models)
            raise PlanError(f"--set {text!r} names no model of the comparison ({known}); give MODEL.PARAMETER=VALUE")
        of_model[model][name.removeprefix(f"{model}.")] = value
    return tuple(
        Condition(name=AS_SET, models=(model,), parameters=parameters, task_parameters=of_task)
        for model, parameters in of_model.items()
    )


def _setting(option: str, form: str, text: str) -> tuple[str, Any]:
    """Name and value of a setting; the value is read as TOML, and is a text if it is none."""
    name, equals, value = (part.strip() for part in text.partition("="))
    if not (name and equals and value):
        raise PlanError(f"{option} {text!r} is no setting; give {form}=VALUE")
    try:
        return name, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return name, value


def compare(
    task: Annotated[
        list[str],
        typer.Argument(help="One or several tasks (`pbwm tasks` lists them), or FILE.py:NAME.", metavar="TASK"),
    ],
    models: Annotated[
        str | None,
        typer.Option(
            help="Models, separated by commas (`pbwm models` lists them), or FILE.py:NAME.",
            show_default=",".join(DEFAULT_MODELS),
        ),
    ] = None,
    networks: Annotated[
        int | None, typer.Option(help="Number of networks of each model on each task.", metavar="N", show_default="16")
    ] = None,
    epochs: Annotated[
        int | None, typer.Option(help="The most epochs a network gets.", show_default="chosen for the task")
    ] = None,
    seed: Annotated[int, typer.Option(help="Root of all random streams.")] = 0,
    out: Annotated[
        str | None, typer.Option(help="Directory for the results.", metavar="DIR", show_default="results/TASK")
    ] = None,
    workers: Workers = None,
    on: On = Where.THREADS,
    save: Annotated[bool, typer.Option(help="Keep the trained networks and their gates, too.")] = True,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="A parameter of a model, e.g. lstm.blocks=16; may be repeated.",
            metavar="MODEL.PARAMETER=VALUE",
        ),
    ] = None,
    task_settings: Annotated[
        list[str] | None,
        typer.Option(
            "--task-set", help="A parameter of the tasks, e.g. max_pairs=2; may be repeated.", metavar="PARAMETER=VALUE"
        ),
    ] = None,
    resume: Resume = False,
    overwrite: Overwrite = False,
    mixed: Mixed = False,
    learners: Annotated[str | None, typer.Option(hidden=True)] = None,
    replicas: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """Train models on the same trials until they reach the criterion, and put them side by side.

    Results are stored as each block of networks finishes. The same command resumes a stopped run.
    """
    models, networks = renamed("--learners", learners, "--models", models), _networks(replicas, networks)
    if out is not None and not out.strip():
        raise PlanError(f"--out = {out!r} names no directory; give one, or leave it out for results/{'+'.join(task)}")
    study = comparison(
        tuple(task),
        DEFAULT_MODELS if models is None else tuple(name.strip() for name in models.split(",") if name.strip()),
        networks=16 if networks is None else networks,
        epochs=epochs,
        seed=seed,
        save=save,
        settings=settings or (),
        task_settings=task_settings or (),
    )
    directory = Path(out) if out else Path("results") / "+".join(map(_as_directory, task))
    _compare(study, directory, workers, on, existing(resume, overwrite), mixed)


def _as_directory(task: str) -> str:
    return slug(task) if is_file_name(task) else task


def _networks(replicas: int | None, networks: int | None) -> int | None:
    return renamed("--replicas", replicas, "--networks", networks)


def _compare(study: Study, directory: Path, workers: int | None, on: Where, existing: Existing, mixed: bool) -> None:
    screen = console()
    run(study, directory, screen, workers=workers, on=on, existing=existing, mixed=mixed)
    show(study, directory, screen)


def show(study: Study, directory: Path, screen: Console) -> None:
    """Write and print the table of a comparison, and draw its first figures."""
    whole, results = tabulated(study, directory)
    screen.print(study_table(whole, results))
    draw_scenes(open_run(directory).scenes(), OVERVIEW, directory / "figures", screen, quiet=True)
    screen.print(f"Figures in {directory / 'figures'}, data in {directory}", soft_wrap=True)
