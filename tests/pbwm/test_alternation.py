"""Striatal units alternate between cycles at the end of a step, as in the reference, because of its time step.

docs/pbwm.md §2 explains it. These tests show that the reference does it, we do it, and it disappears with a time step
that is a third shorter, or without self inhibition.
"""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pbwm.learner import PBWM
from pbwm.params import PBWMParams
from tasks.base.drawing import draw_epochs
from tasks.base.trials import TrialBlock
from tasks.catalog import TASKS

TRACE = Path(__file__).parents[1] / "golden" / "leabra" / "sir2_trace.json.gz"
STRIATUM = {"MatrixGo": "matrix_go", "MatrixNoGo": "matrix_nogo"}
BEFORE_PLUS_PHASE = slice(65, 75)
TASK = TASKS["sir2-reference"].build(trials_per_epoch=6)
PARAMS = PBWMParams()


def alternation(activity):
    """Largest step between cycles of a unit that is back after two, array (cycle, unit); else 0."""
    step, back = np.abs(np.diff(activity, axis=0))[-5:].min(0), np.abs(activity[2:] - activity[:-2])[-4:].max(0)
    return float(np.where(back < 0.1 * step, step, 0.0).max())


def slower(params, factor):
    """The network with all time constants of activation `factor` times as long."""

    def inhibition(of):
        layer, pool = (i if i is None else replace(i, fb_tau=i.fb_tau * factor) for i in (of.layer, of.pool))
        return replace(of, layer=layer, pool=pool, self_tau=of.self_tau * factor, g_tau=of.g_tau * factor)

    names = [name for name in vars(params) if name.endswith("_inhibition")]
    neuron = replace(params.neuron, vm_tau=params.neuron.vm_tau * factor, g_tau=params.neuron.g_tau * factor)
    return replace(params, neuron=neuron, **{name: inhibition(getattr(params, name)) for name in names})


def striatum_before_the_plus_phase(params):
    """Activity of Go and NoGo in the last cycles before the plus phase: (step, cycle, unit)."""
    network = PBWM(TASK.spec, networks=range(1), seed=5003, params=params)
    trials, _ = draw_epochs(TASK, 5003, range(1), range(1))
    starts, names = network.circuit.starts(), [layer.name for layer in network.circuit.layers]
    found = []
    for step in range(trials.steps):
        arrays = {name: array[:, step : step + 1] for name, array in vars(trials).items() if name != "length"}
        _, cycles = network.trace_step(TrialBlock(length=np.ones(1, np.intp), **arrays), learn=False)
        layers = [names.index(name) for name in STRIATUM.values()]
        found.append(np.concatenate([cycles[BEFORE_PLUS_PHASE, starts[i] : starts[i + 1], 0] for i in layers], axis=1))
    return found


@pytest.mark.parametrize("layer", STRIATUM)
def test_the_reference_alternates(layer):
    cycles = [row for row in json.loads(gzip.decompress(TRACE.read_bytes()))["cycle_acts"] if row["trial"] == 0]
    activity = np.array([np.ravel(row[layer]) for row in cycles])[BEFORE_PLUS_PHASE]
    assert 0.05 < alternation(activity) < 0.1


def test_our_network_alternates_and_does_not_with_a_shorter_time_step_or_without_self_inhibition():
    assert max(alternation(step) for step in striatum_before_the_plus_phase(PARAMS)) > 0.05
    unopposed = replace(PARAMS, matrix_inhibition=replace(PARAMS.matrix_inhibition, self_gi=0.0))
    for params in (slower(PARAMS, 1.5), unopposed):
        steps = striatum_before_the_plus_phase(params)
        assert max(step.max() for step in steps) > 0.1
        assert max(alternation(step) for step in steps) < 0.005
