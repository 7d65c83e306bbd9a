"""One network step by step: inputs, responses, gates and memory, on fresh trials."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.recording import GATE_NAMES, Recording, recording_of
from pbwm.compare.analysis.trials import network_trials, test_trials
from tasks.base.arguments import checked, require_place
from tasks.base.learner import Learner
from tasks.base.task import Task, TaskSpec, TrialBlock, Trials

__all__ = ["Raster", "fresh_trials", "raster", "raster_of"]


@dataclass(frozen=True, kw_only=True)
class Raster:
    """Behavior of one network at every step of a stream.

    Attributes
    ----------
    title
        Network and model, and the reason for the choice.
    spec, trials
        The task and the stream.
    response : int array (step,)
        Index of the response.
    correct : bool array (step,)
        Whether it was the target.
    slots
        Names.
    input_gate, forget_gate, output_gate : float array (step, slot), in [0, 1]
        Admission, retention and release of content.
    memory : float array (step, slot, unit)
        Content of each slot at the end of the step.
    signals : name → float array (step,)
        Recorded signals with one number per step.
    slot_signals : name → float array (step, place)
        Other signals, by slot or by place (such as maintenance and output stripes). If there are several numbers in a
        step, the largest.
    gates
        The gates that the model has (`Recording.gates`).
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
    gates: tuple[str, ...] = GATE_NAMES

    @property
    def steps(self) -> int:
        """Number of steps."""
        return len(self.trials)

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Bool array (step,): whether a counted response was not the target."""
        return self.trials.counts & ~self.correct

    @property
    def memory_limits(self) -> tuple[float, float]:
        """Range of memory content: from 0 or, with negative content, symmetric about 0."""
        finite = self.memory[np.isfinite(self.memory)]
        high = float(np.abs(finite).max(initial=0)) or 1.0
        return (-high if (finite < 0).any() else 0.0, high)

    def compact(self) -> "Raster":
        """The raster with dopamine as its only signal."""
        return replace(
            self,
            signals={name: signal for name, signal in self.signals.items() if "dopamine" in name},
            slot_signals={name: signal for name, signal in self.slot_signals.items() if "dopamine" in name},
        )


@checked(steps=1)
def fresh_trials(task: Task, seed: int, steps: int) -> Trials:
    """The first trials of network 0 of every model (`test_trials`)."""
    return network_trials(test_trials(task, seed, [0], steps), 0)


@checked()
def raster(title: str, learner: Learner, lane: int, trials: Trials) -> Raster:
    """Run network `lane` of a learner through `trials` with frozen weights, and keep its record.

    Raises
    ------
    FigureError
        If the learner gives no record.
    """
    require_place("raster: lane", lane, learner.networks)
    streams = [trials if i == lane else None for i in range(learner.networks)]
    return raster_of(title, recording_of(learner, TrialBlock.stack(streams)), lane, len(trials))


@checked(steps=1)
def raster_of(title: str, recording: Recording, place: int, steps: int) -> Raster:
    """The first `steps` steps of a network, by its `place` in a recording."""
    require_place("raster_of: place", place, recording.networks)
    record, steps = recording.record, min(steps, int(recording.trials.length[place]))
    block = recording.trials.network_slice(place, place + 1)
    return Raster(
        title=title,
        spec=recording.spec,
        trials=network_trials(block.cut(np.array([steps])), 0),
        response=recording.outcome.response[place, :steps],
        correct=recording.outcome.correct[place, :steps],
        slots=record.slots,
        input_gate=record.input_gate[place, :steps],
        forget_gate=record.forget_gate[place, :steps],
        output_gate=record.output_gate[place, :steps],
        memory=record.memory[place, :steps],
        signals={name: signal[place, :steps] for name, signal in record.signals.items() if signal.ndim == 2},
        slot_signals={
            name: signal[place, :steps] if signal.ndim == 3 else signal[place, :steps].max(1)
            for name, signal in record.signals.items()
            if signal.ndim in (3, 4) and not name.endswith("gate")
        },
        gates=recording.gates,
    )
