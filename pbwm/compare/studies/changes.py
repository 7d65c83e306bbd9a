"""Changes of a configuration, for conditions that differ from another in one thing."""

from dataclasses import replace
from typing import Any

from pbwm.compare.models import MODELS, pbwm_model
from pbwm.compare.study import Condition
from pbwm.params import PBWMParams
from pbwm.recommended import recommended
from tasks.catalog import TASKS

__all__ = ["change", "condition", "recommended_for", "variant"]


def recommended_for(task: str) -> PBWMParams:
    """The recommended configuration for a task of the catalogue."""
    return recommended(TASKS[task].build().spec)


def change(params: PBWMParams, part: str, **changes: Any) -> PBWMParams:
    """A configuration with `changes` in one of its parts, given by a dotted name ("striatum.rule").

    Examples
    --------
    >>> change(recommended_for("sir2"), "striatum.rule", not_gated=1.0).striatum.rule.not_gated
    1.0
    """
    first, _, rest = part.partition(".")
    inner: Any = getattr(params, first)
    changed: Any = {first: change(inner, rest, **changes) if rest else replace(inner, **changes)}
    return replace(params, **changed)


def condition(name: str, task: str, params: PBWMParams, epochs: int) -> Condition:
    """A condition of a study: PBWM in one configuration on one task."""
    return Condition(name=name, task=task, model=pbwm_model(lambda _: params, name), epochs=epochs)


def variant(name: str, task: str, learner: str, epochs: int, **changes: Any) -> Condition:
    """A condition of a study: a model of the catalogue on one task, with `changes` of its parameters."""
    model = MODELS[learner]
    params = replace(model.params(TASKS[task].build().spec), **changes)
    return Condition(name=name, task=task, model=model.configured(params), epochs=epochs)
