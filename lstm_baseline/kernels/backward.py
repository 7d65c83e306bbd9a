"""Backward in time: the exact gradient of a window's error (backpropagation through time, Werbos 1990).

E is the error summed over the window; e_c(t) = ∂E/∂y_c(t), e_s(t) = ∂E/∂s_c(t), δ_u(t) = ∂E/∂net_u(t). Steps beyond a
network's stream get δ = 0, so they add nothing.
"""

from lstm_baseline.kernels.products import bias_gradient, receive, return_error, weight_gradient
from lstm_baseline.kernels.squashing import slope
from tasks.base.lanes import fill, load, store, where
from tasks.base.lanes.options import inlined, inner, merged

__all__ = ["backward", "mirror_weights", "unit_gradient"]


@merged
def cells_backward(layout, form, trace, t, live):
    """Errors of every block at one step; `error` holds all of e_c(t), `error_s` what came back from e_s(t+1).

    δ_out = y_out (1 − y_out) Σ_c h(s_c) e_c
    e_s(t) = e_s(t+1) y_φ(t+1) + y_out h'(s_c) e_c
    δ_c   = g'(net_c) y_in e_s;   δ_in = y_in (1 − y_in) Σ_c g(net_c) e_s;   δ_φ = y_φ (1 − y_φ) Σ_c s_c(t−1) e_s
    """
    n_b, n_c, n_v = layout.block_rows, layout.cell_rows, layout.cells_per_block
    unit, delta = t * layout.unit_rows, t * layout.delta_rows
    for j in range(n_b):
        in_j, phi_j, out_j = n_c + j, n_c + n_b + j, n_c + 2 * n_b + j
        y_in, y_phi, y_out = load(trace.y, unit + in_j), load(trace.y, unit + phi_j), load(trace.y, unit + out_j)
        e_in, e_phi, e_out = fill(trace.s, 0.0), fill(trace.s, 0.0), fill(trace.s, 0.0)
        for c in range(j * n_v, (j + 1) * n_v):
            g, h, e_c = load(trace.y, unit + c), load(trace.h, t * n_c + c), load(trace.error, t * n_c + c)
            e_s = load(trace.error_s, c) + y_out * slope(form.h, h) * e_c
            e_out = e_out + h * e_c
            e_in = e_in + g * e_s
            e_phi = e_phi + load(trace.s, t * n_c + c) * e_s
            store(trace.delta, delta + c, where(live, slope(form.g, g) * y_in * e_s, 0.0))
            store(trace.error_s, c, where(live, e_s * y_phi, 0.0))
        store(trace.delta, delta + in_j, where(live, y_in * (1.0 - y_in) * e_in, 0.0))
        store(trace.delta, delta + phi_j, where(live, y_phi * (1.0 - y_phi) * e_phi, 0.0))
        store(trace.delta, delta + out_j, where(live, y_out * (1.0 - y_out) * e_out, 0.0))


@inner
def mirror_weights(layout, weights, back):
    """Copy the weights that errors return through to where a row holds the cells that they return to."""
    for i in range(layout.mirror.shape[0]):
        back[layout.mirror[i]] = weights[layout.mirrored[i]]


@merged
def return_errors(layout, back, trace, t):
    """e_c(t−1) ← e_c(t−1) + Σ_u w_uc δ_u(t)."""
    row, stride, rows, place = layout.back, layout.back_stride, layout.cell_rows, layout.unit_place
    sent, before = t * layout.delta_rows * layout.lanes_sent, (t - 1) * rows
    if layout.back_apart:  # the weights that lead to a cell lie side by side, as those that lead to a unit do
        receive(back, row, layout.back_apart, layout.units, trace.sent.delta, sent, rows, trace.error, before)
    else:
        return_error(back, row, stride, place, trace.sent.delta, sent, rows, trace.error, before)


@inner
def backward(layout, form, back, stream, trace, first, start, steps):
    """From the errors that reach y_c from outside, in `trace.error`, the errors δ of cells and gates.

    The window is that of `forward`: `steps` steps from step `first` of the stream, at `start` in the trace. Errors are
    cut at its edges. `trace.error` then holds ∂E/∂y_c in full: e_c(t−1) ← e_c(t−1) + Σ_u w_uc δ_u(t).
    """
    for c in range(layout.cell_rows):
        store(trace.error_s, c, 0.0)
    for k in range(steps - 1, -1, -1):
        t = start + k
        cells_backward(layout, form, trace, t, load(stream.length, 0) > first + k)
        if k > 0:
            return_errors(layout, back, trace, t)


@inlined
def unit_gradient(layout, gradient, inputs, trace, first, start, steps):
    """The gradient of the weights of cells and gates: ∂E/∂w_um = Σ_t δ_u(t) y_m, ∂E/∂b_u = Σ_t δ_u(t)."""
    n, n_u, n_x, n_c, n_0 = layout.sources, layout.unit_rows, layout.inputs, layout.cells, layout.first_biased
    next_d, x, sent = layout.delta_rows, first * n_x, layout.cells_sent
    d, y_c = start * next_d, start * sent
    weight_gradient(trace.delta, d, next_d, n_u, inputs, x, n_x, n_x, steps, gradient, layout.start, n)
    weight_gradient(trace.delta, d, next_d, n_u, trace.sent.y_c, y_c, sent, n_c, steps, gradient, n_x, n)
    bias_gradient(trace.delta, d + n_0, next_d, n_u - n_0, steps, gradient, layout.bias)
