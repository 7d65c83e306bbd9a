"""Reset of memory at a start; `Stream.resets` is None if nothing is reset, and numba omits that branch."""

from lstm_baseline.kernels.products import return_error
from tasks.engine.lanes import load, store, where
from tasks.engine.lanes.options import inner

__all__ = ["cut_errors", "goes_on", "move_seen", "return_errors", "see_past"]


@inner
def see_past(resets, layout, kept, seen, t, row):
    """The previous step as seen at step `t`: `kept`, or 0 after a reset at `row`."""
    if resets is None:
        return
    n_c, reset = layout.cells, load(resets, row) > 0.0
    for i in range(t * n_c, (t + 1) * n_c):
        store(seen, i, where(reset, 0.0, load(kept, i)))


@inner
def goes_on(resets, live, row):
    """The `live` networks that are not reset at `row`."""
    if resets is None:
        return live
    return live & ~(load(resets, row) > 0.0)


@inner
def move_seen(resets, layout, seen, first, steps):
    """Move `steps` steps from `first` to the beginning of the trace."""
    if resets is None:
        return
    n_c = layout.cells
    for i in range(steps * n_c):
        store(seen, i, load(seen, first * n_c + i))


@inner
def cut_errors(resets, layout, error, first, row):
    """Set the error from the step at `row` to 0 after a reset; e_c is ``first + c``."""
    if resets is None:
        return
    reset = load(resets, row) > 0.0
    for i in range(first, first + layout.cells):
        store(error, i, where(reset, 0.0, load(error, i)))


@inner
def return_errors(resets, layout, weights, trace, t, row):
    """e_c(t−1) ← e_c(t−1) + Σ_u w_uc δ_u(t), except across a reset at `row`."""
    n_c, n_x, n, place, d = layout.cells, layout.inputs, layout.sources, layout.unit_place, t * layout.delta_rows
    before = (t - 1) * n_c
    if resets is None:
        return_error(weights, n_x, n, place, trace.delta, d, n_c, trace.error, before)
        return
    for c in range(n_c):
        store(trace.error_hidden, c, 0.0)
    return_error(weights, n_x, n, place, trace.delta, d, n_c, trace.error_hidden, 0)
    cut_errors(resets, layout, trace.error_hidden, 0, row)
    for c in range(n_c):
        store(trace.error, before + c, load(trace.error, before + c) + load(trace.error_hidden, c))
