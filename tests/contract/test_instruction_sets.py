"""Results do not depend on the processor: the same bits from AVX-512, AVX2 and plain SSE2 code, of every model."""

import os
import platform
import subprocess
import sys
from functools import cache

import pytest

from pbwm.compare.models import DEFAULT_MODELS

SCRIPT = """
import hashlib, sys
from pbwm.compare.models import MODELS
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.catalog import TASKS

task = TASKS["sir2"].build()
learner = MODELS[sys.argv[1]].build(task.spec, networks=range(16), seed=3)
digest = hashlib.sha256()
for epoch in range(2):
    streams = [task.trials(12, stream(3, Purpose.TRIALS, r, epoch)) for r in range(16)]
    outcome = learner.run(TrialBlock.stack(streams), record=True)
    for array in (outcome.response, outcome.record.memory, outcome.record.input_gate, outcome.record.output_gate):
        digest.update(array.tobytes())
print(digest.hexdigest())
"""
X86 = platform.machine().lower() in ("x86_64", "amd64")


PROCESSORS = {
    "this one": {},
    "haswell": {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "+avx2,+fma"},
    "x86-64": {"NUMBA_CPU_NAME": "x86-64", "NUMBA_CPU_FEATURES": ""},
}


@cache
def digest(model: str, processor: str) -> str:
    """What two short epochs of learning give, compiled for a processor."""
    environment = os.environ | PROCESSORS[processor]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, model], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.skipif(not X86, reason="names x86 processors")
@pytest.mark.parametrize("model", DEFAULT_MODELS)
@pytest.mark.parametrize("processor", ["haswell", "x86-64"])
def test_the_same_bits_from_older_instruction_sets(model, processor):
    assert digest(model, processor) == digest(model, "this one")
