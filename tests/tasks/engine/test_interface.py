"""The public interface of numba replaces the private one if names are missing, with the same bits."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from numba import config

import tasks
from pbwm.compare.models import MODELS
from tasks.engine.lanes.interface import private
from tests.reference.ready_to_compile import ready_to_compile
from tests.reference.tiny_networks import digest

ROOT = Path(tasks.__file__).parents[1]
pytestmark = pytest.mark.skipif(config.DISABLE_JIT, reason="nothing is compiled")

# Compiling every model twice takes minutes: two are in the suite, the others in `make study-check`.
EVERY_MODEL = [name if name in ("pbwm", "lstm") else pytest.param(name, marks=pytest.mark.study) for name in MODELS]

WITHOUT = """
import {module}
del {module}.{name}
from tasks.engine.lanes.interface import WHY_PUBLIC, private
print(private is None, WHY_PUBLIC)
"""
OTHERWISE = """
from tasks.engine.lanes import interface, private
private.TRIED = (0, 0)
{spoil}
interface.private, interface.WHY_PUBLIC = interface._private()
print(interface.private is None, interface.WHY_PUBLIC)
"""


def output(*arguments, **environment):
    done = subprocess.run(
        [sys.executable, *arguments], env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def ready():
    with ready_to_compile(ROOT) as processes:
        yield processes


def printed(ready, script, **environment):
    [done] = ready.run(script, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.skipif(not private, reason="there is only one interface to try")
@pytest.mark.parametrize("model", EVERY_MODEL)
def test_networks_of_every_model_are_the_same_bits_by_either_interface(model):
    """Neither interface loads code of the other: the key of compiled code includes the interface."""
    by_private = digest(model)
    by_public = output("-m", "tests.reference.tiny_networks", model, PBWM_NUMBA="public")
    assert by_public == f"{model} {by_private}"


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("numba.core.caching", "_Cache"),
        ("numba.core.codegen", "JITCodeLibrary"),
        ("numba.core.codegen", "CPUCodeLibrary._finalize_dynamic_globals"),
        ("numba.core.compiler", "CompileResult._rebuild"),
        ("numba.core.dispatcher", "Dispatcher.enable_caching"),
    ],
)
def test_the_public_interface_is_taken_where_a_name_is_missing(ready, module, name):
    found = printed(ready, WITHOUT.format(module=module, name=name), PBWM_NUMBA="")
    assert found.startswith(("True AttributeError: ", "True ImportError: ")), found
    assert name.rpartition(".")[2] in found


def test_the_public_interface_is_taken_where_the_environment_says_so(ready):
    script = "from tasks.engine.lanes.interface import WHY_PUBLIC, private; print(private, WHY_PUBLIC)"
    assert printed(ready, script, PBWM_NUMBA="public") == "None PBWM_NUMBA is public"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ("", "False"),
        ("private.Reference.field = lambda self, name: self.missing", "True "),
        ("private.KernelCache.save_overload = lambda self, signature, result: None", "True AttributeError"),
    ],
    ids=["as expected", "references fail", "code is not kept"],
)
def test_an_untried_release_is_tried_by_a_small_kernel(ready, spoil, said):
    assert printed(ready, OTHERWISE.format(spoil=spoil), PBWM_NUMBA="").startswith(said)
