"""Compiled kernels are kept until one of their sources changes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from numba import njit

import tasks
from tasks.engine.lanes.interface import private
from tasks.engine.lanes.options import inner
from tests.reference.ready_to_compile import ready_to_compile

ROOT = Path(tasks.__file__).parents[1]
ARITHMETIC = """
import sys
import numpy as np
from tests.reference.cached_kernel import double, treble
values = np.arange(16.0, dtype=np.float32)
double(values), treble(values)
print(values[3])
"""


@pytest.mark.parametrize("home", [os.devnull, None])
@pytest.mark.parametrize("interface", ["", "public"])
def test_where_nothing_can_be_written_kernels_run_and_it_is_said_once(home, interface):
    """In a container with a read-only file system; for a user without a home."""
    environment = {key: value for key, value in os.environ.items() if key != "HOME"}
    environment |= {"NUMBA_CACHE_DIR": f"{os.devnull}/cache", "HOME": home or f"{os.devnull}/none"}
    environment |= {"PBWM_NUMBA": interface}
    command = [sys.executable, "-c", ARITHMETIC]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["18.0"]
    assert done.stderr.count("compiled kernels cannot be kept") == 1
    assert "set NUMBA_CACHE_DIR" in done.stderr


HELD = """
from kernel_of_a_user import halve
print(halve(8.0), sum(halve.stats.cache_hits.values()))
"""
HALVE = """
from tasks.engine.lanes.options import kernel


@kernel
def halve(x):
    return x / 2
"""


@pytest.fixture(scope="module")
def ready():
    with ready_to_compile(ROOT) as processes:
        yield processes


@pytest.fixture
def halved(ready, tmp_path):
    """Output of processes that use the kernel in a folder, and how often its code was in the cache."""

    def run(count=1, interface=""):
        environment = {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(tmp_path)}
        ended = ready.run(*[HELD] * count, PBWM_NUMBA=interface, **environment)
        assert [done.returncode for done in ended] == [0] * count, ended
        return [done.stdout.strip() for done in ended]

    return run


@pytest.mark.parametrize("interface", ["", "public"])
def test_a_changed_comment_compiles_nothing_and_a_changed_line_does(tmp_path, halved, interface):
    file = tmp_path / "kernel_of_a_user.py"
    file.write_text(HALVE)
    assert halved(interface=interface) == ["4.0 0"]
    (tmp_path / "other.py").write_text("from tasks.engine.lanes.options import kernel")
    file.write_text("# A comment." + HALVE)
    assert halved(interface=interface) == ["4.0 1"]
    file.write_text(HALVE.replace("x / 2", "x / 4"))
    assert halved(interface=interface) == ["2.0 0"]
    assert halved(interface=interface) == ["2.0 1"]


def test_processes_that_compile_at_the_same_time_do_not_disturb_each_other(tmp_path, halved):
    (tmp_path / "kernel_of_a_user.py").write_text(HALVE)
    assert {said.split()[0] for said in halved(3)} == {"4.0"}
    assert halved() == ["4.0 1"]


def test_an_edited_equation_is_compiled_again(tmp_path, halved):
    """Also if the kernel's file imports it indirectly."""
    kernel = "from equations import half\n" + HALVE.replace("x / 2", "half(x)")
    (tmp_path / "kernel_of_a_user.py").write_text(kernel)
    (tmp_path / "equations.py").write_text("from tasks.engine.lanes.options import inner\nfrom law import half\n")
    law = "from tasks.engine.lanes.options import inner\n\n\n@inner\ndef half(x):\n    return x / 2\n"
    (tmp_path / "law.py").write_text(law)
    assert halved() + halved() == ["4.0 0", "4.0 1"]
    (tmp_path / "law.py").write_text(law.replace("/ 2", "/ 4"))
    assert halved() == ["2.0 0"]


@inner
def twice(x):
    return x + x


@njit
def four_times(x):
    return twice(twice(x))


@pytest.mark.skipif(not private, reason="the public interface of numba has no parts")
def test_what_only_kernels_call_becomes_part_of_them():
    assert four_times(3) == 12
    (compiled,) = twice.overloads.values()
    assert isinstance(compiled.library, private.partial_compilation.PartLibrary)
