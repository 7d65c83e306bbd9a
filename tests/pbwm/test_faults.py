"""A network in which a number is not finite is stopped and named; the others do not notice."""

import numpy as np
import pytest

from pbwm.errors import PBWMNumberError
from pbwm.layout import Layout
from pbwm.learner import PBWM
from pbwm.params import PBWMParams
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.catalog import TASKS

SIR = TASKS["sir2"].build()
NUMBERS = range(5, 8)


def network(layout):
    return PBWM(SIR.spec, replicas=NUMBERS, seed=1, params=PBWMParams(stripes=2, hidden=6), layout=layout)


@pytest.mark.parametrize("layout", Layout)
def test_one_of_three_is_stopped(layout):
    block = TrialBlock.stack([SIR.trials(6, stream(1, Purpose.TRIALS, r)) for r in NUMBERS])
    sound, poisoned = network(layout), network(layout)
    expected = sound.run(block, record=True)
    together = poisoned.layout.networks
    hidden = poisoned.places.units[poisoned.circuit.starts()[poisoned.circuit.layer("hidden")] + 2]
    place = poisoned.blocks[1 // together].arrays.units["vm"]
    poisoned.layout.write(place, np.array([hidden]), 1 % together, np.array([np.nan]))
    before = poisoned.state()
    with pytest.raises(PBWMNumberError, match="replica 6") as caught:
        poisoned.run(block, record=True)
    assert [(s.replica, s.epoch) for s in caught.value.stopped] == [(6, None)]
    outcome = caught.value.outcome
    assert (outcome.response[1] == -1).all()
    assert outcome.counted[1] == 0
    after = poisoned.state()
    for name, values in sound.state().items():
        np.testing.assert_array_equal(after[name][[0, 2]], values[[0, 2]], err_msg=name)
        np.testing.assert_array_equal(after[name][1], before[name][1], err_msg=name)
    np.testing.assert_array_equal(outcome.response[[0, 2]], expected.response[[0, 2]])
    np.testing.assert_array_equal(outcome.record.memory[[0, 2]], expected.record.memory[[0, 2]])
