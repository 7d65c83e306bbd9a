"""Random LSTM cases for tests: circuits, weights, inputs, and streams of trials."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from lstm_baseline import BPTT, Adam, Circuit, Gating, Learning, LSTMParams, Output, Squashing
from tasks.base.task import Channel, Criterion, Role, TaskSpec, TrialBlock, Trials


def form_2000(**changes):
    """The form of 2000 with modern outputs and learning."""
    return LSTMParams.gers_2000(**{"output": None, "learning": Learning(), **changes})


def fixed_2017(**changes):
    """The form of 2017 with a fixed forget factor, and resets of states at starts."""
    return LSTMParams.costa_2017(**{"fixed_forget": True, "reset_at_start": True, **changes})


FORMS = {"modern": LSTMParams.modern, "2000": form_2000, "2017": LSTMParams.costa_2017}
"""Plain forms."""

OLDER = {
    "1997": LSTMParams.hochreiter_schmidhuber_1997,
    "2000": LSTMParams.gers_2000,
    "2002": LSTMParams.gers_2002,
    "2017 fixed": fixed_2017,
}
"""Published forms."""

SPEC = TaskSpec(
    name="random",
    source="made up for tests",
    channels=(
        Channel(name="stimulus", symbols=("a", "b", "c"), role=Role.STIMULUS),
        Channel(name="control", symbols=("p", "q"), role=Role.CONTROL),
    ),
    responses=("L", "M", "R"),
    events=("any",),
    items=("item",),
    sequence="stream",
    sequences_per_epoch=1,
    criterion=Criterion(zero_error_epochs=1),
)
RESET = replace(SPEC, resets_memory=True)
"""The same with resets of memory at starts."""


def learning(window=20, learning_rate=0.03, clip_norm=1.0):
    return Learning(rule=BPTT(window=window), optimiser=Adam(learning_rate=learning_rate), clip_norm=clip_norm)


@st.composite
def circuits(draw, largest=4):
    """(circuit, params) of any form and a small size, in float64."""
    params = FORMS[draw(st.sampled_from(sorted(FORMS)))](
        blocks=draw(st.integers(1, largest)),
        cells_per_block=draw(st.integers(1, 3)),
        cell_bias=draw(st.booleans()),
        input_to_output=draw(st.booleans()),
        dtype="float64",
    )
    return Circuit.sized(draw(st.integers(1, largest)), draw(st.integers(2, largest)), params), params


@st.composite
def older_circuits(draw, largest=3):
    """(circuit, params) of any form that is not plain, and a small size, in float64; BPTT and Adam."""
    switch = st.booleans()
    gating, forgets, peepholes = draw(st.sampled_from(Gating)), draw(switch), draw(switch)
    squashing = st.sampled_from(Squashing) if gating is Gating.MULTIPLY else st.just(Squashing.LOGISTIC)
    biased, gates_biased = draw(switch), draw(switch)
    params = LSTMParams.modern(
        gating=gating,
        g=draw(squashing),
        h=draw(squashing),
        blocks=draw(st.integers(1, largest)),
        cells_per_block=draw(st.integers(1, 3)),
        forget_gate=forgets,
        fixed_forget=forgets and not peepholes and (biased or gates_biased) and draw(switch),
        output_gate=draw(switch),
        peepholes=peepholes,
        recurrent=draw(switch),
        gates_seen=draw(switch),
        cells_recurrent=draw(switch),
        cell_bias=biased,
        gate_bias=biased or gates_biased,
        output_bias=draw(switch),
        input_to_output=draw(switch),
        output=draw(st.sampled_from(Output)),
        reset_at_start=True,
        dtype="float64",
    )
    return Circuit.sized(draw(st.integers(1, largest)), draw(st.integers(2, largest)), params), params


def random_weights(circuit, networks, rng, size=0.7):
    """Weights by name, each (network, row, column), normal with this standard deviation; absent weights are 0."""
    found = {name: size * rng.normal(size=(networks, g.rows, g.columns)) for name, g in circuit.groups.items()}
    found["cell"][:, : circuit.first_recurrent, circuit.inputs :] = 0.0
    return found


def of_network(weights, k):
    return {name: values[k] for name, values in weights.items()}


def random_trials(steps, rng, spec=SPEC):
    """A stream of random symbols (one in five silent), with targets at most steps, some of which do not count."""
    symbols = np.stack([rng.integers(len(c.symbols), size=steps) for c in spec.channels], axis=1)
    symbols[rng.random(symbols.shape) < 0.2] = -1
    target = rng.integers(-1, len(spec.responses), size=steps)
    return trials_of(symbols, target, (target >= 0) & (rng.random(steps) < 0.8))


def trials_of(symbols, target, counts):
    steps = len(target)
    return Trials(
        symbols=symbols.astype(np.int16),
        target=target.astype(np.int16),
        counts=counts,
        rewarded=np.zeros(steps, bool),
        event=np.zeros(steps, np.int16),
        starts=np.zeros(steps, bool),
        ideal_gate=np.zeros((steps, 1), np.int8),
    )


def random_block(lengths, rng, spec=SPEC, starts=0.0):
    """Random streams of these lengths, with this probability of a start at every step."""
    like = random_trials(1, rng, spec)
    block = TrialBlock.stack([random_trials(n, rng, spec) if n else None for n in lengths], like=like)
    block.starts[:] = rng.random(block.starts.shape) < starts if starts else False
    return block


def one_hot(trials_symbols, spec=SPEC):
    columns = []
    for i, channel in enumerate(spec.channels):
        columns.append(trials_symbols[:, i, None] == np.arange(len(channel.symbols)))
    return np.concatenate(columns, axis=1).astype(float)
