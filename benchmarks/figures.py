"""The figures of README.md: cost and memory per network by number of networks, and cost by size."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, NullLocator, StrMethodFormatter

from benchmarks.goals import Results
from benchmarks.reference import GO_SIR2
from pbwm.compare.figures.style import GRAY, INK, figure_width, model_color

__all__ = ["FIGURES", "cost_by_networks", "cost_by_size", "logarithmic", "plot_by_number"]

NAMES = {"pbwm": "PBWM", "lstm": "LSTM"}
TORCH, JAX = "#009E73", "#CC79A7"


def logarithmic(ax: Axes, ticks: list[int], xlabel: str, ylabel: str) -> None:
    """Logarithmic axes with ticks at round numbers."""
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xticks(ticks)
    ax.xaxis.set_minor_locator(NullLocator())
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.yaxis.set_minor_formatter(NullFormatter())
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)


def plot_by_number(ax: Axes, by_number: Mapping[str, float], *, label: str, color: str, line: str = "-") -> list[int]:
    """Draw values by their numbers; return the numbers."""
    numbers = sorted(int(name) for name in by_number)
    values = [by_number[str(n)] for n in numbers]
    ax.plot(numbers, values, line, marker="o", markersize=3, color=color, label=label)
    return numbers


def cost_by_networks(results: Results) -> Figure:
    """Cost of a step, and memory, per network, by number of networks."""
    figure = Figure(figsize=(figure_width(), 2.8), layout="constrained")
    cost, memory = figure.subplots(1, 2)
    for model, name in NAMES.items():
        found = results.find(f"population[{model}]")
        unit = "trial of 100 cycles" if model == "pbwm" else "step"
        style = {"color": model_color(model)}
        plot_by_number(cost, found["median"], label=f"{name}, {unit}", **style)
        counts = plot_by_number(memory, found["KB per network"], label=name, **style)
    logarithmic(cost, counts, "networks", "CPU time per network, µs")
    logarithmic(memory, counts, "networks", "arrays held per network, KB")
    memory.axhline(100, color=GRAY, linewidth=0.6, linestyle=":", label="goal for PBWM, 16 and more")
    memory.set_ylim(10, 1000)
    for ax in (cost, memory):
        ax.tick_params(axis="x", labelrotation=45)
        ax.legend(loc="best")
    cost.set_title("Cost on SIR-2, one thread", loc="left")
    memory.set_title("Memory", loc="left")
    return figure


def _sizes(results: Results, benchmark: str) -> dict[str, dict[str, float]]:
    """Work → size → median."""
    found: dict[str, dict[str, float]] = {}
    for name, extra in results.extra.items():
        if name.startswith(f"{benchmark}["):
            size = name.removeprefix(f"{benchmark}[").removesuffix("]")
            for work, value in extra["median"].items():
                found.setdefault(work, {})[size] = value
    return found


def cost_by_size(results: Results) -> Figure:
    """Cost of an LSTM update by cells, and of a PBWM trial by hidden units."""
    figure = Figure(figsize=(figure_width(), 2.8), layout="constrained")
    lstm, pbwm = figure.subplots(1, 2)
    looks = {
        "torch": ("torch", TORCH, "-"),
        "jax": ("JAX", JAX, "-"),
        "jax of 16": ("JAX, of 16 (vmap)", JAX, "--"),
        "alone": ("ours, one network", None, "-"),
        "of 16": ("ours, of 16 in lanes", None, "--"),
    }
    for ax, benchmark in ((lstm, "lstm_size"), (pbwm, "pbwm_size")):
        works = _sizes(results, benchmark)
        for work, (label, color, line) in looks.items():
            if work in works:
                own = model_color(benchmark.split("_")[0])
                sizes = plot_by_number(ax, works[work], label=label, color=color or own, line=line)
        what = "cells" if ax is lstm else "hidden units"
        logarithmic(ax, sizes, what, "CPU time per network, µs")
    pbwm.plot(49, GO_SIR2, "s", color=INK, markersize=4, label="Go simulator, one network")
    lstm.set_title("LSTM: update after 20 steps", loc="left")
    pbwm.set_title("PBWM: trial of SIR-2, 100 cycles and learning", loc="left")
    lstm.set_ylim(bottom=lstm.get_ylim()[0] / 5)  # room for the legend
    for ax in (lstm, pbwm):
        ax.legend(loc="best")
    return figure


FIGURES = {"cost-by-networks": cost_by_networks, "cost-by-size": cost_by_size}
"""File → function that draws it."""
