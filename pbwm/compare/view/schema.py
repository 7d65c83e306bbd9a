"""The first message to a page: the task, and the anatomy of each model with the colors of the figures."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.figures.names import GATE_TITLES, model_name, task_name
from pbwm.compare.figures.style import (
    GATES,
    INFLUENCES,
    ITEMS,
    WRONG,
    model_color,
    signal_color,
)
from pbwm.compare.models import OTHER_COLORS
from pbwm.compare.view.equations import sections
from pbwm.compare.view.experiments import forms
from pbwm.compare.view.protocol import CYCLES
from pbwm.compare.view.stage import Stage
from pbwm.wiring import Influence
from tasks.base.anatomy import Anatomy, Effect, ShownPath
from tasks.base.task import GateAction, Task

__all__ = ["schema"]

DIVERGING = ("#5E3C99", "#E66101")
"""Colors of the least and greatest value of signed quantities: the ends of `figures.style.DIVERGING`."""

EFFECTS: Mapping[Effect, str] = {
    Effect.EXCITATION: INFLUENCES[Influence.EXCITATION],
    Effect.INHIBITION: INFLUENCES[Influence.INHIBITION],
    Effect.MODULATION: INFLUENCES[Influence.MODULATION],
    Effect.CONTENT: INFLUENCES[Influence.CONTENT],
    Effect.WEIGHTED: INFLUENCES[Influence.EXCITATION],
}
"""Effect of one layer on another → color of the line."""


def schema(task: Task, stages: Mapping[str, Stage], *, live: bool) -> dict[str, Any]:
    """The message of type ``schema``; `live`: whether there are networks behind the page, or only a recording."""
    spec = task.spec
    anatomies = {name: stage.anatomy for name, stage in stages.items()}
    return {
        "type": "schema",
        "live": live,
        "cycles": CYCLES,
        "task": {
            "name": spec.name,
            "title": task_name(spec.name),
            "source": spec.source,
            "channels": [{"name": c.name, "symbols": list(c.symbols)} for c in spec.channels],
            "analog": [c.name for c in spec.analog],
            "responses": list(spec.responses),
            "events": list(spec.events),
            "items": list(spec.items),
            "sequence": spec.sequence,
            "criterion": str(spec.criterion),
        },
        "actions": [action.name.lower() for action in GateAction],
        "colors": {
            "gates": dict(GATES),
            "items": [ITEMS[i % len(ITEMS)] for i in range(len(spec.items))],
            "effects": {str(effect): color for effect, color in EFFECTS.items()},
            "wrong": WRONG,
            "diverging": list(DIVERGING),
            "others": list(OTHER_COLORS),
            "signals": {s: signal_color(s) for s in ("dopamine", "reward_prediction")},
        },
        "gates": dict(GATE_TITLES),
        "models": [model(name, anatomy) for name, anatomy in anatomies.items()],
        "documents": sections({layer.equations for a in anatomies.values() for layer in a.layers}),
    }


def model(name: str, anatomy: Anatomy) -> dict[str, Any]:
    """The anatomy of one model."""
    starts = np.cumsum([0, *(layer.units for layer in anatomy.layers)])
    return {
        "name": name,
        "title": model_name(name),
        "color": model_color(name),
        "slots": list(anatomy.slots),
        "rows": list(anatomy.rows),
        "column": list(anatomy.column),
        "memory": list(anatomy.memory),
        "contents": list(anatomy.contents),
        "units": anatomy.units,
        "frames": anatomy.frames,
        "phases": [{"name": phase.name, "frames": phase.frames} for phase in anatomy.phases],
        "layers": [
            {
                "name": layer.name,
                "title": layer.title,
                "units": layer.units,
                "pools": layer.pools,
                "firstSlot": layer.first_slot,
                "row": layer.row,
                "color": GATES.get(layer.color) or signal_color(layer.color),
                "low": layer.low,
                "high": layer.high,
                "quantity": layer.quantity,
                "labels": list(layer.labels),
                "cells": layer.cells,
                "equations": layer.equations,
                "lesions": layer.lesions,
                "watched": layer.watched,
                "start": int(start),
            }
            for layer, start in zip(anatomy.layers, starts, strict=False)
        ],
        "paths": [shown_path(path) for path in anatomy.paths],
        "forms": forms(anatomy),
    }


def shown_path(path: ShownPath) -> dict[str, Any]:
    """One projection; senders that all receivers share are sent once."""
    alike = bool(len(path.senders)) and bool((path.senders == path.senders[0]).all())
    senders: NDArray[np.int64] = path.senders[:1] if alike else path.senders
    return {
        "name": path.name,
        "sender": path.sender,
        "target": path.target,
        "effect": str(path.effect),
        "receivers": path.receivers.tolist(),
        "senders": senders.tolist(),
        "learns": path.learns,
        "note": path.note,
    }
