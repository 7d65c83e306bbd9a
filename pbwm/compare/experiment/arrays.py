"""A run as labeled arrays: xarray datasets and pandas tables, if installed."""

from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.errors import FigureError, PlanError
from pbwm.compare.experiment.records import AXES, recorded_arrays, spec_names
from pbwm.compare.experiment.results import NETWORK_COLUMNS, network_lines
from tasks.base.task import Trials

if TYPE_CHECKING:
    from pbwm.compare.experiment.run import Run
    from pbwm.compare.experiment.scene import Scene

__all__ = ["to_pandas", "to_xarray"]

Variable = tuple[tuple[str, ...], NDArray[Any], dict[str, str]]
"""Axes, values, and attributes of an array for xarray."""


def to_pandas(run: "Run") -> Any:
    """A pandas table of a run, one line per network (`NETWORK_COLUMNS`).

    Raises
    ------
    PlanError
        If pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError:
        raise PlanError("pandas is not installed; install it: pip install 'pbwm[xarray]'") from None
    return pd.DataFrame(list(network_lines(run.study, run.results)), columns=list(NETWORK_COLUMNS))


def to_xarray(scene: "Scene", model: str) -> Any:
    """The networks of a model in a scene as an xarray dataset.

    It has the results of every network and, if stored, errors by epoch, trials, gates and memory. Every array has its
    unit in ``attrs["units"]``.

    Raises
    ------
    PlanError
        If xarray is not installed.
    """
    try:
        import xarray as xr
    except ImportError:
        raise PlanError("xarray is not installed; install it: pip install 'pbwm[xarray]'") from None
    row, spec = scene.row(model), scene.task.spec
    data = dict([*_outcome(scene, model), *_curves(scene, model), *_recording(scene, model)])
    sizes = {axis: size for axes, values, _ in data.values() for axis, size in zip(axes, values.shape, strict=True)}
    names = spec_names(spec)
    labels = {
        "network": scene.result(model).networks.tolist()[: sizes["network"]],
        "epoch": list(range(1, 1 + sizes.get("epoch", 0))),
        "step": list(range(sizes.get("step", 0))),
        "event": list(spec.events),
        "channel": names["channels"],
        "analog": names["analog"],
        "item": names["items"],
        "response": names["responses"],
        "slot": list(scene.recording(model).slots) if "slot" in sizes else [],
    }
    coords = {axis: of for axis, of in labels.items() if len(of) == sizes.get(axis, -1)}
    about = {
        "task": row.task,
        "model": model,
        "condition": row.condition,
        "seed": row.seed,
        "budget": row.epochs,
        "unit": row.unit,
    }
    return xr.Dataset(data, coords=coords, attrs=about)


def _outcome(scene: "Scene", model: str) -> Iterator[tuple[str, Variable]]:
    result = scene.result(model)
    count = slice(scene.count(model))
    for name, values, unit in (
        ("epochs_to_criterion", result.times.epochs, f"{result.row.unit}; 0: not reached"),
        ("final_error", result.final_error, "proportion"),
        ("frozen_error", result.frozen.error, "proportion"),
        ("novel_error", result.novel_error, "proportion"),
        ("goal_test_error", result.tested, result.row.goal.measures if result.row.goal else "proportion wrong"),
    ):
        yield name, (("network",), values[count], {"units": unit})


def _curves(scene: "Scene", model: str) -> Iterator[tuple[str, Variable]]:
    try:
        curves = scene.curves(model)
    except FigureError:  # they were not kept
        return
    for name in ("errors", "counted"):
        axes, unit = AXES[name]
        yield f"{name}_by_epoch", (axes, getattr(curves, name), {"units": unit})


def _recording(scene: "Scene", model: str) -> Iterator[tuple[str, Variable]]:
    try:
        recording = scene.recording(model)
    except FigureError:  # neither gates nor networks were kept
        return
    own = {field.name for field in fields(Trials)}
    count = scene.count(model)
    for path, values in recorded_arrays(recording):
        name = path.rpartition("/")[2]
        axes, unit = AXES.get(name, ((), "as the model has it"))
        if not axes:
            more = values.ndim - 2
            axes = ("network", "step", *(f"{name} axis {i + 1}" for i in range(more)))
            axes = (*axes[:2], "slot", *axes[3:]) if more and values.shape[2] == len(recording.slots) else axes
        shown = f"trial_{name}" if name in own or name == "length" else name
        yield shown, (axes, np.asarray(values)[:count], {"units": unit})
