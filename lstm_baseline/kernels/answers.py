"""Answers other than one choice, and the squared error."""

from tasks.engine.lanes import fill, load, maximum, minimum, store, where
from tasks.engine.lanes.options import inner

__all__ = ["CHOICE", "QUANTITY", "SEVERAL", "answer", "squared_error_backward"]

CHOICE, SEVERAL, QUANTITY = 0, 1, 2
"""Kinds of answers: one correct response, several, or a quantity."""

FAR = 1e30
"""Larger than any activity."""


@inner
def several(extensions, layout, stream, trace, t, row):
    """The response if several are correct: the target if these are the most active.

    With a tolerance, these must be within it of 1, and all others of 0. Otherwise the response is the most active of
    the others, or −1 without others.
    """
    n_k = layout.output_rows
    least, most, response = fill(trace.s, FAR), fill(trace.s, -FAR), fill(trace.s, -1.0)
    for k in range(layout.outputs):
        y_k, right = load(trace.y_k, t * n_k + k), load(stream.allowed, row * n_k + k) > 0.0
        least = where(right, minimum(y_k, least), least)
        response = where(~right & (y_k > most), fill(most, k), response)
        most = where(right, most, maximum(y_k, most))
    close = least > most
    if extensions.tolerance > 0.0:
        close = (1.0 - least < extensions.tolerance) & (most < extensions.tolerance)
    return where(close, load(stream.wanted, row), response)


@inner
def answer(extensions, layout, stream, trace, first, start, steps):
    """Score other answers than one choice; store the largest output error."""
    n_k = layout.output_rows
    for i in range(steps):
        row, t = first + i, start + i
        asked, response = load(stream.wanted, row) >= 0.0, load(stream.response, row)
        if extensions.answer == SEVERAL:
            store(stream.response, row, where(asked, several(extensions, layout, stream, trace, t, row), response))
        elif extensions.answer == QUANTITY:
            miss = load(trace.y_k, t * n_k) - load(stream.quantity, row)
            close = maximum(miss, -miss) < extensions.tolerance
            store(stream.response, row, where(asked, where(close, fill(miss, 0.0), -1.0), response))
        largest = fill(trace.s, 0.0)
        for k in range(layout.outputs):
            right = load(stream.quantity, row) if extensions.answer == QUANTITY else load(stream.desired, row * n_k + k)
            miss = load(trace.y_k, t * n_k + k) - right
            largest = maximum(maximum(miss, -miss), largest)
        store(stream.largest, row, largest)


@inner
def squared_error_backward(extensions, layout, stream, trace, first, start, steps):
    """δ_k of logistic outputs: the gradient of the mean squared error at counted steps.

    E = 1/2N Σ_t Σ_k (d_k − y_k)², so δ_k = (y_k − d_k) y_k (1 − y_k) / N at the N steps that count, else 0; N is
    `stream.counted` (1 in online rules). `extensions.slope_constant` is added to y_k (1 − y_k).
    """
    n_k, length = layout.output_rows, load(stream.length, 0)
    share = 1.0 / maximum(load(stream.counted, 0), 1.0)
    for i in range(steps):
        weight = where(length > first + i, load(stream.counts, first + i) * share, 0.0)
        for k in range(n_k):
            y_k, d_k = load(trace.y_k, (start + i) * n_k + k), load(stream.desired, (first + i) * n_k + k)
            miss = y_k - d_k
            delta = miss * y_k * (1.0 - y_k) * weight + miss * extensions.slope_constant * weight
            store(trace.delta_k, (start + i) * n_k + k, delta)
