"""The recordings in docs/view.md: networks are trained and run when the pages are built, in under a minute."""

from pathlib import Path
from typing import NamedTuple

from sphinx.application import Sphinx

from pbwm.compare.view import Session, untrained_cast


class Lesson(NamedTuple):
    """A network of seed 0, and its numbers of epochs and of shown steps."""

    network: int
    epochs: int
    steps: int


LESSONS = {"12ax": Lesson(network=3, epochs=100, steps=40), "sir2": Lesson(network=0, epochs=300, steps=40)}
"""Task → lesson; the networks are those of `make compare`."""


def write_lessons(app: Sphinx) -> None:
    """Write one page for each lesson."""
    if app.builder.format != "html":
        return
    directory = Path(app.srcdir) / "generated" / "lessons"
    directory.mkdir(parents=True, exist_ok=True)
    for task, lesson in LESSONS.items():
        cast = untrained_cast(task, ["pbwm", "lstm"], networks=lesson.network + 1, seed=0)
        session = Session(cast, lesson.network)
        session.train(lesson.epochs)
        for _ in range(lesson.steps):
            session.step()
        (directory / f"lesson-{task}.html").write_text(session.replay(), encoding="utf-8")
    app.config.html_extra_path.append(str(directory))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("builder-inited", write_lessons)
    return {"parallel_read_safe": True}
