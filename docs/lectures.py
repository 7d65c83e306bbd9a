"""The committed notebooks as pages: text, code and outputs, with figures as files."""

import base64
import json
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"


def output(found: dict[str, Any], figure: Path) -> str:
    """An output of a cell as Markdown; a figure is written to a file."""
    data = found.get("data", {})
    if "image/png" in data:
        figure.write_bytes(base64.b64decode("".join(data["image/png"])))
        return f"![Output of the cell above]({figure.name})"
    text = "".join(found.get("text", data.get("text/plain", ""))).rstrip()
    return f"```text\n{text}\n```" if text else ""


def page(path: Path, directory: Path) -> str:
    """A notebook as Markdown."""
    parts = []
    for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(source)
            continue
        parts.append(f"```python\n{source}\n```")
        for place, found in enumerate(cell["outputs"]):
            parts.append(output(found, directory / f"{path.stem}-{number}-{place}.png"))
    return "\n\n".join(part for part in parts if part) + "\n"


def write_lectures(app: Sphinx) -> None:
    """Write a page for each notebook, and the list of them."""
    directory = Path(app.srcdir) / "generated" / "lectures"
    directory.mkdir(parents=True, exist_ok=True)
    notebooks = sorted(NOTEBOOKS.glob("*.ipynb"))
    pages = {path.stem: page(path, directory) for path in notebooks}
    names = "\n".join(pages)
    pages["index"] = (
        "# Lectures\n\nThe notebooks, as run. Each section asks a question, shows a figure, and answers it."
        f"\n\n```{{toctree}}\n:maxdepth: 1\n\n{names}\n```\n"
    )
    for name, text in pages.items():
        target = directory / f"{name}.md"
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("builder-inited", write_lectures)
    return {"parallel_read_safe": True}
