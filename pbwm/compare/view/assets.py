"""The front end: its modules combined into one for server, notebook and replay.

Modules in `front/` import by name only, and no two declare the same name.
"""

import re
from functools import cache
from pathlib import Path

__all__ = ["page", "script", "style"]

FRONT = Path(__file__).parent / "front"

MODULES = (
    "dom", "wire", "hosts", "visit", "color", "pen", "geometry", "circuit", "timeline", "within", "unit", "controls",
    "experiments", "learning", "keep", "page",
)  # fmt: skip
"""The modules, each after those it imports from."""

EXPORTS = ("start", "startFromServer", "startFromRecording", "render")
"""Names that the combined module exports; its default export is for notebooks."""

POLICY = (
    "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline' 'self'; "
    "script-src {script}; connect-src {connect}; base-uri 'none'; form-action 'none'"
)
"""What a page may load: nothing from another host."""


@cache
def script() -> str:
    """The front end as one module."""
    parts = [(FRONT / f"{name}.js").read_text(encoding="utf-8") for name in MODULES]
    whole = "\n".join(re.sub(r"^import [^;]*;\n", "", part, flags=re.MULTILINE) for part in parts)
    whole = re.sub(r"^export (?=(?:async )?(?:function|class|const) )", "", whole, flags=re.MULTILINE)
    return f"{whole}\nexport {{ {', '.join(EXPORTS)} }};\nexport default {{ render }};\n"


@cache
def style() -> str:
    """The style sheet."""
    return (FRONT / "style.css").read_text(encoding="utf-8")


def page(title: str, policy: str, head: str, body: str) -> str:
    """An HTML page."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f'<link rel="icon" href="data:,">\n<title>{title}</title>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'
    )
