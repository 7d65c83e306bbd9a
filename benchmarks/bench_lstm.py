"""LSTM: forward, backward and update, against torch, JAX and the naive twin, one core.

Ours does many windows per call; "LSTM.run" is the learner itself, from trials to judged responses.
"""

import pytest

from benchmarks.networks import lstm_batches, lstm_learner, lstm_networks
from benchmarks.rivals import equinox_lstm, jax_lstm, lstm_twin_forward, torch_adapter, torch_loop, torch_lstm
from benchmarks.timing import ByTurns, Rivals, Work
from lstm_baseline import LSTMParams
from tasks.engine.lanes import LANES

CELLS, STEPS = 8, 20
SIZES = (4, 8, 16, 32, 64, 128, 256)


def bench_lstm_one_network(by_turns: ByTurns, rivals: Rivals) -> None:
    works = {"ours": lstm_networks(CELLS, STEPS, 200, alone=True), "LSTM.run": lstm_learner(CELLS, STEPS, 200, 1)}
    works |= rivals({"torch": lambda: torch_lstm(CELLS, STEPS, 1), "jax": lambda: jax_lstm(CELLS, STEPS, 1)})
    by_turns(works, unit="µs per update", rounds=41)


def bench_lstm_in_lanes(by_turns: ByTurns, rivals: Rivals) -> None:
    """Per update of one of sixteen networks. torch runs them in turn, JAX all by `vmap`."""
    works = {"ours": lstm_networks(CELLS, STEPS, 100, alone=False), "LSTM.run": lstm_learner(CELLS, STEPS, 100, LANES)}
    works |= rivals({"torch": lambda: torch_lstm(CELLS, STEPS, 1), "jax": lambda: jax_lstm(CELLS, STEPS, 1, LANES)})
    by_turns(works, unit="µs per update and network", rounds=41)


@pytest.mark.parametrize(
    ("cells", "steps", "sequences"), [(8, 50, 16), (32, 50, 16), (128, 50, 64)], ids=("8x16", "32x16", "128x64")
)
def bench_lstm_batch(by_turns: ByTurns, rivals: Rivals, cells: int, steps: int, sequences: int) -> None:
    works = {"ours": lstm_batches(cells, steps, sequences, max(1, 4096 // (cells * sequences)))}
    works |= rivals(
        {"torch": lambda: torch_lstm(cells, steps, sequences), "jax": lambda: jax_lstm(cells, steps, sequences)}
    )
    by_turns(works, unit="µs per update", rounds=21 if cells < 128 else 11)


@pytest.mark.parametrize("cells", SIZES)
def bench_lstm_size(by_turns: ByTurns, rivals: Rivals, quick: bool, cells: int) -> None:
    """One network alone and per network of sixteen, by cells, for `lstm_baseline.single_network.suits`."""
    if quick and cells not in SIZES[:2]:
        pytest.skip("quick")
    windows = max(2, 1600 // cells)
    works = {name: lstm_networks(cells, STEPS, windows, alone=name == "alone") for name in ("alone", "of 16")}
    works |= rivals(
        {
            "torch": lambda: torch_lstm(cells, STEPS, 1),
            "jax": lambda: jax_lstm(cells, STEPS, 1),
            "jax of 16": lambda: jax_lstm(cells, STEPS, 1, LANES),
        }
    )
    by_turns(works, unit="µs per update and network", rounds=9)


@pytest.mark.parametrize("networks", [LANES, 1024])
def bench_lstm_vmap(by_turns: ByTurns, rivals: Rivals, quick: bool, networks: int) -> None:
    """Per update of one of many networks: ours in blocks of sixteen, Equinox all by `vmap`."""
    if quick and networks > LANES:
        pytest.skip("quick")
    works = {"ours": lstm_networks(CELLS, STEPS, 100, alone=False)}
    works |= rivals({"equinox": lambda: equinox_lstm(CELLS, STEPS, networks)})
    by_turns(works, unit="µs per update and network", rounds=21)


@pytest.mark.parametrize("layout", ["one network", "networks in lanes", "batch"])
def bench_sublstm(by_turns: ByTurns, layout: str) -> None:
    """Gates that subtract against gates that multiply, in every layout."""
    forms = {"subLSTM": LSTMParams.costa_2017, "LSTM": LSTMParams.modern}
    if layout == "batch":
        works = {name: lstm_batches(CELLS, 50, LANES, 32, form) for name, form in forms.items()}
    else:
        alone = layout == "one network"
        works = {name: lstm_networks(CELLS, STEPS, 100, alone=alone, form=form) for name, form in forms.items()}
    by_turns(works, unit="µs per update", rounds=41)


def bench_torch_adapter(by_turns: ByTurns, rivals: Rivals) -> None:
    """A module of torch as a learner, against a plain training loop on the same trials."""
    works = rivals(
        {
            "torch as a learner": lambda: torch_adapter("12ax", 16, 40),
            "torch in a loop": lambda: torch_loop("12ax", 16, 40),
        }
    )
    if not works:
        pytest.skip("torch is not installed, or not wanted")
    by_turns(works, unit="µs per update", rounds=21)


def bench_lstm_twin(by_turns: ByTurns) -> None:
    """Forward only."""
    windows = 200
    ours: Work = lstm_networks(CELLS, STEPS, windows, alone=True, learn=False)
    by_turns({"ours": ours, "twin": lstm_twin_forward(CELLS, STEPS)}, unit="µs per window forward", rounds=21)
