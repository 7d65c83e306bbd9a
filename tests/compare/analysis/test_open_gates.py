"""A gate of PBWM counts as open where its stripe stores or releases, in both forms of the gate."""

import numpy as np
import pytest

from pbwm.compare.analysis.ideal import is_open
from pbwm.compare.analysis.recording import recording_of
from tasks.base.task import TrialBlock
from tests.pbwm.manipulated import FORMS, STEPS, block_of, first_step, trained


def steps_of(block):
    """Every step of a block, as a block of its own."""
    for step in range(block.steps):
        rest = {name: of if name == "length" else of[:, step:] for name, of in vars(block).items()}
        yield first_step(TrialBlock(**{**rest, "length": block.length - step}))


@pytest.mark.parametrize("form", FORMS)
def test_open_gates_are_those_after_which_a_stripe_has_new_content(form):
    """A stripe counts its updates since it stored (docs/pbwm.md §5); an output stripe updates once in a trial."""
    learner, found, done = trained(form=form), [], []
    n, updates = learner.circuit.stripes, learner.net.gate.updates
    for step in steps_of(block_of(9)):
        recording = recording_of(learner, step)
        found.append([is_open(recording, gate)[:, 0] for gate in ("input_gate", "output_gate")])
        count = learner.state()["stripes count"]
        done.append([(count[:, :n] > 0) & (count[:, :n] <= updates), count[:, n : 2 * n] == 1])
    np.testing.assert_array_equal(found, done)
    assert len(done) == STEPS
    share = np.mean(done, axis=(0, 2, 3))
    assert ((share > 0.1) & (share < 0.9)).all()
