"""Output units: the response, and the gradient of its error by weights and cells."""

from lstm_baseline.kernels.answers import answer, squared_error_backward
from lstm_baseline.kernels.products import bias_gradient, receive, receive_steps, return_error, weight_gradient
from lstm_baseline.kernels.squashing import GATE, squash_rows
from tasks.engine.lanes import exp, fill, load, maximum, store, where
from tasks.engine.lanes.options import inlined, inner

__all__ = [
    "activate",
    "count_steps",
    "errors_of_outputs",
    "net_outputs",
    "outputs_backward",
    "outputs_forward",
    "readout_gradient",
    "respond",
]


@inlined
def net_outputs(layout, weights, inputs, trace, first, start, steps):
    """Net inputs, to `trace.y_k`: net_k = b_k + Σ_c w_kc y_c(t) + Σ_i w_ki x_i(t)."""
    n_k, n_c, n_i, n_x, sent = layout.output_rows, layout.cells, layout.shortcuts, layout.inputs, layout.cells_sent
    net, row, stride = start * n_k, layout.readout, n_c + n_i
    for t in range(start, start + steps):
        for k in range(layout.output_biases):
            store(trace.y_k, t * n_k + k, load(weights, layout.readout_bias + k))
        for k in range(layout.output_biases, n_k):
            store(trace.y_k, t * n_k + k, 0.0)
    y_c = (start + 1) * sent
    receive_steps(weights, row, stride, n_c, trace.sent.y_c, y_c, sent, n_k, steps, trace.y_k, net, n_k)
    receive_steps(weights, row + n_c, stride, n_i, inputs, first * n_x, n_x, n_k, steps, trace.y_k, net, n_k)


@inner
def respond(layout, stream, trace, first, start, steps, logistic):
    """The response is the most active output (the first of equals).

    y_k ← exp(net_k − max_l net_l) or, if `logistic`, σ(net_k).

    `trace.doubt` gets Σ net_k − net_k: 0, or NaN if one is not finite.
    """
    n_k, doubt, length = layout.output_rows, fill(trace.s, 0.0), load(stream.length, 0)
    for i in range(steps):
        sent = (start + i) * layout.outputs_sent
        top, response = load(trace.sent.y_k, sent + layout.output_place[0]), fill(doubt, 0.0)
        of_step = top - top
        for k in range(1, layout.outputs):
            net_k = load(trace.sent.y_k, sent + layout.output_place[k])
            of_step = of_step + (net_k - net_k)
            response = where(net_k > top, fill(doubt, k), response)
            top = maximum(net_k, top)
        doubt = where(length > first + i, doubt + of_step, doubt)
        store(stream.response, first + i, response)
        if logistic:
            squash_rows(GATE, trace.y_k, (start + i) * n_k, trace.y_k, (start + i) * n_k, n_k)
        else:
            for k in range((start + i) * n_k, (start + i + 1) * n_k):
                store(trace.y_k, k, exp(load(trace.y_k, k) - top))
    store(trace.doubt, 1, doubt)


@inner
def softmax(layout, trace, start, steps):
    """y_k = exp(net_k) / Σ_l exp(net_l), from the exponentials of `respond`."""
    n_k = layout.output_rows
    for t in range(start, start + steps):
        total = fill(trace.s, 0.0)
        for k in range(layout.outputs):
            total = total + load(trace.sent.y_k, t * layout.outputs_sent + layout.output_place[k])
        share = 1.0 / total
        for k in range(t * n_k, (t + 1) * n_k):
            store(trace.y_k, k, load(trace.y_k, k) * share)


@inner
def activate(extensions, layout, stream, trace, first, start, steps):
    """Activities of output units, and the response."""
    if extensions is None:
        respond(layout, stream, trace, first, start, steps, False)
        softmax(layout, trace, start, steps)
        return
    respond(layout, stream, trace, first, start, steps, extensions.logistic > 0)
    if extensions.logistic == 0:
        softmax(layout, trace, start, steps)
    answer(extensions, layout, stream, trace, first, start, steps)


@inner
def outputs_forward(layout, form, weights, stream, trace, first, start, steps):
    """Respond at every step of a window."""
    net_outputs(layout, weights, stream.inputs, trace, first, start, steps)
    activate(form.extensions, layout, stream, trace, first, start, steps)


@inner
def count_steps(stream, first, steps):
    """N, the steps of a window that count."""
    length = load(stream.length, 0)
    counted = fill(length, 0.0)
    for i in range(first, first + steps):
        counted = counted + where(length > i, load(stream.counts, i), 0.0)
    return counted


@inner
def cross_entropy_backward(layout, stream, trace, first, start, steps):
    """δ_k of the outputs: the gradient of the mean cross-entropy at counted steps.

    E = −1/N Σ_t Σ_k d_k ln y_k, so δ_k = (y_k − d_k) / N at the N steps that count (`stream.counted`), else 0 (Bridle,
    1990).
    """
    n_k, length = layout.output_rows, load(stream.length, 0)
    share = 1.0 / maximum(load(stream.counted, 0), 1.0)
    for i in range(steps):
        weight = where(length > first + i, load(stream.counts, first + i) * share, 0.0)
        for k in range(n_k):
            t = start + i
            d_k = load(stream.desired, (first + i) * n_k + k)
            store(trace.delta_k, t * n_k + k, (load(trace.y_k, t * n_k + k) - d_k) * weight)


@inner
def errors_of_outputs(extensions, layout, stream, trace, first, start, steps):
    """δ_k of the output units, by the kind of their error."""
    if extensions is None:
        cross_entropy_backward(layout, stream, trace, first, start, steps)
        return
    if extensions.logistic > 0:
        squared_error_backward(extensions, layout, stream, trace, first, start, steps)
    else:
        cross_entropy_backward(layout, stream, trace, first, start, steps)


@inlined
def outputs_backward(layout, back, trace, start, steps):
    """Errors at the cells: e_c(t) = Σ_k w_kc δ_k(t)."""
    row, stride, place, n_c = layout.readout_back, layout.readout_back_stride, layout.output_place, layout.cell_rows
    for t in range(start, start + steps):
        first, error = t * layout.outputs_sent, t * n_c
        for c in range(n_c):
            store(trace.error, error + c, 0.0)
        if layout.back_apart:
            receive(back, row, layout.back_apart, layout.outputs, trace.sent.delta_k, first, n_c, trace.error, error)
        else:
            return_error(back, row, stride, place, trace.sent.delta_k, first, n_c, trace.error, error)


@inlined
def readout_gradient(layout, gradient, inputs, trace, first, start, steps):
    """Gradient of the outputs: ∂E/∂w_kc = Σ_t δ_k(t) y_c(t), and likewise for inputs and biases."""
    n_k, n_c, n_i = layout.output_rows, layout.cells, layout.shortcuts
    d, row, stride, sent = start * n_k, layout.readout, n_c + n_i, layout.cells_sent
    y_c, y = trace.sent.y_c, (start + 1) * sent  # cells are seen at t, after they have been updated
    weight_gradient(trace.delta_k, d, n_k, n_k, y_c, y, sent, n_c, steps, gradient, row, stride)
    x, n_x = first * layout.inputs, layout.inputs
    weight_gradient(trace.delta_k, d, n_k, n_k, inputs, x, n_x, n_i, steps, gradient, row + n_c, stride)
    bias_gradient(trace.delta_k, d, n_k, layout.output_biases, steps, gradient, layout.readout_bias)
