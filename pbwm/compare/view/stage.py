"""One network of a session: its manipulations, and one step of it frame by frame."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.errors import ViewError
from pbwm.compare.models import MODEL_ERRORS
from pbwm.compare.view.stream import one_step
from tasks.base.anatomy import Anatomy, Observable, Observation
from tasks.base.errors import TaskError, require
from tasks.base.learner import BLOCK, Population
from tasks.base.outside import one_line
from tasks.base.task import Trials

__all__ = ["OUR_ERRORS", "TO_BE_SHOWN", "Manipulated", "Stage", "State", "can_be_shown"]

State = Mapping[str, NDArray[Any]]

OUR_ERRORS: tuple[type[Exception], ...] = (TaskError, *MODEL_ERRORS)
"""Errors whose message is meant for the user."""
TO_BE_SHOWN = "give a model anatomy, observe_step and path_weights"
"""Remedy for a model that cannot be shown."""


def can_be_shown(population: Population) -> bool:
    """Whether the activity of networks can be observed within a step."""
    return isinstance(population.blocks[0], Observable)


@runtime_checkable
class Manipulated(Protocol):
    """Networks to which manipulations can be applied."""

    def apply(self, *manipulations: Any) -> None:
        """Apply manipulations in addition to active ones."""
        ...

    def revert(self, *manipulations: Any) -> None:
        """Undo manipulations; by default, all."""
        ...


class Stage:
    """A copy of one network, which is independent of its population.

    Parameters
    ----------
    name, population
        The model's name in the catalog, and its networks.
    network
        Place of the network among them.

    Raises
    ------
    ViewError
        If there is no such network, or its model cannot be shown.
    """

    def __init__(self, name: str, population: Population, network: int) -> None:
        rule = f"must be one of the {population.networks} networks"
        there = 0 <= network < population.networks
        require(there, "network", network, rule, "count them from 0", error=ViewError)
        block: Any = population.blocks[network // BLOCK]
        require(can_be_shown(population), "model", name, "cannot be shown", TO_BE_SHOWN, error=ViewError)
        place = network % BLOCK
        self.name, self.network = name, network
        self.learner = cast(Observable, type(block).from_snapshot(block.snapshot().part(range(place, place + 1))))
        self.anatomy = _anatomy(name, self.learner)
        self.manipulations: tuple[Any, ...] = ()

    def state(self) -> State:
        """Copy of the complete state of the network."""
        return self.learner.state()

    def set_state(self, state: State) -> None:
        """Restore a state of the network."""
        self.learner.set_state(dict(state))

    def manipulate(self, manipulations: Sequence[Any]) -> None:
        """Set the active manipulations.

        Raises
        ------
        ViewError
            If the model takes none.
        ValueError
            If one is impossible; active manipulations then do not change.
        """
        if tuple(manipulations) == self.manipulations:
            return
        learner = self.learner
        if not isinstance(learner, Manipulated):
            raise ViewError(f"model {self.name!r} takes no manipulations; choose another model")
        learner.revert()
        try:
            learner.apply(*manipulations)
        except Exception:
            learner.apply(*self.manipulations)
            raise
        self.manipulations = tuple(manipulations)

    def observe(self, trials: Trials, learn: bool) -> Observation:
        """Run one step.

        Raises
        ------
        ViewError
            If the model fails, or the activity does not fit the units and frames of the anatomy.
        """
        what = f"model {self.name!r}: observe_step"
        try:
            seen = self.learner.observe_step(one_step(trials), learn=learn)
        except OUR_ERRORS:
            raise
        except Exception as error:
            raise ViewError(f"{what} raises an error ({one_line(error)}); correct it") from error
        rule, remedy = "is not an Observation", "return a tasks.base.anatomy.Observation"
        require(isinstance(seen, Observation), what, type(seen).__name__, rule, remedy, error=ViewError)
        shape = np.shape(seen.activity)
        wanted = (1, self.anatomy.frames, self.anatomy.units)
        rule = f"does not fit its anatomy of {wanted[1]} frames and {wanted[2]} units"
        remedy = "give one value for each network, frame and unit"
        require(shape == wanted, f"model {self.name!r}: shape of activity", shape, rule, remedy, error=ViewError)
        return seen

    def weights(self) -> dict[str, NDArray[np.floating]]:
        """Weights of every projection with synapses, each an array (receiver, contact)."""
        return {name: values[0] for name, values in self.learner.path_weights().items()}


def _anatomy(name: str, learner: Observable) -> Anatomy:
    """The anatomy of a network.

    Raises
    ------
    ViewError
        If it is none, cannot be made, or does not fit the weights.
    """
    what = f"model {name!r}: anatomy"
    try:
        anatomy: object = learner.anatomy()
        weights = learner.path_weights()
    except Exception as error:
        raise ViewError(f"{what} or path_weights raises an error ({one_line(error)}); correct it") from error
    rule, remedy = "is not an Anatomy", "return a tasks.base.anatomy.Anatomy"
    if not isinstance(anatomy, Anatomy):
        require(False, what, type(anatomy).__name__, rule, remedy, error=ViewError)
    found = cast(Anatomy, anatomy)
    paths = {path.name: np.shape(path.senders) for path in found.paths}
    for path, values in weights.items():
        rule, remedy = f"is not one of its projections {sorted(paths)}", "name the projections of the anatomy"
        require(path in paths, f"model {name!r}: path_weights", path, rule, remedy, error=ViewError)
        rule = f"must be that of one network and its contacts, {(1, *paths[path])}"
        remedy = "give a weight for each contact"
        where = f"model {name!r}: shape of path_weights[{path!r}]"
        require(np.shape(values) == (1, *paths[path]), where, np.shape(values), rule, remedy, error=ViewError)
    return found
