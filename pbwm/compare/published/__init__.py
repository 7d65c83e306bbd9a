"""Published experiments, run again: one declarative file per paper."""

from collections.abc import Mapping

from pbwm.compare.published.gers2000 import GERS_2000
from pbwm.compare.published.hochreiter1997 import HOCHREITER_1997
from pbwm.compare.reproduction import Reproduction

__all__ = ["REPRODUCTIONS"]

REPRODUCTIONS: Mapping[str, Reproduction] = {paper.name: paper for paper in (HOCHREITER_1997, GERS_2000)}
"""Name → experiments of a paper."""
