"""The figures that can be made of a comparison that is done, by name, each with the table of what it shows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pbwm.compare.errors import FigureError
from pbwm.compare.figures import gallery_of_frozen as of_frozen
from pbwm.compare.figures import gallery_of_models as of_models
from pbwm.compare.figures import gallery_of_pbwm as of_pbwm
from pbwm.compare.figures.drawn import Drawn
from pbwm.compare.finished import FinishedRun
from tasks.base.errors import nearest

__all__ = ["GALLERY", "Entry", "draw"]


@dataclass(frozen=True)
class Entry:
    """One line of the gallery: a sentence, and how to draw it of a run (a figure, or one for each model)."""

    summary: str
    draw: Callable[[FinishedRun], Iterator[Drawn]]


GALLERY: Mapping[str, Entry] = {
    "gates": Entry("Gates of the slot that serves each item, by kind of step.", of_models.gates),
    "agreement": Entry("Gates against the task's ideal gate: areas under ROC curves.", of_models.agreement),
    "selectivity": Entry("What a gate listens to: symbols and kinds of step.", of_models.selectivities),
    "holding": Entry("What slots do (write, hold, read, clear), and how long gates are open.", of_models.holding),
    "rasters": Entry("A trained network of every model on the same trials, on one time axis.", of_models.rasters),
    "decoding": Entry("What can be read from memory, by steps since it was stored.", of_models.decoding),
    "errors": Entry("Errors by kind of step, and by lag.", of_models.errors),
    "further-training": Entry("Frozen error as training goes on after the run; trains.", of_frozen.further),
    "error-origins": Entry(
        "Where frozen errors come from: lost, replaced, not let out, read wrongly.", of_frozen.origins
    ),
    "equivalence": Entry("Does a slot change as an LSTM's memory does?", of_models.equivalences),
    "alignment": Entry("Which slot of one model does what which of the other does.", of_models.alignment),
    "forced": Entry("Errors with a gate held open or shut (models that can be manipulated).", of_pbwm.forced),
    "lesions": Entry("Errors as more of a nucleus is lesioned (the same).", of_pbwm.lesions),
    "gains": Entry("Errors after training under smaller bursts or dips of dopamine (the same); trains.", of_pbwm.gains),
    "dopamine": Entry("Dopamine by kind of step over training (the same); trains anew.", of_pbwm.dopamine),
    "weights": Entry("Weights into the striatum by symbol (the same).", of_pbwm.weights),
    "cycles": Entry("Disinhibition within a step, cycle by cycle (the same).", of_pbwm.cycles),
}
"""Name → how to draw it."""


def draw(name: str, run: FinishedRun) -> list[Drawn]:
    """Draw a figure of the gallery of a comparison: one, or one for each model that has it.

    Raises
    ------
    UnknownNameError
        If there is no such figure.
    FigureError
        If no model of the comparison has it, or the task has nothing to show in it.
    """
    if name not in GALLERY:
        raise nearest("figure", name, GALLERY)
    found = list(GALLERY[name].draw(run))
    if not found:
        raise FigureError(
            f"figure {name!r}: none of {', '.join(run.models)} has it on this task; compare a model or a task that has"
        )
    return found
