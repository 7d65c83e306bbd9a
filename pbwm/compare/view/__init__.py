"""The live view: networks of several models, step by step and cycle by cycle, on one page (docs/view.md).

A `Session` holds the state, and `pbwm.compare.view.protocol` defines its messages. Three hosts show the page: a server
(`serve`, the command ``pbwm view``), a notebook (`View`), and a self-contained file (`replay_page`).
"""

from typing import TYPE_CHECKING, Any

from pbwm.compare.view.loading import Cast, cast_for, run_cast, untrained_cast
from pbwm.compare.view.replay import replay_page
from pbwm.compare.view.server import Served, serve
from pbwm.compare.view.session import Session

if TYPE_CHECKING:
    from pbwm.compare.view.widget import View

__all__ = ["Cast", "Served", "Session", "View", "cast_for", "replay_page", "run_cast", "serve", "untrained_cast"]


def __getattr__(name: str) -> Any:
    """Import `View` on demand, because it needs anywidget, of the extra ``view``."""
    if name == "View":
        from pbwm.compare.view.widget import View

        return View
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
