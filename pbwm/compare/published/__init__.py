"""Published experiments: one declarative file per paper."""

from collections.abc import Mapping

from pbwm.compare.published.gers2000 import GERS_2000
from pbwm.compare.published.gers2001 import GERS_2001
from pbwm.compare.published.gers2002 import GERS_2002
from pbwm.compare.published.hochreiter1997 import HOCHREITER_1997
from pbwm.compare.published.oreilly2006 import OREILLY_2006
from pbwm.compare.published.paper import Paper
from pbwm.compare.published.schmidhuber2002 import SCHMIDHUBER_2002

__all__ = ["PAPERS"]

ORDER = (OREILLY_2006, HOCHREITER_1997, GERS_2000, GERS_2001, SCHMIDHUBER_2002, GERS_2002)

PAPERS: Mapping[str, Paper] = {paper.name: paper for paper in ORDER}
