"""A session: networks, their trials, manipulations, and the pages that show them.

All pages share one state, and receive every change (`pbwm.compare.view.protocol`).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pbwm.compare.errors import ViewError
from pbwm.compare.view.experiments import Applied, manipulation
from pbwm.compare.view.history import History, Visited
from pbwm.compare.view.loading import Cast
from pbwm.compare.view.messages import Message, Messages
from pbwm.compare.view.protocol import CYCLES, request
from pbwm.compare.view.script import Trained, script
from pbwm.compare.view.stage import OUR_ERRORS, Stage
from pbwm.compare.view.stream import TaskStream, chosen_step
from pbwm.compare.view.summary import step_summary
from pbwm.compare.view.training import Training
from tasks.base.errors import require
from tasks.base.learner import BLOCK

__all__ = ["Session"]

LONGEST_SEQUENCE = 200
"""Largest number of steps of one request for a sequence."""


class Session(Messages):
    """Networks of one or several models on the same trials, step by step.

    All methods may be called from any thread.

    Parameters
    ----------
    cast
        The task, and a population of each model (`pbwm.compare.view.loading`).
    network
        The network to show first; by default `Cast.best`.

    Raises
    ------
    ViewError
        If there is no such network.
    """

    def __init__(self, cast: Cast, network: int | None = None) -> None:
        super().__init__()
        self._next_manipulation = 0
        self._begin(cast, cast.best if network is None else network)

    def _begin(self, cast: Cast, network: int) -> None:
        self.cast, self.task = cast, cast.task
        self.training = Training(cast.task, cast.populations, cast.seed, cast.curves)
        self._set_stage(network)

    def _set_stage(self, network: int) -> None:
        stages = {name: Stage(name, population, network) for name, population in self.cast.populations.items()}
        self.network, self.stages, self.applied = network, stages, list[Applied]()
        self.learning, self._chosen = False, dict[str, Any]()
        self.stream, self._next_of_stream = TaskStream(self.task, self.cast.seed), 0
        self.history, self.cursor = History(stages), (-1, CYCLES - 1)
        self.summaries: list[dict[str, Any]] = []
        self._trainings = list[Trained]()

    def handle(self, message: Any) -> list[Message]:
        """Carry out a request, inform all pages, and return the messages for this page alone."""
        try:
            asked = request(message)
            name = asked.pop("do")
            answer = getattr(self, f"on_{name}")(**asked)
        except OUR_ERRORS as error:
            return [{"type": "error", "text": str(error)}]
        return [] if answer is None else answer if isinstance(answer, list) else [answer]

    def on_hello(self) -> list[Message]:
        """The messages for a new page."""
        return self.greeting()

    def on_frames(self, step: int) -> Message:
        """The activity of a step."""
        return self.frames(step)

    def on_weights(self) -> Message:
        """The current weights."""
        return self.weights()

    def on_script(self) -> Message:
        """The session as a Python file."""
        return {"type": "file", "name": "session.py", "text": self.script()}

    def on_replay(self) -> Message:
        """The session as a self-contained page."""
        return {"type": "file", "name": f"{self.task.spec.name}.html", "text": self.replay()}

    def on_move(self, cycles: int) -> None:
        """Move the cursor by some hundredths of a step; a new step is run."""
        with self._lock:
            step, cycle = self.cursor
            place = max(step * CYCLES + cycle + cycles, 0 if len(self.history) else -1)
            self._go_to(*divmod(min(place, len(self.history) * CYCLES + CYCLES - 1), CYCLES))

    def on_step(self) -> None:
        """Go to the end of this step, or, from there, to the end of the next."""
        with self._lock:
            step, cycle = self.cursor
            self._go_to(step if cycle < CYCLES - 1 else step + 1, CYCLES - 1)

    def on_sequence(self) -> None:
        """Go to the end of the sequence."""
        with self._lock:
            for _ in range(LONGEST_SEQUENCE):
                self.on_step()
                if self._starts(self.cursor[0] + 1):
                    break

    def on_look(self, step: int, cycle: int) -> None:
        """Put the cursor on an earlier step."""
        with self._lock:
            self._require_step(step)
            self._go_to(step, cycle)

    def on_back(self, step: int) -> None:
        """Go back to the end of a step, and forget later steps; the networks continue from there."""
        with self._lock:
            self._require_step(step)
            self.history.go_back(step + 1)
            self.summaries = self.summaries[: step + 1]
            self._trainings = [trained for trained in self._trainings if trained.before <= step + 1]
            self._next_of_stream = sum(not visited.by_hand for visited in self.history.steps)
            self.cursor = (step, CYCLES - 1)
            self._tell(self.steps_from(step + 1), self.state(), self.weights())

    def on_network(self, network: int) -> None:
        """Show another network, from its first step."""
        with self._lock, self._nobody_trains():
            self._set_stage(network)
            self._tell(self.steps_from(0), self.state(), self.weights())

    def on_restart(self, seed: int) -> None:
        """Begin with untrained networks of a seed."""
        with self._lock, self._nobody_trains():
            self._begin(self.cast.untrained(seed), self.network)
            curves = [self.curves(name, 0) for name in self.stages]
            self._tell(self.steps_from(0), *curves, self.state(), self.weights())

    def on_learn(self, on: bool) -> None:
        """Whether the shown networks learn in later steps."""
        with self._lock:
            self.learning = on
            self._tell(self.state())

    def on_input(self, symbols: list[int] | None, target: int) -> None:
        """Choose the input of the next step; None: that of the task."""
        with self._lock:
            if symbols is not None:
                chosen_step(self.task.spec, symbols, target)
            self._chosen = {} if symbols is None else {"symbols": symbols, "target": target}
            self._tell(self.state())

    def on_apply(self, model: str, kind: str, fields: dict[str, Any], replace: int | None) -> None:
        """Apply a manipulation from the next step on, and revert the one that it replaces."""
        with self._lock:
            rule, known = f"is not one of {', '.join(self.stages)}", model in self.stages
            require(known, "model", model, rule, "name a model on stage", error=ViewError)
            what = manipulation(self.stages[model].anatomy, kind, fields)
            left = [a for a in self.applied if a.number != replace]
            stage = self.stages[model]
            before = stage.manipulations
            stage.manipulate([*(a.what for a in left if a.model == model), what])
            if before and stage.manipulations == before:
                return
            place = next((i for i, a in enumerate(self.applied) if a.number == replace), len(left))
            left.insert(place, Applied(self._next_manipulation if replace is None else replace, model, what))
            self._next_manipulation += replace is None
            self.applied = left
            self._put_manipulations()

    def on_revert(self, number: int | None) -> None:
        """Revert a manipulation, or all of them."""
        with self._lock:
            known = number is None or any(a.number == number for a in self.applied)
            rule = "is not the number of an active manipulation"
            require(known, "number", number, rule, "take one from the list", error=ViewError)
            self.applied = [a for a in self.applied if number is not None and a.number != number]
            self._put_manipulations()

    def on_train(self, epochs: int) -> None:
        """Train all networks in the background, under the active manipulations."""
        with self._lock, self._nobody_trains():
            begun = {name: curve.epochs for name, curve in self.training.curves.items()}
            own = self._manipulations()
            self.training.start(epochs, own, self._trained, lambda: self._took_over(begun, own))
            self._tell(self.state())

    def on_stop(self) -> None:
        """Stop the training at the end of its current call."""
        self.training.stop()

    def warm_up(self) -> None:
        """Run a step and undo it, so that all kernels are compiled."""
        with self._lock:
            states = {name: stage.state() for name, stage in self.stages.items()}
            for name, stage in self.stages.items():
                stage.observe(self.stream.step(0), False)
                stage.set_state(states[name])

    def step(self) -> None:
        """Go to the end of this step, or, from there, to the end of the next."""
        self.on_step()

    def show_network(self, network: int) -> None:
        """Show another network, from its first step."""
        self.on_network(network)

    def train(self, epochs: int) -> None:
        """Train all networks, and wait until it is done.

        Raises
        ------
        ViewError
            If networks could not go on.
        """
        self.on_train(epochs)
        self.training.wait()
        require(self.training.error is None, "training", self.training.error, "failed", "restart", error=ViewError)

    def script(self) -> str:
        """Python code that repeats the session."""
        with self._lock:
            return script(self.cast, self.network, self.history.steps, self._trainings)

    def replay(self) -> str:
        """The session as one self-contained page.

        Raises
        ------
        ViewError
            If there are no steps.
        """
        from pbwm.compare.view.replay import replay_page

        with self._lock:
            require(len(self.history) > 0, "steps", 0, "make no replay", "run a step first", error=ViewError)
            return replay_page(self)

    def _go_to(self, step: int, cycle: int) -> None:
        """Put the cursor on a step; the next step is run."""
        if step >= len(self.history):
            self._advance()
            step = len(self.history) - 1
        if step < 0:
            return
        self.cursor = (step, cycle)
        self._tell({"type": "at", "step": step, "cycle": cycle, "length": len(self.history)})

    def _advance(self) -> None:
        self._put_manipulations(tell=False)
        spec, chosen = self.task.spec, self._chosen
        trials = self.stream.step(self._next_of_stream)
        if chosen:
            trials = chosen_step(spec, chosen["symbols"], chosen["target"])
        visited = Visited(
            trials=trials, by_hand=bool(chosen), learned=self.learning, manipulations=self._manipulations()
        )
        observed = self.history.advance(visited)
        self._next_of_stream += not chosen
        self._chosen = {}
        number = len(self.history) - 1
        self.summaries.append(step_summary(spec, number, visited, observed))
        self.cursor = (number, 0)
        self._tell(self.frames(number), *([self.weights()] if self.learning else []))
        if chosen:
            self._tell(self.state())

    def _starts(self, step: int) -> bool:
        if step < len(self.history):
            return bool(self.history.steps[step].trials.starts[0])
        return bool(self.stream.step(self._next_of_stream).starts[0])

    def _manipulations(self) -> dict[str, tuple[Any, ...]]:
        return {name: tuple(a.what for a in self.applied if a.model == name) for name in self.stages}

    def _put_manipulations(self, *, tell: bool = True) -> None:
        for name, manipulations in self._manipulations().items():
            self.stages[name].manipulate(manipulations)
        if tell:
            self._tell(self.state())

    @contextmanager
    def _nobody_trains(self) -> Iterator[None]:
        require(not self.training.running, "training", "running", "blocks this", "stop it first", error=ViewError)
        yield

    def _trained(self, model: str, first: int) -> None:
        self._tell(self.curves(model, first))

    def _took_over(self, begun: Mapping[str, int], manipulations: Mapping[str, tuple[Any, ...]]) -> None:
        with self._lock:
            place = self.network % BLOCK
            for name, stage in self.stages.items():
                block: Any = self.cast.populations[name].blocks[self.network // BLOCK]
                stage.set_state({key: values[place : place + 1] for key, values in block.state().items()})
            self.history.keep_state()
            epochs = {name: curve.epochs - begun[name] for name, curve in self.training.curves.items()}
            self._trainings.append(Trained(len(self.history), epochs, manipulations))
            self._tell(self.state(), self.weights())
