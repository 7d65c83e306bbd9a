"""Digests of tiny networks of each model after some steps: ``python -m tests.reference.tiny_networks MODEL …``."""

import hashlib
import sys

from pbwm.compare.models import MODELS
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.catalog import TASKS

SEQUENCES = 12


def digest(model: str) -> str:
    """A digest of the state and responses of two networks of a model after some sequences of SIR-2."""
    task = TASKS["sir2"].build()
    block = TrialBlock.stack([task.trials(SEQUENCES, stream(0, Purpose.TRIALS, r)) for r in range(2)])
    learner = MODELS[model].build(task.spec, networks=range(2), seed=0)
    outcome = learner.run(block)
    found = hashlib.sha256(outcome.response.tobytes())
    for name, values in sorted(learner.state().items()):
        found.update(name.encode() + values.tobytes())
    return found.hexdigest()


if __name__ == "__main__":
    for model in sys.argv[1:]:
        print(model, digest(model))
