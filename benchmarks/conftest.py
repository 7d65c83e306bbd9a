"""Shared by the benchmarks: one core, timing by turns, the quick size, and results that name no machine."""

import os
import platform
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import pytest

from benchmarks import timing
from benchmarks.timing import ByTurns, Rivals, Work

RIVALS = ("torch", "jax", "equinox")
PACKAGES = ("numpy", "numba", *RIVALS, "pytest-benchmark")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--quick` and `--ours-only`."""
    parser.addoption("--quick", action="store_true", help="Sizes and rounds that only show that everything runs.")
    parser.addoption("--ours-only", action="store_true", help="Leave torch, JAX and Equinox out, installed or not.")


@pytest.fixture(scope="session")
def quick(request: pytest.FixtureRequest) -> bool:
    """Whether to show only that everything runs."""
    return bool(request.config.getoption("--quick"))


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def pytest_report_header(config: pytest.Config) -> str | list[str]:
    """Name the omitted rivals, with the reason."""
    if config.getoption("--ours-only"):
        return f"{' and '.join(RIVALS)} are left out: --ours-only"
    absent = [package for package in RIVALS if not _version(package)]
    return [f"{package} is left out: not installed (pip install -e '.[bench]')" for package in absent]


@pytest.fixture
def rivals(request: pytest.FixtureRequest) -> Rivals:
    """Build works whose package, the first word of their name, is installed and wanted."""

    def build(builders: Mapping[str, Callable[[], Work]]) -> dict[str, Work]:
        if request.config.getoption("--ours-only"):
            return {}
        return {name: build() for name, build in builders.items() if _version(name.split()[0])}

    return build


@pytest.fixture
def by_turns(benchmark: Any, quick: bool) -> ByTurns:
    """Time works by turns (`benchmarks.timing.ByTurns`)."""

    def measure(works: Mapping[str, Work], *, unit: str, rounds: int) -> dict[str, float]:
        times = timing.by_turns(benchmark, works, 1 if quick else rounds)
        found = timing.summary(times)
        benchmark.extra_info |= {"unit": unit, **found}
        return found["median"]

    return measure


def pytest_benchmark_update_machine_info(config: pytest.Config, machine_info: dict[str, Any]) -> None:
    """Keep what affects speed, and nothing that identifies a machine."""
    cpu = machine_info.pop("cpu")
    flags = cpu.get("flags", ())
    vectors = next((name for flag, name in (("avx512f", "AVX-512"), ("avx2", "AVX2")) if flag in flags), "")
    hertz = cpu.get("hz_advertised", (0,))[0]
    clock = f"{hertz / 1e9:.1f} GHz" if hertz else ""
    about = (platform.machine(), vectors, f"{cpu.get('count', os.cpu_count())} cores", clock)
    machine_info.clear()
    machine_info |= {
        "machine": ", ".join(part for part in about if part),
        "system": platform.system(),
        "python": platform.python_version(),
        "versions": {package: _version(package) for package in PACKAGES},
        "quick": config.getoption("--quick"),
    }


def pytest_benchmark_update_json(output_json: dict[str, Any]) -> None:
    """Omit single rounds, the settings of pytest-benchmark (see pytest.ini), and the name of a checkout."""
    for benchmark in output_json["benchmarks"]:
        del benchmark["options"], benchmark["stats"]["data"]
    commit = output_json["commit_info"]
    output_json["commit_info"] = {name: commit[name] for name in ("id", "time", "dirty") if name in commit}
