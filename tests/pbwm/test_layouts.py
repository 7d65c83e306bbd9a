"""Units in lanes or replicas in lanes: the same networks, bit for bit."""

from dataclasses import replace

import numpy as np
import pytest

from pbwm.layout import Layout
from pbwm.learner import PBWM
from pbwm.params import GatingParams, Inhibition, LayerInhibition, PBWMParams
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.catalog import TASKS

DEFAULT = PBWMParams()
SMALL = PBWMParams(stripes=3, hidden=9)
CORTEX, NEURON = DEFAULT.cortex, DEFAULT.neuron
LEARNING = replace(CORTEX, norm=True, momentum=True)

CASES = {
    "sir2 as published": ("sir2-reference", DEFAULT),
    "small changes not sent": ("sir2-reference", PBWMParams.reference_simulation()),
    "12ax, one channel for both": ("12ax", DEFAULT),
    "three stripes": ("sir2", SMALL),
    "one stripe": ("sir2", replace(SMALL, stripes=1)),
    "twenty stripes, more than lanes": ("sir2", replace(SMALL, stripes=20)),
    "64 hidden units": ("sir2-reference", replace(SMALL, hidden=64)),
    "100 hidden units": ("sir2-reference", replace(SMALL, hidden=100)),
    "norm and momentum": ("sir2-reference", replace(SMALL, cortex=LEARNING)),
    "superficial layers cleared": ("12ax", replace(SMALL, gating=GatingParams(clear=1.0))),
    "a rate at rest": ("sir2", replace(SMALL, neuron=replace(NEURON, noise_variance=0.03, send_threshold=0.0))),
    "largest excitation, self inhibition": (
        "sir2",
        replace(
            SMALL,
            hidden_inhibition=LayerInhibition(pool=Inhibition(max_vs_avg=0.3), self_gi=0.3),
            gpi_inhibition=LayerInhibition(layer=Inhibition(max_vs_avg=0.5), g_tau=3.0),
            matrix_inhibition=LayerInhibition(layer=Inhibition(max_vs_avg=0.2), pool=Inhibition(max_vs_avg=0.2)),
        ),
    ),
}
STEPS = 10


def block_of(task, replicas, steps=STEPS):
    drawn = [task.trials(steps, stream(2, Purpose.TRIALS, r)) for r in replicas]
    whole = TrialBlock.stack(drawn)
    arrays = {n: getattr(whole, n)[:, :steps] for n in whole.__dataclass_fields__ if n != "length"}
    return TrialBlock(length=np.minimum(whole.length, steps), **arrays)


def everything(learner, block):
    """All that can be seen of a run, by name; the first axis is the replica."""
    outcome = learner.run(block, record=True)
    quiet = learner.run(block, learn=False)
    one = TrialBlock(
        length=np.ones(block.replicas, np.intp),
        **{n: getattr(block, n)[:, :1] for n in block.__dataclass_fields__ if n != "length"},
    )
    traced, cycles = learner.trace_step(one)
    record = outcome.record
    return {
        "response": outcome.response,
        "response without learning": quiet.response,
        "traced response": traced.response,
        "unit error": outcome.measures["unit_error"],
        "activity": np.moveaxis(cycles, -1, 0),
        **{name: getattr(record, name) for name in ("input_gate", "forget_gate", "output_gate", "memory")},
        **record.signals,
        **{f"weights {name}": values for name, values in learner.weights().items()},
        **{f"traces {name}": values for name, values in learner.traces().items()},
        **{f"state {name}": values for name, values in learner.state().items()},
    }


@pytest.mark.parametrize(("case", "dtype"), [*((case, "float32") for case in CASES), ("norm and momentum", "float64")])
def test_layouts_agree_bit_for_bit(case, dtype):
    name, params = CASES[case]
    task = TASKS[name].build()
    among = PBWM(task.spec, replicas=range(16), seed=4, params=params, dtype=dtype, layout=Layout.REPLICAS)
    theirs = everything(among, block_of(task, range(16)))
    chosen = range(5, 8)
    alone = PBWM(task.spec, replicas=chosen, seed=4, params=params, dtype=dtype, layout=Layout.UNITS)
    ours = everything(alone, block_of(task, chosen))
    assert ours.keys() == theirs.keys()
    for quantity, values in ours.items():
        np.testing.assert_array_equal(values, theirs[quantity][5:8], err_msg=quantity)
    assert len(np.unique(theirs["state weight"], axis=0)) == 16
    assert (theirs["activity"] > 0.1).any()
