"""Backward in time: the exact gradient of a window's error (backpropagation through time, Werbos 1990).

E is the error summed over the window; e_c(t) = ∂E/∂y_c(t), e_s(t) = ∂E/∂s_c(t), δ_u(t) = ∂E/∂net_u(t). Steps beyond a
network's stream get δ = 0, so they add nothing.
"""

from lstm_baseline.kernels.squashing import slope
from tasks.base.lanes import fill, load, store, where
from tasks.base.lanes.options import inner, kernel

__all__ = ["backward"]


@inner
def cells_backward(circuit, form, trace, t, live):
    """Errors of every block at one step; `error` holds all of e_c(t), `error_s` what came back from e_s(t+1).

    δ_out = y_out (1 − y_out) Σ_c h(s_c) e_c
    e_s(t) = e_s(t+1) y_φ(t+1) + y_out h'(s_c) e_c
    δ_c   = g'(net_c) y_in e_s;   δ_in = y_in (1 − y_in) Σ_c g(net_c) e_s;   δ_φ = y_φ (1 − y_φ) Σ_c s_c(t−1) e_s
    """
    n_b, n_c, n_v = circuit.blocks, circuit.cells, circuit.cells_per_block
    unit = t * circuit.units
    for j in range(n_b):
        in_j, phi_j, out_j = unit + n_c + j, unit + n_c + n_b + j, unit + n_c + 2 * n_b + j
        y_in, y_phi, y_out = load(trace.y, in_j), load(trace.y, phi_j), load(trace.y, out_j)
        e_in, e_phi, e_out = fill(trace.s, 0.0), fill(trace.s, 0.0), fill(trace.s, 0.0)
        for v in range(n_v):
            c = j * n_v + v
            g, h, e_c = load(trace.y, unit + c), load(trace.h, t * n_c + c), load(trace.error, t * n_c + c)
            e_s = load(trace.error_s, c) + y_out * slope(form.h, h) * e_c
            e_out = e_out + h * e_c
            e_in = e_in + g * e_s
            e_phi = e_phi + load(trace.s, t * n_c + c) * e_s
            store(trace.delta, unit + c, where(live, slope(form.g, g) * y_in * e_s, 0.0))
            store(trace.error_s, c, where(live, e_s * y_phi, 0.0))
        store(trace.delta, in_j, where(live, y_in * (1.0 - y_in) * e_in, 0.0))
        store(trace.delta, phi_j, where(live, y_phi * (1.0 - y_phi) * e_phi, 0.0))
        store(trace.delta, out_j, where(live, y_out * (1.0 - y_out) * e_out, 0.0))


@inner
def recurrent_backward(circuit, weights, trace, t):
    """What cells and gates at t add to the error of the cell outputs at t−1: e_c(t−1) += Σ_u w_uc δ_u(t)."""
    n, n_u, n_c = circuit.sources, circuit.units, circuit.cells
    for c in range(n_c):
        e_c = load(trace.error, (t - 1) * n_c + c)
        for u in range(n_u):
            e_c = e_c + load(weights, u * n + circuit.inputs + c) * load(trace.delta, t * n_u + u)
        store(trace.error, (t - 1) * n_c + c, e_c)


@inner
def weights_backward(circuit, gradient, trace, start, steps):
    """The gradient of the weights of cells and gates: ∂E/∂w_um = Σ_t δ_u(t) y_m, ∂E/∂b_u = Σ_t δ_u(t)."""
    n, n_u = circuit.sources, circuit.units
    for u in range(n_u):
        for m in range(n):
            w_um = fill(gradient, 0.0)
            for t in range(start, start + steps):
                w_um = w_um + load(trace.delta, t * n_u + u) * load(trace.source, t * n + m)
            store(gradient, u * n + m, w_um)
        if u >= circuit.first_biased:
            b_u = fill(gradient, 0.0)
            for t in range(start, start + steps):
                b_u = b_u + load(trace.delta, t * n_u + u)
            store(gradient, circuit.bias + u - circuit.first_biased, b_u)


@kernel
def backward(circuit, form, weights, gradient, length, trace, first, start, steps):
    """From the errors that reach y_c from outside, in `trace.error`, the gradient of the weights of cells and gates.

    The window is that of `forward`: `steps` steps from step `first` of the stream, at `start` in the trace. Errors are
    cut at its edges. `trace.error` then holds ∂E/∂y_c in full.
    """
    for c in range(circuit.cells):
        store(trace.error_s, c, 0.0)
    for k in range(steps - 1, -1, -1):
        live = load(length, 0) > first + k
        cells_backward(circuit, form, trace, start + k, live)
        if k > 0:
            recurrent_backward(circuit, weights, trace, start + k)
    weights_backward(circuit, gradient, trace, start, steps)
