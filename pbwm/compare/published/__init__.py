"""Published experiments: one declarative file per paper."""

from collections.abc import Mapping

from pbwm.compare.published.gers2000 import GERS_2000
from pbwm.compare.published.hochreiter1997 import HOCHREITER_1997
from pbwm.compare.published.oreilly2006 import OREILLY_2006
from pbwm.compare.published.paper import Paper

__all__ = ["PAPERS"]

PAPERS: Mapping[str, Paper] = {paper.name: paper for paper in (OREILLY_2006, HOCHREITER_1997, GERS_2000)}
"""Name → paper."""
