"""The table and the figures from the results: ``python -m benchmarks.report RESULTS [--readme FILE --figures DIR]``."""

import argparse
import json
from pathlib import Path
from textwrap import fill

from benchmarks.figures import FIGURES
from benchmarks.goals import GOALS, Results
from pbwm.compare.figures.style import print_style

__all__ = ["table", "times", "written_between"]

BEGIN, END = "<!-- results: written by make bench -->", "<!-- end of results -->"


def about(results: Results) -> str:
    """Machine, versions, and date."""
    versions = {name: version or "not installed" for name, version in results.machine["versions"].items()}
    software = ", ".join(f"{name} {version}" for name, version in versions.items())
    machine, python = results.machine["machine"], results.machine["python"]
    said = fill(f"Measured on {results.made[:10]}: {machine}; Python {python}, {software}.", 120)
    return f"{said}\n\nA quick run: it shows that everything runs, not how fast." if results.machine["quick"] else said


def table(results: Results) -> str:
    """Every goal as a row: value, required and desired value, and whether it is met."""
    lines = ["| | value | goal | aim | |", "|---|---|---|---|---|"]
    for heading, goals in GOALS.items():
        lines.append(f"| **{heading}** | | | | |")
        for goal in goals:
            value, verdict = goal.judge(results)
            cells = goal.what, value, goal.written(goal.least), goal.written(goal.aim), verdict
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _four_digits(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"


def times(results: Results) -> str:
    """Medians behind the ratios."""
    lines = ["| benchmark | unit | median of each |", "|---|---|---|"]
    for name, extra in results.extra.items():
        if "median" in extra:
            medians = ", ".join(f"{work} {_four_digits(value)}" for work, value in extra["median"].items())
            lines.append(f"| {name} | {extra['unit']} | {medians} |")
    return "\n".join(lines)


def written_between(text: str, what: str) -> str:
    """`text` with `what` between its markers; `ValueError` unless each is there once, in order."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ValueError(f"the text needs {BEGIN!r} and {END!r}, once each and in this order; put them in")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{what}\n\n{END}{rest.split(END)[1]}"


def main() -> None:
    """Print the table; write table and figures to the given places."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path, help="JSON of pytest-benchmark")
    parser.add_argument("--readme", type=Path, help="file with the markers between which the tables go")
    parser.add_argument("--figures", type=Path, help="directory of the figures")
    given = parser.parse_args()
    results = Results.of(json.loads(given.results.read_text()))
    print(about(results), table(results), sep="\n\n")
    if given.readme:
        parts = about(results), table(results), "### Medians", times(results)
        given.readme.write_text(written_between(given.readme.read_text(), "\n\n".join(parts)))
    if given.figures:
        with print_style():
            for name, draw in FIGURES.items():
                draw(results).savefig(given.figures / f"{name}.png")


if __name__ == "__main__":
    main()
