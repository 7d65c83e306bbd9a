"""Which network is recommended for which task."""

from dataclasses import replace

import pytest

from pbwm.exploration import Exploration
from pbwm.recommended import loop_network, recommended, sequence_network, store_network, with_merged_gate
from pbwm.restart import Restart
from tasks.catalog import TASKS


def of(task, **changes):
    return recommended(TASKS[task].build(**changes).spec)


@pytest.mark.parametrize(
    ("task", "changes", "params"),
    [
        ("sir2-reference", {}, store_network(4)),
        ("sir2", {}, store_network(4)),
        ("sir3", {}, store_network(6)),
        ("delayed-match", {}, store_network(4)),
        ("reference-back-2", {}, store_network(8)),
        ("sternberg", {}, store_network(8)),
        ("12ax", {}, sequence_network()),
        ("phonological-loop", {}, loop_network(6)),
        ("phonological-loop", {"length": 4, "trained_sequences": 10}, loop_network(8)),
        ("phonological-loop", {"length": 2, "trained_sequences": 10, "novel_sequences": 10}, store_network(4)),
    ],
)
def test_it_goes_by_what_channels_are_for_and_by_what_is_kept(task, changes, params):
    assert of(task, **changes) == params


def test_the_loop_differs_from_sir_in_noise_and_patience_alone():
    noise = Exploration(sd=0.3, gain=3.0, by_prediction=True, by_stripe=True)
    assert loop_network(6) == replace(store_network(6), exploration=noise, restart=loop_network().restart)
    assert loop_network().restart != store_network().restart == Restart(patience=80)


def test_the_merged_gate_leaves_the_rest():
    loop = loop_network()
    assert with_merged_gate(loop) != loop
    assert replace(with_merged_gate(loop), gate=loop.gate) == loop
