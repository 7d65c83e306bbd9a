"""Changes of a configuration, for conditions that differ in one thing."""

from dataclasses import replace
from typing import Any

from pbwm.compare.experiment import Condition
from pbwm.compare.experiment.parameters import changes_between
from pbwm.compare.models import MODELS
from pbwm.params import PBWMParams
from pbwm.recommended import family_network, recommended
from tasks.catalog import TASKS

__all__ = ["change", "changes_of", "condition", "family_for", "recommended_for"]


def recommended_for(task: str) -> PBWMParams:
    """The recommended configuration for a task of the catalog."""
    return recommended(TASKS[task].build().spec)


def family_for(task: str) -> PBWMParams:
    """The family network with restarts (`family_network`) for a task of the catalog."""
    return family_network(TASKS[task].build().spec)


def change(params: PBWMParams, part: str, **changes: Any) -> PBWMParams:
    """A configuration with `changes` in one of its parts, named like "striatum.rule".

    Examples
    --------
    >>> change(family_for("sir2"), "striatum.rule", not_gated=1.0).striatum.rule.not_gated
    1.0
    """
    first, _, rest = part.partition(".")
    inner: Any = getattr(params, first)
    changed: Any = {first: change(inner, rest, **changes) if rest else replace(inner, **changes)}
    return replace(params, **changed)


def condition(name: str, task: str, params: PBWMParams, epochs: int) -> Condition:
    """PBWM in one configuration on one task, as changes of the recommended one."""
    changes = changes_between(recommended_for(task), params)
    return Condition(name=name, tasks=(task,), models=("pbwm",), parameters=changes, epochs=epochs)


def changes_of(model: str, task: str, params: Any) -> dict[str, Any]:
    """Parameters as changes of those of a model of the catalog on a task.

    Examples
    --------
    >>> from lstm_baseline import LSTMParams
    >>> changes_of("lstm", "12ax", LSTMParams.modern(blocks=4))["blocks"]
    4
    """
    return changes_between(MODELS[model].params(TASKS[task].build().spec), params)
