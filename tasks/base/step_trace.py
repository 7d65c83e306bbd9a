"""Activity within a step by the names of layers, units and phases."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.base.anatomy import Anatomy, Observable, Observation
from tasks.base.arguments import checked
from tasks.base.errors import nearest
from tasks.base.learner import Outcome
from tasks.base.task import TrialBlock

__all__ = ["StepTrace", "trace_step"]


@dataclass(frozen=True, kw_only=True)
class StepTrace:
    """One step of a block of networks, frame by frame (in PBWM: by cycle).

    ``trace["matrix_go"]`` is the activity of a layer, float array (network, frame, unit).

    Attributes
    ----------
    anatomy
        Layers, phases and slots.
    outcome
        Responses, errors, and record.
    activity : float array (network, frame, unit)
        Activity of all units after each frame; NaN: no value yet.
    """

    anatomy: Anatomy
    outcome: Outcome
    activity: NDArray[np.floating]

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the layers, in the order of their units."""
        return tuple(layer.name for layer in self.anatomy.layers)

    @property
    def phases(self) -> tuple[str, ...]:
        """Phase of each frame."""
        return tuple(phase.name for phase in self.anatomy.phases for _ in range(phase.frames))

    def units(self, layer: str) -> tuple[str, ...]:
        """Names of the units of a layer.

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
        """All layers as an xarray dataset: network, frame, and units of each layer.

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


@checked()
def trace_step(learner: Observable, block: TrialBlock, *, learn: bool = False) -> StepTrace:
    """Run a block of one step; return the activity of all layers.

    All models of the catalog are observable. The block has one step for each network.
    """
    seen: Observation = learner.observe_step(block, learn=learn)
    return StepTrace(anatomy=learner.anatomy(), outcome=seen.outcome, activity=seen.activity)
