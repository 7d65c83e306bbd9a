"""A part of a reproduction in Markdown: settings of its networks, and its table."""

from collections.abc import Iterable, Mapping, Sequence

from pbwm.compare.experiment.declaration import Study
from pbwm.compare.experiment.row import Row
from pbwm.compare.figures.names import named

__all__ = ["markdown_table", "settings"]

TASK, UNIT, BUDGET = "task", "unit", "budget"


def markdown_table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A table in Markdown, without empty columns, and without the task if there is only one.

    Examples
    --------
    >>> print(markdown_table(("task", "networks", "sd", "budget", "unit"), [("sir2", "a", "", "9", "epochs")]), end="")
    | networks | budget, epochs |
    | --- | --- |
    | a | 9 |
    """
    columns = dict(zip(header, zip(*lines, strict=True), strict=True))
    shown = {name: cells for name, cells in columns.items() if any(cells)}
    if len(set(shown.get(TASK, ()))) == 1:
        del shown[TASK]
    if len(set(shown.get(UNIT, ()))) == 1 and BUDGET in shown:
        unit = shown.pop(UNIT)[0]
        shown = {f"{BUDGET}, {unit}" if name == BUDGET else name: cells for name, cells in shown.items()}
    rows = [tuple(shown), ("---",) * len(shown), *zip(*shown.values(), strict=True)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def settings(study: Study) -> str:
    """Study, seed, networks, tasks and stopping rules in sentences, and a list of changed parameters."""
    rows = study.rows()
    tasks, models = (dict.fromkeys(names) for names in ([row.task for row in rows], [row.model for row in rows]))
    first = f"Study `{study.name}`, seed {study.seed}, networks 0 to {study.networks - 1}; {_counted('task', tasks)}"
    one = f", {_counted('model', models)}" if len(models) == 1 else ""
    changed = [
        f"- {row.condition}: {', '.join(said)}"
        for row in rows
        if (said := [*([] if one else [f"`{row.model}`"]), *_changes(row.parameters)])
    ]
    head = f"{first}{one}. Stopping rule: {_rules(rows)}."
    return "\n".join([head, *([""] if changed else []), *dict.fromkeys(changed), ""])


def _counted(what: str, names: Iterable[str]) -> str:
    """The names of one or several things in a sentence.

    Examples
    --------
    >>> _counted("task", ["12ax"]), _counted("task", ["sir2", "12ax"])
    ('task `12ax`', 'tasks `sir2` and `12ax`')
    """
    quoted = [f"`{name}`" for name in names]
    return f"{what}{'s' if len(quoted) > 1 else ''} {' and '.join(quoted)}"


def _rules(rows: Sequence[Row]) -> str:
    by_rule: dict[str, list[Row]] = {}
    for row in rows:
        by_rule.setdefault(_rule(row), []).append(row)
    if len(by_rule) == 1:
        return next(iter(by_rule))
    of_task = [{row.task for row in of_rule} for of_rule in by_rule.values()]
    by_task = sum(map(len, of_task)) == len(set().union(*of_task))
    names = [dict.fromkeys(row.task if by_task else row.condition for row in of_rule) for of_rule in by_rule.values()]
    return "; ".join(f"{rule} ({', '.join(having)})" for rule, having in zip(by_rule, names, strict=True))


def _rule(row: Row) -> str:
    if row.goal is not None:
        return str(row.goal)
    count = row.key["criterion"]
    return "an epoch without an error" if count == 1 else f"{count} successive epochs without an error"


def _changes(parameters: Mapping[str, object]) -> list[str]:
    return [f"`{name} = {named(value)}`" for name, value in parameters.items()]
