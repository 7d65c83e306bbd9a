"""One network at work: inputs, responses, gates and memory, step by step, on trials that no network was trained on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.errors import FigureError
from tasks.base.learner import Learner
from tasks.base.rng import Purpose, stream
from tasks.base.task import SplitTask, Task, TaskSpec, TrialBlock, Trials

__all__ = ["Raster", "fresh_trials", "raster"]


@dataclass(frozen=True, kw_only=True)
class Raster:
    """What one network did at every step of a stream of trials.

    Attributes
    ----------
    title
        Which network of which model this is, and why it was chosen.
    spec
        The task.
    trials
        The stream.
    response : int array (step,)
        Index of the response given.
    correct : bool array (step,)
        Whether it was the target.
    slots
        Name of each place in memory.
    input_gate, forget_gate, output_gate : float array (step, slot), in [0, 1]
        How far content was let in, kept, let out.
    memory : float array (step, slot, unit)
        What each slot held at the end of the step.
    signals : name → float array (step,)
        Every signal of the record that is one number per step.
    slot_signals : name → float array (step, place)
        Every signal that has a number for each slot, or for several places of each (as for maintenance and output
        stripes); where it is taken more than once in a step, the largest. The gates have fields of their own.
    """

    title: str
    spec: TaskSpec
    trials: Trials
    response: NDArray[np.int16]
    correct: NDArray[np.bool_]
    slots: tuple[str, ...]
    input_gate: NDArray[np.floating]
    forget_gate: NDArray[np.floating]
    output_gate: NDArray[np.floating]
    memory: NDArray[np.floating]
    signals: Mapping[str, NDArray[np.floating]]
    slot_signals: Mapping[str, NDArray[np.floating]] = field(default_factory=dict)

    @property
    def steps(self) -> int:
        """Number of steps."""
        return len(self.trials)

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Bool array (step,): whether the response counted and was not the target."""
        return self.trials.counts & ~self.correct

    @property
    def memory_limits(self) -> tuple[float, float]:
        """Range of memory content: from 0 up, or, where it is negative anywhere, as far below 0 as above."""
        high = float(np.nanmax(np.abs(self.memory))) or 1.0
        return (-high if np.nanmin(self.memory) < 0 else 0.0, high)


def fresh_trials(task: Task, seed: int, steps: int) -> Trials:
    """Fresh trials, the same for every model, cut at the last start of a sequence that leaves at most `steps` steps.

    A sequence that alone is longer than `steps` is cut there. Of a task that keeps sequences back, they are novel ones.
    """
    task = task.novel() if isinstance(task, SplitTask) else task
    trials = task.trials(task.spec.sequences_per_epoch, stream(seed, Purpose.TEST_TRIALS, replica=0))
    if len(trials) > steps:
        starts = np.flatnonzero(trials.starts[: steps + 1])
        end = int(starts[-1]) if len(starts) and starts[-1] > 0 else steps
        trials = Trials(**{f.name: getattr(trials, f.name)[:end] for f in fields(Trials)})
    return trials


def raster(title: str, learner: Learner, lane: int, trials: Trials) -> Raster:
    """Run network `lane` of a learner through `trials` without learning, and keep all that its record holds.

    Raises
    ------
    FigureError
        If the learner gives no record.
    """
    streams = [trials if i == lane else None for i in range(learner.replicas)]
    outcome = learner.run(TrialBlock.stack(streams), learn=False, record=True)
    if outcome.record is None:
        raise FigureError(
            f"{learner.name}.run(record=True) gave no record; a learner must fill a GateRecord when asked"
        )
    record = outcome.record
    return Raster(
        title=title,
        spec=learner.spec,
        trials=trials,
        response=outcome.response[lane],
        correct=outcome.correct[lane],
        slots=record.slots,
        input_gate=record.input_gate[lane],
        forget_gate=record.forget_gate[lane],
        output_gate=record.output_gate[lane],
        memory=record.memory[lane],
        signals={name: signal[lane] for name, signal in record.signals.items() if signal.ndim == 2},
        slot_signals={
            name: signal[lane] if signal.ndim == 3 else signal[lane].max(1)
            for name, signal in record.signals.items()
            if signal.ndim in (3, 4) and not name.endswith("gate")
        },
    )
