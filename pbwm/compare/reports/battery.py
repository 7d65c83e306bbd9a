"""The study "battery" as a page: a table in Markdown, the same numbers as CSV, and a picture.

``python -m pbwm.compare.reports.battery results/study-battery docs`` writes them into a directory of documents. Given
the directories of the studies "forced-gates" and "battery-forms" as well, it adds a table of what cortex learns with
ideal gates, and one of learning by reward alone and with the merged gate.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from matplotlib.figure import Figure

from pbwm.compare.experiment.declaration import Study
from pbwm.compare.experiment.results import RowResult, read_study
from pbwm.compare.experiment.run import open_run
from pbwm.compare.figures.saving import panels
from pbwm.compare.figures.style import model_colour, print_style
from pbwm.compare.files import write_csv, written_whole
from pbwm.compare.reports.study import HEADINGS, study_rows
from pbwm.compare.studies.battery import BATTERY_TASKS

__all__ = ["battery_figure", "battery_page", "forced_section", "forms_section", "write_battery"]

COLUMNS = {
    "reached": "reached criterion",
    "95 % interval": "95 % interval",
    "median": "median epochs",
    "90 %": "90 % by",
    "last": "last",
    "final error": "final error, mean of all",
    "frozen error": "frozen error: median",
    "worst frozen error": "worst",
    "without an error": "without an error",
}
"""Columns of `HEADINGS` that the page shows, and their names there."""

FORCED_COLUMNS = {
    "reached": "reached criterion",
    "95 % interval": "95 % interval",
    "median": "median epochs",
    "last": "last",
    "final error": "final error, mean of all",
    "goal's test error": "frozen error, mean of those that reached it",
}
"""The same of the table with ideal gates."""

FORCED_TEXT = """
## With ideal gates

Study `{name}`: the same networks on the same trials, but every gate does what a perfect memory would do
(`pbwm.ideal_gates.IdealGates`), in training and in the frozen test; at most {epochs} epochs. What fails here fails in
cortex, and no rule of gating can mend it. The difference to the table above is gating, and the learning of cortex while
gates are still wrong.

{table}
"""

TEXT = """# One configuration, one life: the battery

`recommended(spec)` is one configuration of PBWM (gate by disinhibition, gating taught by cortical feedback). Its sizes
follow from the description of the task by one rule (docstring of `pbwm.recommended.recommended`). No network is
re-initialized. The tasks are those of the catalog that need a gated memory.

Study `{name}`: seed {seed}, which no search used; {networks} networks for each task; at most {epochs} epochs. The
criterion is that of the task. Networks that do not reach it count as those that take longest. Intervals are Wilson's.
The frozen error is that of the networks that reached the criterion, with frozen weights on at least 2000 fresh steps
each. The noise of the gate stays on in that test, as it was at the end of training.

{table}

![Proportion of networks that reached the criterion, their epochs and their frozen errors](figures/battery.png)

`make battery` runs what is missing and writes this page, `battery.csv` and the figure. What the numbers mean, and what
limits the networks that fail, is in [learning.md](learning.md).
{further}"""


FORMS_TEXT = """
## By reward alone, and with the merged gate

Study `{name}`: the same networks, with another teacher or another gate; all else is as above. By reward alone
(`taught_by_reward`), the chosen response times the reward prediction error is fed back, instead of the error of the
taught response; cortex itself learns from targets as always. The merged gate is that of `with_merged_gate`. Rows that
have not been run are left out.

