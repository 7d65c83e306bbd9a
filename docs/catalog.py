"""Pages from the code: tasks, models, figures and declared studies."""

import re
from pathlib import Path

from sphinx.application import Sphinx

from pbwm.compare.figures.gallery import GALLERY
from pbwm.compare.models import MODELS
from pbwm.compare.studies import STUDIES
from tasks.base.task import Choice, Quantity, Several
from tasks.catalog import TASKS


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def tasks_page() -> str:
    """Every task of the catalog: summary, channels, items, criterion, and source."""
    parts = ["# Tasks\n\nThis page is generated from `tasks/catalog.py`. `pbwm tasks` prints the list.\n"]
    rows = [(f"[{name}](#{name})", entry.summary) for name, entry in TASKS.items()]
    parts.append(table(("task", "description"), rows))
    for name, entry in TASKS.items():
        spec = entry.build().spec
        shown = [f"{c.name} ({c.role}): {' '.join(c.symbols[:30])}" for c in spec.channels]
        shown += [f"{c.name} ({c.role}): a value from {c.low:g} to {c.high:g}" for c in spec.analog]
        answers = {Choice: "one response", Several: "all correct responses", Quantity: "a value"}
        facts = [
            ("source", spec.source),
            ("channels", "; ".join(shown)),
            ("items", ", ".join(spec.items) or "no items"),
            ("kinds of step", ", ".join(spec.events)),
            ("responses", " ".join(spec.responses[:30])),
            ("answer", answers[type(spec.answer)]),
            ("epoch", f"{spec.sequences_per_epoch} × {spec.sequence}"),
            ("criterion", str(spec.criterion)),
        ]
        parts.append(f"\n({name})=\n## {name}\n\n{entry.summary}\n\n{table(('', ''), facts)}")
    return "\n".join(parts) + "\n"


def lists_page() -> str:
    """The models, the figures of a comparison, and the declared studies."""
    models = table(("model", "description"), [(f"`{name}`", model.summary) for name, model in MODELS.items()])
    figures = table(("figure", "shows"), [(f"`{name}`", entry.summary) for name, entry in GALLERY.items()])
    studies = table(("study", "question"), [(f"`{name}`", study.question) for name, study in STUDIES.items()])
    return (
        "# Models, figures, studies\n\nThis page is generated from the code.\n\n"
        f"## Models\n\n{models}\n\n"
        f"## Figures of a comparison\n\n`pbwm figure draw RUN NAME` draws them.\n\n{figures}\n\n"
        f"## Declared studies\n\n`pbwm study run NAME` runs them.\n\n{studies}\n"
    )


def benchmarks_page() -> str:
    """`benchmarks/README.md`, with links to files of the repository as names, and figures from here."""
    text = (Path(__file__).parent.parent / "benchmarks" / "README.md").read_text(encoding="utf-8")
    text = re.sub(r"(?<!!)\[([^\]]+)\]\((?!http)[^)]+\)", r"`\1`", text)
    return text.replace("../docs/figures/", "../figures/")


def write_pages(app: Sphinx) -> None:
    """Write the pages that have changed."""
    pages = {"tasks.md": tasks_page(), "catalogs.md": lists_page(), "benchmarks.md": benchmarks_page()}
    for name, text in pages.items():
        path = Path(app.srcdir) / "generated" / name
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("builder-inited", write_pages)
    return {"parallel_read_safe": True}
