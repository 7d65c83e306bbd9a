"""Results do not depend on the processor: AVX-512, AVX2 and plain SSE2 code give the same bits for every model."""

import hashlib
import os
import platform
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from pbwm.compare.models import DEFAULT_MODELS, MODELS
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.catalog import TASKS

ROOT = Path(__file__).parents[2]
X86 = platform.machine().lower() in ("x86_64", "amd64")
OLDER = {
    "haswell": {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "+avx2,+fma"},
    "x86-64": {"NUMBA_CPU_NAME": "x86-64", "NUMBA_CPU_FEATURES": ""},
}


@cache
def digest(model):
    """Results of two short epochs of learning, in this process."""
    task = TASKS["sir2"].build()
    learner = MODELS[model].build(task.spec, networks=range(16), seed=3)
    found = hashlib.sha256()
    for epoch in range(2):
        streams = [task.trials(12, stream(3, Purpose.TRIALS, r, epoch)) for r in range(16)]
        outcome = learner.run(TrialBlock.stack(streams), record=True)
        for array in (outcome.response, outcome.record.memory, outcome.record.input_gate, outcome.record.output_gate):
            found.update(array.tobytes())
    return found.hexdigest()


@cache
def digests(processor):
    """The same of every model, compiled for an older processor in another process."""
    script = f"from {__name__} import DEFAULT_MODELS, digest; print(*map(digest, DEFAULT_MODELS))"
    command = [sys.executable, "-c", script]
    environment = os.environ | OLDER[processor]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(zip(DEFAULT_MODELS, done.stdout.split(), strict=True))


@pytest.mark.skipif(not X86, reason="names x86 processors")
@pytest.mark.parametrize("model", DEFAULT_MODELS)
@pytest.mark.parametrize("processor", OLDER)
def test_the_same_bits_from_older_instruction_sets(model, processor):
    assert digests(processor)[model] == digest(model)
