"""Python processes with numba loaded and ready to compile, each forked from a waiting one.

Numba's preparations before the first function take longer than a small kernel. Here they are done once. Nothing of this
repository is imported before a process is forked.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

WAITING = """
import json, os, sys, tempfile, traceback
import numba
from numba.core import config

numba.njit(lambda x: x + 1)(1.0)


def begin(script, environment):
    found = tempfile.TemporaryFile(), tempfile.TemporaryFile()
    process = os.fork()
    if process:
        return process, found
    for number, file in enumerate((open(os.devnull), *found)):
        os.dup2(file.fileno(), number)
    os.environ.update(environment)
    sys.path[:0] = environment.get("PYTHONPATH", "").split(os.pathsep)
    config.reload_config()
    sys.dont_write_bytecode = True  # files are edited within the second that bytecode is dated by
    status = 0
    try:
        exec(compile(script, "<script>", "exec"), {"__name__": "__main__"})
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


for line in sys.stdin:
    begun = [begin(*what) for what in json.loads(line)]
    ended = []
    for process, found in begun:
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        for file in found:
            file.seek(0)
        ended.append([status, *(file.read().decode() for file in found)])
    print(json.dumps(ended), flush=True)
"""


class Ended(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


class Ready:
    def __init__(self, waiting: subprocess.Popen[str]) -> None:
        self.waiting = waiting

    def run(self, *scripts: str, **environment: str) -> list[Ended]:
        """Run scripts at the same time, with these changes to the environment, and wait for all."""
        assert self.waiting.stdin
        assert self.waiting.stdout
        self.waiting.stdin.write(json.dumps([(script, environment) for script in scripts]) + "\n")
        self.waiting.stdin.flush()
        return [Ended(*of) for of in json.loads(self.waiting.stdout.readline())]


@contextmanager
def ready_to_compile(folder: Path) -> Iterator[Ready]:
    """Processes that run in a folder."""
    environment = {name: value for name, value in os.environ.items() if name != "PBWM_NUMBA"}
    command = [sys.executable, "-c", WAITING]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, env=environment, stdin=pipe, stdout=pipe, text=True) as waiting:
        yield Ready(waiting)
