"""Goals of the engine, and results: the rows of the table in README.md."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.reference import GO_FIVE_LAYERS, GO_SIR2

__all__ = ["GOALS", "Goal", "NotMeasuredError", "Results"]


class NotMeasuredError(LookupError):
    """A result is missing: a rival is not installed, or the run was quick."""


@dataclass(frozen=True)
class Results:
    """The results of a run, as pytest-benchmark wrote them."""

    machine: Mapping[str, Any]
    made: str
    extra: Mapping[str, Mapping[str, Any]]
    """Name of the benchmark, without ``bench_`` → its notes."""

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> "Results":
        """From the JSON of pytest-benchmark."""
        extra = {found["name"].removeprefix("bench_"): found["extra_info"] for found in written["benchmarks"]}
        return cls(written["machine_info"], written["datetime"], extra)

    def find(self, benchmark: str, *names: str) -> Any:
        """The note of a benchmark under nested names; `NotMeasuredError` if there is none."""
        found: Any = self.extra
        for name in (benchmark, *names):
            if name not in found:
                raise NotMeasuredError(f"{benchmark}: {name!r} was not measured")
            found = found[name]
        return found

    def median(self, benchmark: str, name: str = "ours") -> float:
        """Median time of a work in µs per unit."""
        return float(self.find(benchmark, "median", name))

    def times(self, benchmark: str, rival: str, ours: str = "ours") -> float:
        """Time of the rival divided by ours, measured by turns."""
        return self.median(benchmark, rival) / self.median(benchmark, ours)


@dataclass(frozen=True)
class Goal:
    """One row.

    Attributes
    ----------
    what
        Name.
    value
        Finds the value among the results.
    unit
        Written after the value.
    least, aim
        Required and desired value, or None.
    more
        Whether more is better.
    """

    what: str
    value: Callable[[Results], float]
    unit: str
    least: float | None = None
    aim: float | None = None
    more: bool = True

    def judge(self, results: Results) -> tuple[str, str]:
        """The value as written, and whether the goal is met."""
        try:
            value = self.value(results)
        except NotMeasuredError:
            return "not measured", "–"
        return self.written(value), self._verdict(value)

    def written(self, value: float | None) -> str:
        """A value to three digits, with its unit."""
        if value is None:
            return "–"
        return f"{value:.0f}{self.unit}" if abs(value) >= 100 else f"{value:.3g}{self.unit}"

    def _verdict(self, value: float) -> str:
        if self.least is None:
            return "–"
        sign = 1 if self.more else -1
        if self.aim is not None and sign * value >= sign * self.aim:
            return "aim met"
        return "met" if sign * value >= sign * self.least else "**missed**"


def _ratio(what: str, benchmark: str, rival: str, least: float | None = None, aim: float | None = None) -> Goal:
    return Goal(f"{what}, against {rival}", lambda r: r.times(benchmark, rival.split()[0].lower()), "×", least, aim)


def _five_layers(size: int, least: float, aim: float) -> Goal:
    what = f"Five layers of {size} units, one network, against Go"
    return Goal(what, lambda r: GO_FIVE_LAYERS[size] / r.median(f"pbwm_five_layers[{size}]", "alone"), "×", least, aim)


def _sir2(which: str, what: str, least: float, aim: float) -> Goal:
    return Goal(what, lambda r: r.median("pbwm_sir2", which), " µs", least, aim, more=False)


def _per_unit(which: str, what: str, least: float | None = None, aim: float | None = None) -> Goal:
    """For the recommended network: ns a unit and cycle, all included."""

    def cost(results: Results) -> float:
        return 10 * results.median("pbwm_recommended", which) / float(results.find("pbwm_recommended", "units"))

    return Goal(what, cost, " ns", least, aim, more=False)


def _subtracts(layout: str) -> Goal:
    what, benchmark = f"8 cells, {layout}: time of the subLSTM over that of the LSTM", f"sublstm[{layout}]"
    return Goal(what, lambda r: r.times(benchmark, "subLSTM", "LSTM"), "×", 1.3, more=False)


def _start(model: str, name: str) -> Goal:
    return Goal(
        f"Start to first step, {name}, compiled before (CPU time)",
        lambda r: r.median("start", model) / 1e6, " s", 0.9, 0.7, more=False,
    )  # fmt: skip


def _compiling(networks: int, what: str) -> Goal:
    where = (f"compile[{networks}]", "compiling, CPU seconds")
    return Goal(f"Cold compile of both models, {what} (CPU time)", lambda r: r.find(*where), " s", 12, 8, more=False)


def flatness(results: Results, model: str) -> float:
    """Percent that a network costs more in the most expensive population of 16 to 1024 than in one of 16."""
    cost: Mapping[str, float] = results.find(f"population[{model}]", "median")
    if "1024" not in cost:
        raise NotMeasuredError("population of 1024")
    return 100 * (max(value for count, value in cost.items() if int(count) >= 16) / cost["16"] - 1)


def _flat(model: str, name: str) -> Goal:
    return Goal(
        f"Cost per network, 16 to 1024 {name} networks: most above that at 16",
        lambda r: flatness(r, model), "%", 10, more=False,
    )  # fmt: skip


def _growth(results: Results, model: str) -> float:
    if results.find(f"growth[{model}]", "networks") != 1024:
        raise NotMeasuredError("growth by 1024 networks")
    return float(results.find(f"growth[{model}]", "GiB"))


def _held(model: str, name: str, least: float | None = None) -> Goal:
    where = (f"population[{model}]", "KB per network", "16")
    return Goal(f"Arrays held per {name} network of 16", lambda r: r.find(*where), " KB", least, more=False)


def _memory(model: str, name: str, least: float | None = None) -> Goal:
    what = f"1024 {name} networks on SIR-2: peak memory"
    return Goal(what, lambda r: _growth(r, model), " GiB", least, more=False)


def _trials(task: str, name: str, least: float = 20) -> Goal:
    what = f"Trials of {name}: million steps a second"
    return Goal(what, lambda r: 1 / r.median(f"trials[{task}]", "draw_epochs"), "", least)


GOALS: Mapping[str, tuple[Goal, ...]] = {
    "LSTM: forward, backward and update, 20 steps": (
        _ratio("8 cells, one network", "lstm_one_network", "torch", 100, 180),
        _ratio("8 cells, one network", "lstm_one_network", "JAX", 15, 25),
        _ratio("8 cells, per network of 16 in lanes", "lstm_in_lanes", "torch", 500, 800),
        _ratio("8 cells, per network of 16 in lanes", "lstm_in_lanes", "JAX (vmap)", 10, 16),
        _ratio("8 cells, per network of 16", "lstm_vmap[16]", "Equinox (vmap)"),
        _ratio("8 cells, per network of 1024", "lstm_vmap[1024]", "Equinox (vmap)"),
        _ratio("8 cells, one network, forward only", "lstm_twin", "twin in NumPy"),
    ),
    "LSTM: batches, 50 steps": (
        _ratio("8 cells, batch of 16", "lstm_batch[8x16]", "torch", 32, 40),
        _ratio("8 cells, batch of 16", "lstm_batch[8x16]", "JAX", 22, 28),
        _ratio("32 cells, batch of 16", "lstm_batch[32x16]", "torch"),
        _ratio("32 cells, batch of 16", "lstm_batch[32x16]", "JAX"),
        _ratio("128 cells, batch of 64", "lstm_batch[128x64]", "torch", 1.6, 2.0),
        _ratio("128 cells, batch of 64", "lstm_batch[128x64]", "JAX"),
    ),
    "Modules of torch, one GRU of 16 cells on 1-2-AX, updates after 20 steps": (
        Goal(
            "Time as a learner over that of a plain training loop",
            lambda r: r.times("torch_adapter", "torch as a learner", "torch in a loop"),
            "×",
            1.1,
            more=False,
        ),
    ),
    "Gates that subtract: forward, backward and update": (
        _subtracts("one network"),
        _subtracts("networks in lanes"),
        _subtracts("batch"),
    ),
    "PBWM: a trial of SIR-2, 100 cycles and learning": (
        _sir2("of 16", "Per network of 16 in lanes", 58, 48),
        _sir2("alone", "One network alone", 150, 110),
        Goal("Per network of 16 in lanes, against Go", lambda r: GO_SIR2 / r.median("pbwm_sir2", "of 16"), "×"),
        Goal("One network alone, against Go", lambda r: GO_SIR2 / r.median("pbwm_sir2", "alone"), "×"),
        Goal("One network alone, against twin in NumPy", lambda r: r.times("pbwm_sir2", "twin", "alone"), "×"),
    ),
    "PBWM: the recommended network, 16 stripes, SIR with three stores, by unit and cycle": (
        _per_unit("of 16", "Network of 16 in lanes", 1.5, 1.2),
        _per_unit("alone", "Network alone"),
    ),
    "PBWM: five large layers": (
        _five_layers(25, 12, 20),
        _five_layers(100, 25, 45),
        _five_layers(625, 35, 60),
    ),
    "Start and compilation": (
        _start("pbwm", "PBWM"),
        _start("lstm", "LSTM"),
        _compiling(16, "networks in lanes"),
        _compiling(1, "units in lanes"),
    ),
    "Populations": (
        _flat("pbwm", "PBWM"),
        _flat("lstm", "LSTM"),
        _held("pbwm", "PBWM", 100),
        _held("lstm", "LSTM"),
        _memory("pbwm", "PBWM", 1),
        _memory("lstm", "LSTM", 1),
    ),
    "Tasks": (
        _trials("12ax", "1-2-AX"),
        _trials("sir2", "SIR-2"),
        _trials("embedded-reber", "the embedded Reber grammar", 3),
        _trials("adding", "adding", 3),
        _trials("two-sequence-3a", "two sequences", 3),
    ),
}  # fmt: skip
"""Heading → rows."""
