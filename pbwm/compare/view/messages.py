"""Messages from a session to its pages (`pbwm.compare.view.protocol`), and their listeners."""

from collections.abc import Callable, Mapping
from threading import RLock
from typing import Any

import numpy as np

from pbwm.compare.errors import ViewError
from pbwm.compare.view.experiments import Applied
from pbwm.compare.view.history import History
from pbwm.compare.view.loading import Cast
from pbwm.compare.view.protocol import packed
from pbwm.compare.view.schema import schema
from pbwm.compare.view.stage import Stage
from pbwm.compare.view.training import Training
from tasks.base.errors import require
from tasks.base.task import Task

__all__ = ["Message", "Messages"]

Message = Mapping[str, Any] | bytes
Listener = Callable[[Message], None]


class Messages:
    """The state of a session as messages; the session sets the attributes."""

    cast: Cast
    task: Task
    network: int
    stages: Mapping[str, Stage]
    history: History
    training: Training
    applied: list[Applied]
    summaries: list[dict[str, Any]]
    cursor: tuple[int, int]
    learning: bool
    _chosen: dict[str, Any]

    def __init__(self) -> None:
        self._lock, self._listeners, self._next_listener = RLock(), dict[int, Listener](), 0

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Subscribe to all later messages; the returned function ends the subscription."""
        with self._lock:
            number = self._next_listener
            self._next_listener += 1
            self._listeners[number] = listener

        def end() -> None:
            self._listeners.pop(number, None)

        return end

    def _tell(self, *messages: Message) -> None:
        for listener in list(self._listeners.values()):
            for message in messages:
                listener(message)

    def greeting(self) -> list[Message]:
        """The messages that a page needs at the start."""
        with self._lock:
            found: list[Message] = [schema(self.task, self.stages, live=True), self.steps_from(0), self.state()]
            found += [self.curves(name, 0) for name in self.stages]
            return [*found, self.weights()]

    def state(self) -> dict[str, Any]:
        """The message of type ``state``."""
        with self._lock:
            step, cycle = self.cursor
            return {
                "type": "state",
                "length": len(self.history),
                "step": step,
                "cycle": cycle,
                "network": self.network,
                "networks": {name: p.networks for name, p in self.cast.populations.items()},
                "origin": self.cast.origin,
                "seed": self.cast.seed,
                "learning": self.learning,
                "chosen": self._chosen or None,
                "manipulations": [applied.plain() for applied in self.applied],
                "training": self.training.running,
                "trained": max(curve.epochs for curve in self.training.curves.values()),
                "problem": self.training.error,
            }

    def steps_from(self, first: int) -> dict[str, Any]:
        """The message of type ``steps``."""
        return {"type": "steps", "first": first, "steps": self.summaries[first:]}

    def curves(self, model: str, first: int) -> dict[str, Any]:
        """The message of type ``curves`` of a model, from epoch `first` on."""
        curve = self.training.curves[model]
        return {
            "type": "curves", "model": model, "first": first, "error": curve.error[first:],
            "reached": list(curve.reached), "streak": list(curve.streak),
        }  # fmt: skip

    def frames(self, step: int) -> bytes:
        """The message of type ``frames`` of an earlier step.

        Raises
        ------
        ViewError
            If there is no such step.
        """
        with self._lock:
            self._require_step(step)
            observed = self.history.observed(step)
            arrays = {name: observation.activity[0].astype(np.float32) for name, observation in observed.items()}
            return packed({"type": "frames", "step": step, "summary": self.summaries[step]}, arrays)

    def weights(self) -> bytes:
        """The message of type ``weights``, with the current weights."""
        with self._lock:
            found = {
                f"{name} {path}": values.astype(np.float32)
                for name, stage in self.stages.items()
                for path, values in stage.weights().items()
            }
            return packed({"type": "weights", "step": len(self.history)}, found)

    def _require_step(self, step: int) -> None:
        rule = f"is not one of the {len(self.history)} steps of this session"
        require(0 <= step < len(self.history), "step", step, rule, "count them from 0", error=ViewError)
