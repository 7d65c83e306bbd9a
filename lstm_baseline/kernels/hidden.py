"""A layer of hidden units without gates, forward and backward through one tick: one update of these units."""

from lstm_baseline.kernels.products import receive
from lstm_baseline.kernels.squashing import GATE, squash_rows
from tasks.engine.lanes import fill, load, store, where
from tasks.engine.lanes.options import inner

__all__ = ["doubt_rows", "hidden_delta", "net_from_context", "net_from_inputs", "squash_hidden"]


@inner
def net_from_inputs(layout, weights, inputs, x, net, out):
    """net_j ← b_j + Σ_i w_ji x_i; x_i is row ``x + i``, net_j ``out + j``."""
    for j in range(layout.cells):
        store(net, out + j, load(weights, layout.bias + j))
    receive(weights, 0, layout.sources, layout.inputs, inputs, x, layout.cells, net, out)


@inner
def net_from_context(layout, weights, context, c, net, out):
    """net_j ← net_j + Σ_m w_jm c_m; c_m is row ``c + m``, net_j ``out + j``."""
    receive(weights, layout.inputs, layout.sources, layout.cells, context, c, layout.cells, net, out)


@inner
def squash_hidden(layout, net, first, y, before, after, live):
    """h_j = σ(net_j), to row ``after + j`` of `y`; networks not `live` keep row ``before + j``."""
    squash_rows(GATE, net, first, y, after, layout.cells)
    for j in range(layout.cells):
        store(y, after + j, where(live, load(y, after + j), load(y, before + j)))


@inner
def hidden_delta(layout, error, e, y, first, delta, d, live):
    """δ_j = h_j (1 − h_j) e_j; e_j is row ``e + j``, h_j ``first + j``, δ_j ``d + j``."""
    for j in range(layout.cells):
        h = load(y, first + j)
        store(delta, d + j, where(live, h * (1.0 - h) * load(error, e + j), 0.0))


@inner
def doubt_rows(rows, first, count, live, doubt, what):
    """Add Σ x − x over `count` rows of `live` networks to row `what` of `doubt`."""
    found = fill(doubt, 0.0)
    for i in range(first, first + count):
        found = found + (load(rows, i) - load(rows, i))
    before = load(doubt, what)
    store(doubt, what, where(live, before + found, before))
