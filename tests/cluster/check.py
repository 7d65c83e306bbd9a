"""Run a study on a SLURM cluster as docs/studies.md says, crash a node, and compare with a run on this machine.

`python -m tests.cluster.check` starts a cluster of two nodes on this machine (`tests.cluster.slurm`). Both recipes, the
array job and dask-jobqueue, are those of the page; only the requested resources are smaller, since each node has one
processor. Every file of the three stores must be the same, bit for bit.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.cluster.slurm import Cluster, cluster, missing_programs, wait_until

PAGE = Path(__file__).parents[2] / "docs" / "studies.md"
STUDY = """\
name = "noise"
tasks = ["sir2", "12ax"]
models = ["lstm", "srn"]
networks = 96
epochs = 60
record = ["curves", "weights"]
"""
SMALLER = {
    'cores=8, processes=8, memory="16GB"': 'cores=1, processes=1, memory="1GB"',
    "cluster.adapt(maximum_jobs=16)": "cluster.adapt(minimum_jobs=2, maximum_jobs=2)",
}
"""Resources in the recipe with Dask, and those of the nodes here."""

BOOKKEEPING = {"working", "seconds", "set-aside"}
"""Parts of a store that are not results."""

LONGEST = 1200.0
"""Seconds after which the check gives up."""


def main() -> int:
    missing = missing_programs()
    if missing:
        print(
            f"{', '.join(missing)} not found; install Debian's packages slurm-wlm and munge, or what has them elsewhere"
        )
        return 2
    with tempfile.TemporaryDirectory(prefix="pbwm-cluster-") as folder:
        work = Path(folder)
        (work / "noise.toml").write_text(STUDY)
        command("study", "run", "noise.toml", "--out", "alone", cwd=work)
        with cluster(work / "slurm") as slurm:
            crashed = {"array": as_array_job(slurm, work), "dask": through_dask(slurm, work)}
        alone = contents(work / "alone")
        for name, done in crashed.items():
            store = work / name / "noise"
            command("study", "resume", str(store), cwd=work)  # nothing is left to run; it writes the tables
            there = contents(store)
            differing = sorted(path for path in alone.keys() | there.keys() if alone.get(path) != there.get(path))
            print(f"{name}: {len(alone)} files; a node crashed after {done} cells; differing: {differing or 'none'}")
            if differing:
                return 1
    return 0


def as_array_job(slurm: Cluster, work: Path) -> int:
    """Submit the array job of the page and crash a node; the number of cells done by then."""
    script = work / "job.sh"
    script.write_text(recipe("bash", "#SBATCH"))
    store = work / "array" / "noise"
    at = {"cwd": work, "env": environment(slurm, store.parent)}
    subprocess.run(["sbatch", "--array=1-4", "--cpus-per-task=1", script], check=True, **at)
    return crash_in_the_middle(slurm, store, lambda: wait_until(slurm.idle, "the end of the array job", LONGEST))


def through_dask(slurm: Cluster, work: Path) -> int:
    """Run the Python lines of the page and crash a node; the number of cells done by then."""
    store = work / "dask" / "noise"
    script = work / "through_dask.py"
    script.write_text(dask_script(store))
    store.parent.mkdir()
    with subprocess.Popen([sys.executable, script], cwd=work, env=environment(slurm, store.parent)) as process:

        def wait() -> None:
            if process.wait(LONGEST):
                raise RuntimeError(f"the run through Dask failed with exit code {process.returncode}")

        return crash_in_the_middle(slurm, store, wait)


def dask_script(store: Path) -> str:
    """The Python lines of the page, with the resources of the nodes here and a store.

    The path of Python is quoted, because dask-jobqueue does not quote it in the script of a job.
    """
    lines = recipe("python", "SLURMCluster")
    here = {
        'Path("/scratch/noise")': f"Path({str(store)!r})",
        "SLURMCluster(": f"SLURMCluster(python={shlex.quote(sys.executable)!r}, ",
    }
    for asked, smaller in (SMALLER | here).items():
        if asked not in lines:
            raise RuntimeError(f"docs/studies.md has no {asked!r} any more; change tests/cluster/check.py with it")
        lines = lines.replace(asked, smaller)
    return lines


def crash_in_the_middle(slurm: Cluster, store: Path, wait: Callable[[], None]) -> int:
    """Crash a node once some cells are done, start it again once the cluster has noticed, and wait."""
    wait_until(lambda: len(cells(store)) >= 3, "the first three cells", LONGEST)
    slurm.crash_node("node1")
    done = len(cells(store))
    wait_until(lambda: not slurm.nodes_up(), "the loss of the node", 120)
    slurm.start_node("node1")
    wait()
    return done


def recipe(language: str, mark: str) -> str:
    """The block of code of the page that contains a mark."""
    blocks = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (found,) = [block for block in blocks if mark in block]
    return found


def environment(slurm: Cluster, scratch: Path) -> dict[str, str]:
    """Environment variables of a user of the cluster, with `pbwm` of this interpreter first."""
    scratch.mkdir(exist_ok=True)
    path = f"{Path(sys.executable).parent}:{slurm.environment['PATH']}"
    return slurm.environment | {"PATH": path, "SCRATCH": str(scratch)}


def command(*arguments: str, cwd: Path) -> None:
    with open(os.devnull, "w") as silent:
        subprocess.run([Path(sys.executable).parent / "pbwm", *arguments], cwd=cwd, stdout=silent, check=True)


def cells(store: Path) -> list[Path]:
    return list(store.glob("cells/*/*.json"))


def contents(store: Path) -> dict[str, bytes]:
    """Every file of a store except its bookkeeping, by name."""
    return {
        str(path.relative_to(store)): path.read_bytes()
        for path in sorted(store.rglob("*"))
        if path.is_file() and path.relative_to(store).parts[0] not in BOOKKEEPING
    }


if __name__ == "__main__":
    sys.exit(main())
