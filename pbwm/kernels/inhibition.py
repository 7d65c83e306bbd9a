"""Feedforward–feedback inhibition of a pool (FFFB; docs/pbwm.md §2)."""

from tasks.engine.lanes import maximum
from tasks.engine.lanes.options import inlined


@inlined
def feedforward(ge_avg, ge_max, ff, ff_threshold, max_vs_avg):
    """Ffi = FF · max(0, avg(Ge) + MaxVsAvg (max(Ge) − avg(Ge)) − FF0)."""
    return ff * maximum(ge_avg + max_vs_avg * (ge_max - ge_avg) - ff_threshold, 0.0)


@inlined
def feedback(fbi, act_avg, fb, fb_dt):
    """Fbi after one cycle: ``fbi += (FB · avg(Act) − fbi)/τ``."""
    return fbi + fb_dt * (fb * act_avg - fbi)


@inlined
def self_inhibition(gi_self, act, self_gi, self_dt):
    """Self inhibition after one cycle: ``GiSelf += (g·Act − GiSelf)/τ``."""
    return gi_self + self_dt * (self_gi * act - gi_self)
