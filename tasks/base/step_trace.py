"""The activity within a step by name: which layer, which unit, after which frame."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.base.anatomy import Anatomy, Observable, Observation
from tasks.base.errors import nearest
from tasks.base.learner import Outcome
from tasks.base.task import TrialBlock

__all__ = ["StepTrace", "trace_step"]


@dataclass(frozen=True, kw_only=True)
class StepTrace:
    """One step of a block of networks, frame by frame (of PBWM: cycle by cycle), with names.

    ``trace["matrix_go"]`` is the activity of a layer, float array (network, frame, unit).

    Attributes
    ----------
    anatomy
        The layers, phases and slots.
    outcome
        What the networks did, with its record.
    activity : float array (network, frame, unit)
        Activity of all units after each frame; NaN where a unit has no value yet in this step.
    """

    anatomy: Anatomy
    outcome: Outcome
    activity: NDArray[np.floating]

    @property
    def layers(self) -> tuple[str, ...]:
        """Name of each layer, in the order of its units."""
        return tuple(layer.name for layer in self.anatomy.layers)

    @property
    def phases(self) -> tuple[str, ...]:
        """Name of the phase of each frame."""
        return tuple(phase.name for phase in self.anatomy.phases for _ in range(phase.frames))

    def units(self, layer: str) -> tuple[str, ...]:
        """Name of each unit of a layer.

        Raises
        ------
        UnknownNameError
            If there is no such layer.
        """
        found = self.anatomy.layers[self._place(layer)]
        return found.labels or tuple(f"{layer} {i + 1}" for i in range(found.units))

    def __getitem__(self, layer: str) -> NDArray[np.floating]:
        place = self._place(layer)
        first = sum(each.units for each in self.anatomy.layers[:place])
        return self.activity[:, :, first : first + self.anatomy.layers[place].units]

    def _place(self, layer: str) -> int:
        if layer not in self.layers:
            raise nearest("layer", layer, self.layers)
        return self.layers.index(layer)

    def to_xarray(self) -> Any:
        """All layers as an xarray dataset: dimensions network, frame, and the units of each layer by name.

        Raises
        ------
        ImportError
            If xarray is not installed (extra ``xarray``).
        """
        import xarray as xr

        arrays = {}
        for layer in self.layers:
            unit = f"{layer} unit"
            coordinates = {"phase": ("frame", list(self.phases)), unit: list(self.units(layer))}
            arrays[layer] = xr.DataArray(self[layer], dims=("network", "frame", unit), coords=coordinates)
        return xr.Dataset(arrays)


def trace_step(learner: Observable, block: TrialBlock, *, learn: bool = False) -> StepTrace:
    """Run a block of one step, and return the activity of all layers within it, by name.

    Parameters
    ----------
    learner
        Networks of a model that has an anatomy: all models of the catalog.
    block
        One step for each network.
    learn
        Whether networks learn from it.
    """
    seen: Observation = learner.observe_step(block, learn=learn)
    return StepTrace(anatomy=learner.anatomy(), outcome=seen.outcome, activity=seen.activity)
