"""The command ``pbwm view``: a browser page with networks, served locally or written to a file."""

import webbrowser
from pathlib import Path
from threading import Timer
from typing import Annotated

import typer

from pbwm.compare.budgets import MOST_EPOCHS
from pbwm.compare.errors import PlanError, ViewError
from pbwm.compare.files import make_directory
from pbwm.compare.view.loading import cast_for
from pbwm.compare.view.replay import is_replay
from pbwm.compare.view.server import serve
from pbwm.compare.view.session import Session
from tasks.base.addresses import LARGEST_SEED, MOST_NETWORKS
from tasks.base.errors import require
from tasks.base.files import written_whole

__all__ = ["view"]

MOST_STEPS = 10_000
"""Largest number of steps of a recording, which a browser must hold."""
PAUSE = 0.7
"""Seconds until the browser is opened."""


def view(
    target: Annotated[
        str,
        typer.Argument(
            help="Directory written by `pbwm compare`, a task (see `pbwm tasks`), or FILE.py:NAME.", metavar="TARGET"
        ),
    ],
    models: Annotated[
        str | None,
        typer.Option(help="Models, separated by commas.", show_default="those of the run, or of `pbwm compare`"),
    ] = None,
    network: Annotated[
        int | None,
        typer.Option(
            help="Number of the network to show, from 0.", show_default="the first to reach the criterion, or 0"
        ),
    ] = None,
    task: Annotated[str | None, typer.Option(help="Task, if the run has several.")] = None,
    condition: Annotated[str | None, typer.Option(help="Condition, if the run has several.")] = None,
    networks: Annotated[int, typer.Option(help="Number of networks of each model, if TARGET is a task.")] = 16,
    seed: Annotated[int, typer.Option(help="Root seed of all random numbers, if TARGET is a task.")] = 0,
    train: Annotated[int, typer.Option(help="Number of training epochs before the page opens.")] = 0,
    port: Annotated[int, typer.Option(help="Local port; 0: any free port.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
    html: Annotated[
        str | None,
        typer.Option(help="Instead of opening a page, write a recording to this HTML file.", metavar="FILE"),
    ] = None,
    steps: Annotated[int, typer.Option(help="Number of steps in the recording.")] = 100,
) -> None:
    """Step through the same trials with trained networks of all models, in a browser."""
    names = None if models is None else tuple(name.strip() for name in models.split(",") if name.strip())
    for what, value, least, most in (
        ("networks", networks, 1, MOST_NETWORKS),
        ("seed", seed, 0, LARGEST_SEED),
        ("train", train, 0, MOST_EPOCHS),
        ("steps", steps, 1, MOST_STEPS),
    ):
        rule = f"must be at least {least}" if value < least else f"must be at most {most:,}"
        require(least <= value <= most, f"--{what}", value, rule, "give such a number", error=PlanError)
    require(names != (), "--models", models, "names no model", "name one, or omit the option", error=PlanError)
    cast = cast_for(target, names, networks=networks, seed=seed, task=task, condition=condition)
    for name in cast.left_out:
        typer.echo(f"Not shown: {name}, which lacks anatomy, observe_step or path_weights")
    for damage in cast.damaged:
        typer.echo(f"Not shown: {damage}; run the comparison again")
    session = Session(cast, network)
    # Before networks are trained: the file may be another's, and the port taken.
    page, served = (None, serve(session, port)) if html is None else (_page(html), None)
    if train:
        session.train(train)
    if page is not None:
        record(session, page, steps)
    if served is None:
        return
    typer.echo(f"The view is at {served.address}")
    typer.echo("Press Ctrl-C to stop.")
    if browser:
        Timer(PAUSE, webbrowser.open, [served.address]).start()
    served.run()


def _page(html: str) -> Path:
    """The file of a recording, which can be written there and replaces only another recording."""
    path = Path(html)
    require(html.strip() != "", "--html", html, "names no file", "give one, e.g. lesson.html", error=ViewError)
    remedy = f"give a file, e.g. {path / 'lesson.html'}"
    require(not path.is_dir(), "--html", html, "is a directory", remedy, error=ViewError)
    make_directory(path.parent)
    ours = not path.exists() or is_replay(path.read_text(encoding="utf-8", errors="replace"))
    require(ours, "--html", html, "exists and is not a recording of pbwm", "give another file", error=ViewError)
    return path


def record(session: Session, path: Path, steps: int) -> None:
    """Run steps with frozen weights, and write them to a self-contained page."""
    for _ in range(steps):
        session.step()
    with written_whole(path, ViewError) as temporary:
        temporary.write_text(session.replay(), encoding="utf-8")
    typer.echo(f"{steps} steps in {path} ({path.stat().st_size / 1e6:.1f} MB)")
