"""Figures of frozen errors: during further training, and by origin."""

from collections.abc import Iterator
from dataclasses import replace

from pbwm.compare.analysis.error_origins import ErrorOrigin, error_origins
from pbwm.compare.analysis.frozen import FROZEN_STEPS, frozen_trials
from pbwm.compare.analysis.further_training import further_training
from pbwm.compare.analysis.recording import recording_of
from pbwm.compare.experiment.scene import Scene
from pbwm.compare.figures.captions import networks_of
from pbwm.compare.figures.plots.frozen import plot_error_origins, plot_further_training
from pbwm.compare.figures.saving import Drawn, panels
from pbwm.compare.figures.style import is_narrow
from tasks.base.task import TrialBlock

__all__ = ["further", "origins"]

FURTHER_EPOCHS = (0, 2, 4, 6, 8, 12, 16, 24, 32, 40)
"""Further epochs of training before each test."""


def further(scene: Scene) -> Iterator[Drawn]:
    """The frozen error of every network during further training."""
    found = [
        replace(
            further_training(networks, scene.task, range(networks.networks), seed=scene.seed, epochs=FURTHER_EPOCHS),
            model=model,
        )
        for model, networks in zip(scene.models, map(scene.networks, scene.models), strict=True)
    ]
    figure, axes = panels(1, width=6.0, height=3.4 if is_narrow() else 2.6)
    plot_further_training(found, ax=axes[0])
    rows = [
        [model, network, int(after), of.error[network, test]]
        for model, of in zip(scene.models, found, strict=True)
        for network in range(len(of.error))
        for test, after in enumerate(of.epochs)
    ]
    all_reached = all(scene.result(model).times.reached.all() for model in scene.models)
    others = "" if all_reached else " or, in networks that did not reach it, after the budget"
    caption = (
        f"Frozen error during further training after the criterion{others}: {networks_of(scene)}, tested on at least "
        f"{FROZEN_STEPS} fresh steps with frozen weights. Thin lines: networks; thick lines: means."
    )
    header = ["model", "network", "further epochs", "frozen error"]
    yield Drawn(name="further-training", caption=caption, figure=figure, header=header, rows=rows)


def origins(scene: Scene) -> Iterator[Drawn]:
    """Origins of the errors in the frozen test, for models with gates; none if the task has no items."""
    if not scene.task.spec.items:
        return
    found = []
    for model in scene.models:
        networks = scene.networks(model)
        streams = [frozen_trials(scene.task, network, scene.seed) for network in range(networks.networks)]
        recording = recording_of(networks, TrialBlock.stack(streams))
        if recording.gates:
            found.append(replace(error_origins(recording), model=model))
    if not found:
        return
    figure, axes = panels(1, width=5.0)
    plot_error_origins(found, ax=axes[0])
    rows = [
        [of.model, network, kind.name.lower(), int(of.counts[network, k]), int(of.counted[network])]
        for of in found
        for network in range(len(of.counts))
        for k, kind in enumerate(kind for kind in ErrorOrigin if kind)
    ]
    occurs = any(of.counts[:, ErrorOrigin.NOTHING_ASKED - 1].any() for of in found)
    unasked = " Nothing asked: the response needs no item." if occurs else ""
    shown = networks_of(scene, *(of.model for of in found))
    caption = (
        f"Origins of errors with frozen weights on fresh trials: {shown}, taken together.{unasked} "
        "Lost: the item was lost before the step. Replaced: it was replaced in the step. Shut: it was held, but the "
        "output gate was shut. Readout: it was released, and the response was wrong."
    )
    header = ["model", "network", "origin", "errors", "responses"]
    yield Drawn(name="error-origins", caption=caption, figure=figure, header=header, rows=rows)
