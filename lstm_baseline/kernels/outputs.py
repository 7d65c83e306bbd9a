"""Output units: the response, and what its error asks of the weights and the cells."""

from tasks.base.lanes import exp, fill, load, maximum, store, where
from tasks.base.lanes.options import inner, kernel

__all__ = ["cross_entropy_backward", "outputs_backward", "outputs_forward"]


@inner
def respond(circuit, weights, trace, t):
    """Output units at one step, and the response.

    net_k = Σ_c w_kc y_c(t) + Σ_i w_ki x_i(t) + b_k,  y_k = exp(net_k) / Σ_l exp(net_l)

    Returns the index of the most active output (the first of equals).
    """
    n_k, n_c, n_i, n = circuit.outputs, circuit.cells, circuit.shortcuts, circuit.sources
    top = fill(weights, 0.0)
    response = fill(weights, 0.0)
    for k in range(n_k):
        net_k = load(weights, circuit.readout_bias + k)
        row = circuit.readout + k * (n_c + n_i)
        for c in range(n_c):
            net_k = net_k + load(weights, row + c) * load(trace.source, (t + 1) * n + circuit.inputs + c)
        for i in range(n_i):
            net_k = net_k + load(weights, row + n_c + i) * load(trace.source, t * n + i)
        store(trace.y_k, t * n_k + k, net_k)
        if k == 0:
            top = net_k
        response = where(net_k > top, fill(weights, k), response)
        top = maximum(net_k, top)
    total = fill(weights, 0.0)
    for k in range(n_k):
        e = exp(load(trace.y_k, t * n_k + k) - top)
        store(trace.y_k, t * n_k + k, e)
        total = total + e
    for k in range(n_k):
        store(trace.y_k, t * n_k + k, load(trace.y_k, t * n_k + k) / total)
    return response


@kernel
def outputs_forward(circuit, weights, stream, trace, first, start, steps):
    """Respond at every step of a window that the cells have run through; see `forward` for the window."""
    for i in range(steps):
        store(stream.response, first + i, respond(circuit, weights, trace, start + i))


@kernel
def cross_entropy_backward(circuit, stream, trace, first, start, steps):
    """δ_k of the output units: the gradient of the mean cross-entropy over the window's steps that count.

    E = −1/N Σ_t Σ_k d_k ln y_k, so δ_k = (y_k − d_k) / N at the N steps that count, else 0 (Bridle, 1990). N, which may
    be 0, goes to `stream.counted`.
    """
    n_k = circuit.outputs
    counted = fill(trace.s, 0.0)
    for i in range(steps):
        counted = counted + load(stream.counts, first + i)
    share = 1.0 / maximum(counted, 1.0)
    for i in range(steps):
        weight = load(stream.counts, first + i) * share
        for k in range(n_k):
            t = start + i
            d_k = load(stream.desired, (first + i) * n_k + k)
            store(trace.delta_k, t * n_k + k, (load(trace.y_k, t * n_k + k) - d_k) * weight)
    store(stream.counted, 0, counted)


@kernel
def outputs_backward(circuit, weights, gradient, trace, start, steps):
    """From δ_k of the output units: the gradient of their weights, and the error e_c that they send to the cells.

    ∂E/∂w_kc = Σ_t δ_k(t) y_c(t),  e_c(t) = Σ_k w_kc δ_k(t)
    """
    n_k, n_c, n_i, n = circuit.outputs, circuit.cells, circuit.shortcuts, circuit.sources
    width = n_c + n_i
    for t in range(start, start + steps):
        for c in range(n_c):
            e_c = fill(weights, 0.0)
            for k in range(n_k):
                e_c = e_c + load(weights, circuit.readout + k * width + c) * load(trace.delta_k, t * n_k + k)
            store(trace.error, t * n_c + c, e_c)
    for k in range(n_k):
        bias = fill(weights, 0.0)
        for t in range(start, start + steps):
            bias = bias + load(trace.delta_k, t * n_k + k)
        store(gradient, circuit.readout_bias + k, bias)
        for m in range(width):
            # cells are seen at t, after they have been updated: in the trace, as the next step's source
            offset = (start + 1) * n + circuit.inputs + m if m < n_c else start * n + m - n_c
            w_km = fill(weights, 0.0)
            for i in range(steps):
                w_km = w_km + load(trace.delta_k, (start + i) * n_k + k) * load(trace.source, offset + i * n)
            store(gradient, circuit.readout + k * width + m, w_km)
