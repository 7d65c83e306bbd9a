"""`make boundscheck` can fail: kernels and lanes raise if an index is out of bounds."""

import os
import subprocess
import sys


def test_indices_of_arrays_and_of_lanes_are_checked(tmp_path):
    environment = os.environ | {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path), "NUMBA_DISABLE_JIT": "0"}
    command = [sys.executable, "-m", "tests.tasks.engine.out_of_bounds"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