{table}
"""

FORMS_COLUMNS = {"condition": "form", "budget": "at most", **COLUMNS}
"""The same of the table of these forms."""


def _found(results: Sequence[RowResult]) -> list[RowResult]:
    return [result for result in results if result.times.networks]


def _table(study: Study, results: Sequence[RowResult], columns: Mapping[str, str]) -> str:
    """A table in Markdown, a line for each task."""
    lines = [dict(zip(HEADINGS, cells, strict=True)) for cells in study_rows(study, results)]
    rows = [["task", *columns.values()], ["---"] * (1 + len(columns))]
    rows += [[line["task"], *(line[name].replace("/", " of ") or "–" for name in columns)] for line in lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def forced_section(study: Study, results: Sequence[RowResult]) -> str:
    """The section on ideal gates; tasks are in the order of the battery."""
    found = sorted(_found(results), key=lambda result: BATTERY_TASKS.index(result.row.task))
    epochs = max(result.row.epochs for result in found)
    return FORCED_TEXT.format(name=study.name, epochs=epochs, table=_table(study, found, FORCED_COLUMNS))


def forms_section(study: Study, results: Sequence[RowResult]) -> str:
    """The section on other teachers and gates; the tasks of each form are in the order of the battery."""
    forms = [condition.name for condition in study.conditions]
    found = sorted(
        _found(results),
        key=lambda result: (forms.index(result.row.condition), BATTERY_TASKS.index(result.row.task)),
    )
    return FORMS_TEXT.format(name=study.name, table=_table(study, found, FORMS_COLUMNS))


def battery_page(study: Study, results: Sequence[RowResult], further: str = "") -> str:
    """The page in Markdown; tasks that have not been run are left out of its table. `further` sections end it."""
    found = _found(results)
    networks = " or ".join(str(n) for n in sorted({result.times.networks for result in found}))
    epochs = max(result.row.epochs for result in found)
    table = _table(study, found, COLUMNS)
    return TEXT.format(name=study.name, seed=study.seed, networks=networks, epochs=epochs, table=table, further=further)


def battery_figure(results: Sequence[RowResult]) -> Figure:
    """By task: the proportion that reached the criterion; the epochs of those, and their frozen errors, as points."""
    found = _found(results)[::-1]
    with print_style():
        figure, (share, epochs, frozen) = panels(3, height=0.8 + 0.19 * len(found))
        for place, result in enumerate(found):
            times, colour = result.times, model_colour(result.row.model)
            reached, up = times.reached, place + 0.3 * times.offset
            share.barh(place, reached.mean(), height=0.6, color=colour)
            epochs.plot(times.epochs[reached], up[reached], ".", ms=3, color=colour)
            frozen.plot(result.frozen.error[reached], up[reached], ".", ms=3, color=colour)
        share.set(xlim=(0, 1), xlabel="proportion that reached criterion", yticks=range(len(found)))
        share.set_yticklabels([result.row.task for result in found])
        epochs.set(xlabel="epochs to criterion", xlim=(0, None), yticks=[])
        frozen.set(xlabel="error with frozen weights", yticks=[])
        for axes in (share, epochs, frozen):
            axes.set_ylim(-0.7, len(found) - 0.3)
    return figure


def _section(write: Callable[[Study, Sequence[RowResult]], str], directory: Path | None) -> str:
    """A further section from its own run; nothing if there is none."""
    if directory is None:
        return ""
    run = open_run(directory)
    return write(run.study, read_study(run.study, run.store))


def write_battery(directory: Path, documents: Path, forced: Path | None = None, forms: Path | None = None) -> None:
    """Write ``battery.md``, ``battery.csv``, ``figures/battery.png`` of a run, with sections on two further runs."""
    run = open_run(directory)
    results = read_study(run.study, run.store)
    further = _section(forced_section, forced) + _section(forms_section, forms)
    with written_whole(documents / "battery.md") as temporary:
        temporary.write_text(battery_page(run.study, results, further), encoding="utf-8")
    write_csv(documents / "battery.csv", HEADINGS, study_rows(run.study, _found(results)))
    (documents / "figures").mkdir(exist_ok=True)
    with written_whole(documents / "figures" / "battery.png") as temporary:
        battery_figure(results).savefig(temporary)


if __name__ == "__main__":
    write_battery(*map(Path, sys.argv[1:5]))
