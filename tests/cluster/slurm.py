"""A SLURM cluster of two nodes on the loopback interface, whose daemons belong to this process.

It needs the programs of Debian's packages `slurm-wlm` and `munge`, but no rights: every daemon runs as the present
user, with its own configuration, key, and ports. Each "node" is one `slurmd` with one CPU.
"""

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol")
NODES = ("node1", "node2")
MEMORY_MB = 4000


def missing_programs() -> list[str]:
    return [name for name in PROGRAMS if shutil.which(name, path=_search_path()) is None]


def wait_until(true: Callable[[], bool], what: str, seconds: float) -> None:
    """Wait until a condition holds; `TimeoutError` after these seconds."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not happen within {seconds:g} s")
        time.sleep(0.2)


@dataclass(frozen=True)
class Cluster:
    """A running cluster; `directory` has configuration, state, and logs of the daemons."""

    directory: Path

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables with which SLURM's commands find this cluster."""
        return {**os.environ, "PATH": _search_path(), "SLURM_CONF": str(self.directory / "slurm.conf")}

    def call(self, *command: str) -> str:
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed: {done.stderr.strip()}")
        return done.stdout.strip()

    def start_node(self, name: str) -> None:
        (self.directory / f"spool-{name}").mkdir(exist_ok=True)
        self.call("slurmd", "-N", name)

    def crash_node(self, name: str) -> None:
        """End the daemon of a node and all its jobs by SIGKILL, as a power failure does."""
        daemon = psutil.Process(int((self.directory / f"{name}.pid").read_text()))
        for process in [daemon, *_job_processes(name)]:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def idle(self) -> bool:
        """Whether no job waits or runs."""
        return not self.call("squeue", "--noheader")

    def nodes_up(self) -> bool:
        states = self.call("sinfo", "-N", "--noheader", "-o", "%T").split()
        return len(states) == len(NODES) and all(state in ("idle", "mixed", "allocated") for state in states)


@contextmanager
def cluster(directory: Path) -> Iterator[Cluster]:
    """A cluster that lives as long as the context."""
    for folder in ("state", "log", "munge"):
        (directory / folder).mkdir(parents=True)
    (directory / "munge").chmod(0o700)
    key = directory / "munge" / "key"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o400)
    (directory / "slurm.conf").write_text(_configuration(directory))
    running = Cluster(directory)
    try:
        running.call("munged", "--force", *(f"--{what}={directory / 'munge' / name}" for what, name in _MUNGE.items()))
        running.call("slurmctld")
        for name in NODES:
            running.start_node(name)
        wait_until(running.nodes_up, "the start of the cluster", 60)
        yield running
    finally:
        _end(directory)


_MUNGE = {"key-file": "key", "socket": "socket", "pid-file": "pid", "log-file": "log", "seed-file": "seed"}


def _search_path() -> str:
    return os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"


def _job_processes(node: str) -> list[psutil.Process]:
    """The processes of all jobs on a node, with the step daemons that watch them."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("SLURMD_NODENAME") == node:
                found += [process, *(p for p in process.parents() if p.name() == "slurmstepd")]
        except psutil.Error:
            continue
    return found


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def _configuration(directory: Path) -> str:
    user = getpass.getuser()
    controller, *nodes = _free_ports(1 + len(NODES))
    lines = [
        "ClusterName=check",
        f"SlurmctldHost={socket.gethostname()}(127.0.0.1)",
        f"SlurmUser={user}",
        f"SlurmdUser={user}",
        "AuthType=auth/munge",
        f"AuthInfo=socket={directory / 'munge' / 'socket'}",
        "CredType=cred/munge",
        f"SlurmctldPort={controller}",
        f"SlurmctldPidFile={directory / 'slurmctld.pid'}",
        f"SlurmdPidFile={directory / '%n.pid'}",
        f"StateSaveLocation={directory / 'state'}",
        f"SlurmdSpoolDir={directory / 'spool-%n'}",
        f"SlurmctldLogFile={directory / 'log' / 'slurmctld.log'}",
        f"SlurmdLogFile={directory / 'log' / '%n.log'}",
        "ProctrackType=proctrack/linuxproc",
        "TaskPlugin=task/none",
        "MpiDefault=none",
        "SelectType=select/cons_tres",
        "SelectTypeParameters=CR_CPU",
        "ReturnToService=2",
        "SlurmdTimeout=10",
        "MessageTimeout=5",
        "KillWait=1",
        *(
            f"NodeName={name} NodeHostname=localhost NodeAddr=127.0.0.1 Port={port} CPUs=1 RealMemory={MEMORY_MB}"
            for name, port in zip(NODES, nodes, strict=True)
        ),
        f"PartitionName=all Nodes={','.join(NODES)} Default=YES MaxTime=INFINITE State=UP",
    ]
    return "\n".join(lines) + "\n"


def _end(directory: Path) -> None:
    daemons = [
        int(file.read_text()) for file in [*directory.glob("*.pid"), directory / "munge" / "pid"] if file.exists()
    ]
    for process in [*(p for name in NODES for p in _job_processes(name)), *map(psutil.Process, daemons)]:
        with suppress(psutil.NoSuchProcess):
            process.kill()
