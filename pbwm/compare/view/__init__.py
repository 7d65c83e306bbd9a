"""The live view: networks of several models, step by step and cycle by cycle, on one page.

`Session` is what there is to see, on the Python side; `pbwm.compare.view.protocol` says how a page is told of it. Three
hosts show the same page: a server (`serve`, the command ``pbwm view``), a notebook (`View`), and a file that needs
neither (`replay_page`). docs/view.md is a guided tour.
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
    """`View` is imported when it is asked for: it needs anywidget, of the extra ``view``."""
    if name == "View":
        from pbwm.compare.view.widget import View

        return View
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
