"""Growth of a process for a population: ``python -m benchmarks.grown MODEL NETWORKS STEPS`` prints it (GiB)."""

import sys
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from benchmarks.networks import population


def memory(field: str) -> int:
    """Present (`VmRSS`) or largest (`VmHWM`) memory of this process, in bytes.

    `getrusage` would include the process that started this one; it is used only if there is no /proc.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split(f"{field}:")[1].split()[0]) * 1024
    return getrusage(RUSAGE_SELF).ru_maxrss


def main(model: str, networks: int, steps: int) -> None:
    """Run one block, so that all code is loaded, then the population; print the largest additional memory."""
    population(model, 16, steps)[1].call()
    before = memory("VmRSS")
    kept = population(model, networks, steps)
    kept[1].call()
    print((memory("VmHWM") - before) / 2**30)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
