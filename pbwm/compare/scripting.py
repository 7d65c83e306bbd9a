"""A comparison in one call, for scripts and notebooks: train models on the same trials, and draw their figures."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pbwm.compare.errors import PlanError
from pbwm.compare.experiment import Scene, Where, executor, open_run, run_study
from pbwm.compare.experiment.comparison import comparison, default_directory
from pbwm.compare.figures import gallery
from pbwm.compare.figures.saving import Drawn
from pbwm.compare.figures.style import print_style
from pbwm.compare.models import DEFAULT_MODELS
from tasks.base.errors import MOST, complaint, is_count, require
from tasks.base.files import path_of

__all__ = ["compare", "draw", "notebook_size"]


def compare(
    task: str,
    *,
    models: Sequence[str] = DEFAULT_MODELS,
    networks: int = 16,
    epochs: int | None = None,
    seed: int = 0,
    consolidation: int = 0,
    out: str | Path | None = None,
) -> Scene:
    """Train networks of several models on the same trials, as ``pbwm compare``, and open the results.

    Parameters
    ----------
    task, models
        Names of a task (`TASKS`) and of models (`MODELS`).
    networks
        Number of networks of each model.
    epochs
        Most epochs of a network; None: the budget of the task.
    seed
        Root of all random numbers.
    consolidation
        Further training epochs after the criterion, before the frozen test.
    out
        Directory for the results; None: ``results/TASK``. Networks with results there are not trained again.

    Returns
    -------
    Scene
        Results, learning curves, recordings and trained networks of all models.

    Raises
    ------
    PlanError, UnknownNameError
        If a number or path is impossible, or a name is unknown.
    ResultsError
        If the directory holds results of other settings.
    """
    rule, remedy = "is not a series of names", f"give ({models!r},)"
    require(not isinstance(models, str), "compare: models", models, rule, remedy, error=PlanError)
    study = comparison((task,), tuple(models), networks=networks, epochs=epochs, seed=seed, consolidation=consolidation)
    directory = path_of("compare: out", out, "give a directory", PlanError) if out else default_directory((task,))
    with executor(Where.THREADS, os.cpu_count() or 1) as pool:
        run_study(study, directory, pool)
    return open_run(directory).scene()


def draw(name: str, scene: Scene, width: str = "page") -> list[Drawn]:
    """Draw a figure of the gallery in the style of print: one, or one for each model.

    Parameters
    ----------
    name, scene
        Name of the figure (``pbwm figure list``), and the models.
    width
        "column" (3.35 inches) or "page" (6.9 inches), the width in print.

    Raises
    ------
    UnknownNameError
        If there is no such figure or width.
    FigureError
        If no model of the scene has it.
    """
    remedy = "give pw.compare(…), or pw.open_run(DIRECTORY).scene()"
    require(isinstance(scene, Scene), "draw: scene", scene, "is not a Scene", remedy, error=PlanError)
    with print_style(width):
        return gallery.draw(name, scene)


def notebook_size(*, networks: int, epochs: int) -> tuple[int, int]:
    """Numbers of networks and epochs of a notebook, or those from the environment for a quick run.

    Parameters
    ----------
    networks, epochs
        The numbers; ``PBWM_NOTEBOOK_NETWORKS`` and ``PBWM_NOTEBOOK_EPOCHS`` replace them.

    Raises
    ------
    PlanError
        If one of them is not a whole number of at least 1.

    Examples
    --------
    >>> import os
    >>> os.environ["PBWM_NOTEBOOK_EPOCHS"] = "2"
    >>> notebook_size(networks=16, epochs=100)
    (16, 2)
    >>> del os.environ["PBWM_NOTEBOOK_EPOCHS"]
    """
    return _size("networks", networks), _size("epochs", epochs)


def _size(name: str, number: object) -> int:
    field, remedy = f"notebook_size: {name}", "give such a number"
    if (variable := f"PBWM_NOTEBOOK_{name.upper()}") in os.environ:
        field, number, remedy = variable, os.environ[variable], "give such a number, or unset the variable"
        with suppress(ValueError):
            number = int(number)
    if not is_count(number):
        raise PlanError(complaint(field, number, f"must be a whole number from 1 to {MOST}", remedy))
    return int(number)
