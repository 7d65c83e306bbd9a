"""Logistic output units with cross-entropy error: each codes independently whether its response is correct."""

from lstm_baseline.kernels.outputs import net_outputs, respond
from tasks.engine.lanes import fill, load, maximum, store, where
from tasks.engine.lanes.options import inner

__all__ = ["judge_strictly", "logistic_error", "logistic_forward"]


@inner
def logistic_forward(layout, weights, stream, trace, first, start, steps):
    """Respond at every step of a window: y_k = σ(net_k)."""
    net_outputs(layout, weights, stream.inputs, trace, first, start, steps)
    respond(layout, stream, trace, first, start, steps, True)


@inner
def judge_strictly(layout, tolerance, stream, first, y, start, steps):
    """If a counted response misses a target by the tolerance, choose the most active wrong output.

    y_k is row ``(start + i) * outputs + k`` of `y` at step i of the window.
    """
    n_k = layout.outputs
    for i in range(steps):
        row, net = first + i, (start + i) * n_k
        missed, response, top = fill(y, -1.0), load(stream.response, row), fill(y, -1.0)
        wrong = response
        for k in range(n_k):
            y_k, d_k = load(y, net + k), load(stream.desired, row * n_k + k)
            missed = maximum(missed, maximum(y_k - d_k, d_k - y_k))
            other = (d_k == 0.0) & (y_k > top)
            wrong, top = where(other, fill(wrong, k), wrong), where(other, y_k, top)
        wants = (load(stream.counts, row) > 0.0) & (missed >= tolerance)
        store(stream.response, row, where(wants, wrong, response))


@inner
def logistic_error(layout, tolerance, stream, trace, first, start, steps):
    """δ_k of the outputs: the gradient of the cross-entropy, summed over counted steps.

    E = −Σ_t Σ_k [d_k ln y_k + (1 − d_k) ln (1 − y_k)], so δ_k = y_k − d_k at steps that count, else 0 (Hinton, 1989),
    and 0 below the tolerance. `trace.norm` gets Σ δ_k².
    """
    n_k, length, norm = layout.outputs, load(stream.length, 0), fill(trace.s, 0.0)
    for i in range(steps):
        asked = (length > first + i) & (load(stream.counts, first + i) > 0.0)
        for k in range(n_k):
            row = (start + i) * n_k + k
            delta = load(trace.y_k, row) - load(stream.desired, (first + i) * n_k + k)
            matters = asked & ((delta >= tolerance) | (-delta >= tolerance))
            delta = where(matters, delta, 0.0)
            norm = norm + delta * delta
            store(trace.delta_k, row, delta)
    store(trace.norm, 0, norm)
