"""Our networks as works to time: LSTM by window and by batch, PBWM by trial, and populations of either."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import Work
from lstm_baseline import BPTT, Adam, Circuit, Learning, LSTMParams
from lstm_baseline.batch import Batches
from lstm_baseline.kernels.epoch import run_epoch
from lstm_baseline.layout import Layout as LSTMLayout
from lstm_baseline.learner import LSTM
from lstm_baseline.network_form import Form, Rule
from lstm_baseline.single_network import SingleNetwork
from lstm_baseline.state import State, Stream, Trace
from pbwm.layout import Layout
from pbwm.learner import PBWM
from pbwm.params import PBWMParams
from pbwm.recommended import recommended
from tasks.base.learner import Learner, Population
from tasks.base.rng import Purpose, stream
from tasks.base.task import Channel, Criterion, Role, TaskSpec, TrialBlock, Trials
from tasks.catalog import TASKS
from tasks.engine.lanes import LANES
from tasks.engine.lesson_rows import Course
from tasks.sir import SIR

__all__ = [
    "INPUTS",
    "MODELS",
    "OUTPUTS",
    "RATE",
    "arrays_held",
    "lstm_batches",
    "lstm_learner",
    "lstm_networks",
    "pbwm_networks",
    "population",
    "recommended_networks",
    "streams",
]

INPUTS, OUTPUTS, RATE = 10, 3, 0.001
"""Sizes and rate of the LSTM, and of its rivals."""

SIR2 = "sir2-reference"

MODELS: Mapping[str, Callable[..., Learner]] = {
    "pbwm": partial(PBWM, params=PBWMParams()),
    "lstm": partial(LSTM, params=LSTMParams.modern()),
}
"""The networks of the goals, whatever `pbwm compare` runs by default: PBWM of the reference simulation."""


def one_epoch(steps: int) -> Course:
    """A course of one epoch without criterion, in which every step counts."""
    counts = np.zeros((LANES, 1, 1), np.int64)
    each, nothing = np.zeros((steps, LANES), np.int16), np.zeros(LANES, np.int64)
    return Course(
        start=np.zeros((1, LANES), np.int64),
        stop=np.full((1, LANES), steps),
        target=each,
        event=each.copy(),
        needed=0,
        limit=nothing + 1,
        done=nothing.copy(),
        streak=nothing.copy(),
        fault=nothing.copy(),
        errors=counts,
        counted=counts.copy(),
    )


def by_window(steps: int) -> Learning:
    """Windows of `steps` steps, one step of Adam after each."""
    return Learning(rule=BPTT(window=steps), optimiser=Adam(learning_rate=RATE), clip_norm=None)


FormOf = Callable[..., LSTMParams]


def lstm_networks(
    cells: int, steps: int, windows: int, *, alone: bool, learn: bool = True, form: FormOf = LSTMParams.modern
) -> Work:
    """`windows` updates by the kernel: one network with its units in lanes, or 16 side by side."""
    params = form(blocks=cells, learning=by_window(steps))
    circuit, total, rng = Circuit.sized(INPUTS, OUTPUTS, params), steps * windows, np.random.default_rng(0)
    layout, form, rule = LSTMLayout.networks(circuit), Form.of(params), Rule.of(params)
    state, trials = State.of(layout, params.dtype), Stream.of(layout, total, params.dtype)
    state.weights[:] = np.stack([circuit.initial(params, rng) for _ in range(LANES)], axis=1)
    step, lane = np.arange(total)[:, None], np.arange(LANES)
    trials.inputs.reshape(total, INPUTS, LANES)[step, rng.integers(0, INPUTS, (total, LANES)), lane] = 1.0
    trials.desired.reshape(total, OUTPUTS, LANES)[step, rng.integers(0, OUTPUTS, (total, LANES)), lane] = 1.0
    trials.counts[:], trials.length[:] = 1.0, total
    if alone:
        single, course = SingleNetwork(circuit, form, rule, params.dtype), one_epoch(total)

        def run_alone() -> None:
            course.done[:] = 0
            single.run(state, trials, course, 1, learn)

        return Work(run_alone, windows)
    trace = Trace.of(layout, steps, params.dtype)
    return Work(lambda: run_epoch(layout, form, rule, state, trials, trace, total, False, learn), windows * LANES)


def lstm_learner(cells: int, steps: int, windows: int, networks: int) -> Work:
    """The same through `LSTM.run`, from trials to judged responses."""
    params = LSTMParams.modern(blocks=cells, learning=by_window(steps))
    channel = Channel(name="symbol", symbols=tuple(str(i) for i in range(INPUTS)), role=Role.BOTH)
    spec = TaskSpec(
        name="random symbols",
        source="drawn without a rule",
        channels=(channel,),
        responses=tuple(str(i) for i in range(OUTPUTS)),
        events=("step",),
        items=(),
        sequence="step",
        sequences_per_epoch=1,
        criterion=Criterion(zero_error_epochs=1),
    )
    rng, total = np.random.default_rng(0), steps * windows
    no, yes = np.zeros(total, np.bool_), np.ones(total, np.bool_)

    def random_trials() -> Trials:
        return Trials(
            symbols=rng.integers(0, INPUTS, (total, 1)).astype(np.int16),
            target=rng.integers(0, OUTPUTS, total).astype(np.int16),
            counts=yes,
            rewarded=no,
            event=no.astype(np.int16),
            starts=no,
            ideal_gate=np.zeros((total, 0), np.int8),
        )

    learner = LSTM(spec, networks=range(networks), params=params)
    block = TrialBlock.stack([random_trials() for _ in range(networks)])
    return Work(lambda: learner.run(block), windows * networks)


def lstm_batches(cells: int, steps: int, sequences: int, updates: int, form: FormOf = LSTMParams.modern) -> Work:
    """`updates` updates of one network by a batch each."""
    params = form(blocks=cells, learning=by_window(1))
    circuit, rng = Circuit.sized(INPUTS, OUTPUTS, params), np.random.default_rng(0)
    rows = np.repeat(circuit.initial(params, rng)[:, None], LANES, axis=1)
    x = np.eye(INPUTS)[rng.integers(0, INPUTS, (updates, steps, sequences))]
    target = rng.integers(0, OUTPUTS, (updates, steps, sequences))
    run = Batches.of(circuit, params, circuit.unpacked(rows, 1), x, target)
    return Work(lambda: run.run(learn=True), updates)


def streams(task: str, sequences: int, networks: int) -> TrialBlock:
    """The streams of `networks` networks on a task."""
    built = TASKS[task].build()
    return TrialBlock.stack([built.trials(sequences, stream(0, Purpose.TRIALS, r)) for r in range(networks)])


def pbwm_networks(networks: int, trials: int, layout: Layout | None = None, hidden: int | None = None) -> Work:
    """SIR-2 networks in one block that run `trials` trials each; the unit is the trial of one network."""
    params = PBWMParams() if hidden is None else PBWMParams(hidden=hidden)
    learner = PBWM(TASKS[SIR2].build().spec, networks=range(networks), params=params, layout=layout)
    block = streams(SIR2, trials, networks)
    return Work(lambda: learner.run(block), block.steps * networks)


def recommended_networks(networks: int, trials: int) -> tuple[Work, int]:
    """The same for the recommended network with 16 stripes on SIR with three stores; and its number of units."""
    task = SIR.with_stores(3)
    params = replace(recommended(task.spec), stripes=16)
    layout = Layout.UNITS if networks == 1 else Layout.NETWORKS
    learner = PBWM(task.spec, networks=range(networks), params=params, layout=layout)
    block = TrialBlock.stack([task.trials(trials, stream(0, Purpose.TRIALS, r)) for r in range(networks)])
    return Work(lambda: learner.run(block), block.steps * networks), sum(
        layer.units for layer in learner.circuit.layers
    )


def population(model: str, networks: int, steps: int) -> tuple[Population, Work]:
    """A population on SIR-2, and its run of `steps` steps on one thread; the unit is the step of one network."""
    spec = TASKS[SIR2].build().spec
    people = Population(lambda numbers: MODELS[model](spec, networks=numbers), networks)
    block = streams(SIR2, steps, networks)
    return people, Work(lambda: people.run(block), block.steps * networks)


def arrays_held(thing: object) -> int:
    """Bytes of all arrays in an object, also nested, each piece of memory counted once."""

    def whole(array: NDArray[np.generic]) -> NDArray[np.generic]:
        return whole(array.base) if isinstance(array.base, np.ndarray) else array

    def found(thing: object) -> Iterator[NDArray[np.generic]]:
        if isinstance(thing, np.ndarray):
            yield whole(thing)
        elif id(thing) not in seen:
            seen.add(id(thing))
            parts = thing.values() if isinstance(thing, dict) else thing if isinstance(thing, (tuple, list)) else ()
            for part in (*parts, *getattr(thing, "__dict__", {}).values()):
                yield from found(part)

    seen: set[int] = set()
    return sum({id(array): array.nbytes for array in found(thing)}.values())
