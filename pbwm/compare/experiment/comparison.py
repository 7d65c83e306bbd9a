"""A comparison: a study with one condition, of models on tasks."""

from pbwm.compare import models as catalogue
from pbwm.compare.errors import PlanError
from pbwm.compare.experiment.declaration import Record, Study
from tasks.catalog import TASKS

__all__ = ["comparison"]

NAME = "comparison"


def comparison(
    tasks: tuple[str, ...], models: tuple[str, ...], *, networks: int, epochs: int | None, seed: int, save: bool = True
) -> Study:
    """A comparison of models on tasks as a study.

    Raises
    ------
    PlanError
        If a number is not possible, or a name is given twice or not at all.
    UnknownNameError
        If a name stands in no catalogue.
    """
    for kind, names, catalog in (("task", tasks, TASKS), ("model", models, catalogue.MODELS)):
        if not names:
            raise PlanError(f"no {kind} is named; give at least one of: {', '.join(catalog)}")
        for name in names:
            catalog[name]
            if names.count(name) > 1:
                raise PlanError(f"{kind} {name!r} is named {names.count(name)} times; give each {kind} once")
    record = (Record.CURVES, Record.GATES, Record.WEIGHTS) if save else (Record.CURVES,)
    return Study(name=NAME, tasks=tasks, models=models, networks=networks, epochs=epochs, seed=seed, record=record)
