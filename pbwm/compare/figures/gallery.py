"""The figures of a run by name, each with its table of numbers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pbwm.compare.errors import CompareError, FigureError
from pbwm.compare.experiment.scene import Scene
from pbwm.compare.figures import causes, frozen_errors, interventions, learning
from pbwm.compare.figures import memory_and_gates as memory
from pbwm.compare.figures.saving import Drawn
from pbwm.compare.models import MODEL_ERRORS
from tasks.base.errors import TaskError, nearest

__all__ = ["GALLERY", "OVERVIEW", "Entry", "draw", "drawn_or_why"]


CANNOT_BE_DRAWN: tuple[type[Exception], ...] = (CompareError, TaskError, ValueError, *MODEL_ERRORS)
"""Exceptions that mean that a figure cannot be drawn."""


@dataclass(frozen=True)
class Entry:
    """An entry of the gallery: a sentence, the function that draws it, and whether it trains networks for minutes."""

    shows: str
    draw: Callable[[Scene], Iterator[Drawn]]
    trains: bool = False

    @property
    def summary(self) -> str:
        """What the figure shows, and whether it trains networks."""
        return f"{self.shows} Trains networks." if self.trains else self.shows


GALLERY: Mapping[str, Entry] = {
    "learning-curves": Entry(
        "Error over epochs: thin lines are networks, the thick line is their median.", learning.curves
    ),
    "learning-curves-rewarded": Entry("Error over epochs at rewarded steps.", learning.curves_rewarded),
    "epochs-to-criterion": Entry(
        "Epochs to criterion of every network, and which networks err with frozen weights.", learning.epochs
    ),
    "raster": Entry("A trained network step by step, for each model.", learning.single_rasters),
    "gates": Entry("Gates of the slot that serves each item, by kind of step.", memory.gates),
    "agreement": Entry("Agreement of gates with the task's ideal gate: areas under ROC curves.", memory.agreement),
    "selectivity": Entry("Input gates of one network by symbol and kind of step.", memory.selectivities),
    "holding": Entry("Actions of slots (write, hold, read, clear), and how long gates are open.", memory.holding),
    "rasters": Entry("One trained network of every model on the same trials.", memory.rasters),
    "decoding": Entry("Items decoded from memory, by steps since they were stored.", memory.decoding),
    "errors": Entry("Errors by kind of step, and by steps since the item was stored.", memory.errors),
    "further-training": Entry("Frozen error during further training.", frozen_errors.further, trains=True),
    "error-origins": Entry(
        "Origins of frozen errors: items lost, replaced, not released, or read wrongly.", frozen_errors.origins
    ),
    "interventions": Entry(
        "Gates by intervention: when models with or without gates store, retain, and use an item.",
        interventions.interventions,
    ),
    "equivalence": Entry(
        "Variance of the content of slots that the update equation of an LSTM explains.", memory.equivalences
    ),
    "alignment": Entry("Correspondence of slots between models, by their gates.", memory.alignment),
    "forced": Entry("Errors with a gate clamped open or shut (models with manipulations).", causes.forced),
    "lesions": Entry("Errors by the lesioned fraction of each nucleus (models with manipulations).", causes.lesions),
    "gains": Entry("Learning with weaker bursts or dips (models with manipulations).", causes.gains, trains=True),
    "dopamine": Entry(
        "Dopamine by kind of step over training, and of each stripe (models with dopamine).",
        causes.dopamine,
        trains=True,
    ),
    "weights": Entry("Weights into the striatum by symbol (models with a striatum).", causes.weights),
    "cycles": Entry("Disinhibition within a step, cycle by cycle (models with a striatum).", causes.cycles),
}
"""Name → entry."""


OVERVIEW = ("learning-curves", "learning-curves-rewarded", "epochs-to-criterion", "raster")
"""The figures that are drawn at the end of a comparison."""


def draw(name: str, scene: Scene) -> list[Drawn]:
    """Draw a figure of the gallery, or one for each model.

    Raises
    ------
    UnknownNameError
        If there is no such figure.
    FigureError
        If no model or task has it, or the run did not store the required data.
    """
    if name not in GALLERY:
        raise nearest("figure", name, GALLERY)
    if not scene.models:
        raise FigureError(f"figure {name!r}: {scene.title} has not been run yet; run it first")
    found = list(GALLERY[name].draw(scene))
    if not found:
        models = ", ".join(scene.models)
        raise FigureError(f"figure {name!r}: none of {models} supports it on this task; run another model or task")
    return found


def drawn_or_why(name: str, scene: Scene) -> list[Drawn] | str:
    """A figure, or the reason why it is not drawn."""
    try:
        return draw(name, scene)
    except CANNOT_BE_DRAWN as error:
        return str(error)
