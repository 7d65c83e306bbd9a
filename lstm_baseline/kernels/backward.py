"""The exact gradient of a window's error: backpropagation through time (Werbos, 1990).

E is the error summed over the window; e_c(t) = ∂E/∂y_c(t), e_s(t) = ∂E/∂s_c(t), δ_u(t) = ∂E/∂net_u(t), which is 0
beyond a stream.
"""

from lstm_baseline.kernels.extensions import (
    begin_errors,
    error_of_output_gate,
    errors_of_gates,
    hold_forget_factor,
    peephole_gradient,
    return_errors,
)
from lstm_baseline.kernels.gating import by_content, by_gate
from lstm_baseline.kernels.products import bias_gradient, weight_gradient
from lstm_baseline.kernels.squashing import slope
from tasks.engine.lanes import fill, load, store, where
from tasks.engine.lanes.options import inlined, inner, merged

__all__ = ["backward", "mirror_weights", "unit_gradient"]


@merged
def cells_backward(layout, form, back, stream, trace, t, at):
    """Errors of every block at a step; `error` holds e_c(t), `error_s` the error from e_s(t+1).

    δ_out = y_out (1 − y_out) Σ_c ∂p(h, y_out)/∂y_out e_c
    e_s(t) = e_s(t+1) y_φ(t+1) + ∂p(h, y_out)/∂h h'(s_c) e_c
    δ_c   = g'(net_c) ∂p(g, y_in)/∂g e_s
    δ_in  = y_in (1 − y_in) Σ_c ∂p(g, y_in)/∂y_in e_s
    δ_φ   = y_φ (1 − y_φ) Σ_c s_c(t−1) e_s

    p is the content that passes a gate (`gating`).
    """
    n_b, n_c, n_v, subtracts = layout.block_rows, layout.cell_rows, layout.cells_per_block, form.subtracts
    unit, delta, live = t * layout.unit_rows, t * layout.delta_rows, load(stream.length, 0) > at
    for j in range(n_b):
        in_j, phi_j, out_j = n_c + j, layout.forget_row + j, layout.output_row + j
        error_of_output_gate(form.extensions, subtracts, layout, back, trace, t, j, live)
        y_in, y_phi, y_out = load(trace.y, unit + in_j), load(trace.y, unit + phi_j), load(trace.y, unit + out_j)
        e_in, e_phi, e_out = fill(trace.s, 0.0), fill(trace.s, 0.0), fill(trace.s, 0.0)
        for c in range(j * n_v, (j + 1) * n_v):
            g, h, e_c = load(trace.y, unit + c), load(trace.h, t * n_c + c), load(trace.error, t * n_c + c)
            e_s = load(trace.error_s, c) + by_content(subtracts, h, y_out) * slope(form.h, h) * e_c
            e_out = e_out + by_gate(subtracts, h, y_out) * e_c
            e_in = e_in + by_gate(subtracts, g, y_in) * e_s
            e_phi = e_phi + load(trace.s_before, t * n_c + c) * e_s
            delta_c = slope(form.g, g) * by_content(subtracts, g, y_in) * e_s
            store(trace.delta, delta + c, where(live, delta_c, 0.0))
            store(trace.error_s, c, where(live, e_s * y_phi, 0.0))
        store(trace.delta, delta + in_j, where(live, y_in * (1.0 - y_in) * e_in, 0.0))
        store(trace.delta, delta + phi_j, where(live, y_phi * (1.0 - y_phi) * e_phi, 0.0))
        if form.extensions is None:  # else `error_of_output_gate` has done it
            store(trace.delta, delta + out_j, where(live, y_out * (1.0 - y_out) * e_out, 0.0))
        errors_of_gates(form.extensions, layout, back, stream, trace, t, at, j)


@inner
def mirror_weights(layout, weights, back):
    """Copy the weights through which errors return (`Layout.mirror`)."""
    for i in range(layout.mirror.shape[0]):
        back[layout.mirror[i]] = weights[layout.mirrored[i]]


@inner
def backward(layout, form, back, stream, trace, first, start, steps):
    """The errors δ of cells and gates from the errors at y_c in `trace.error`, within a window.

    `trace.error` then holds ∂E/∂y_c in full: e_c(t−1) ← e_c(t−1) + Σ_u w_uc δ_u(t).
    """
    for c in range(layout.cell_rows):
        store(trace.error_s, c, 0.0)
    begin_errors(form.extensions, layout, trace)
    for k in range(steps - 1, -1, -1):
        cells_backward(layout, form, back, stream, trace, start + k, first + k)
        return_errors(form.extensions, layout, back, stream, trace, start + k, first + k, k == 0)


@inlined
def unit_gradient(layout, form, gradient, inputs, trace, first, start, steps):
    """Gradient of cells and gates: ∂E/∂w_um = Σ_t δ_u(t) y_m, ∂E/∂b_u = Σ_t δ_u(t)."""
    n, n_u, n_x, n_h, n_0 = layout.sources, layout.receivers, layout.inputs, layout.hidden, layout.first_biased
    next_d, x, sent, n_1 = layout.delta_rows, first * n_x, layout.hidden_sent, layout.first_recurrent
    d, hidden, h, row, receivers = start * next_d, start * sent, trace.sent.hidden, n_x + n_1 * n, n_u - n_1
    weight_gradient(trace.delta, d, next_d, n_u, inputs, x, n_x, n_x, steps, gradient, layout.start, n)
    weight_gradient(trace.delta, d + n_1, next_d, receivers, h, hidden, sent, n_h, steps, gradient, row, n)
    bias_gradient(trace.delta, d + n_0, next_d, n_u - n_0, steps, gradient, layout.bias)
    peephole_gradient(form.extensions, layout, gradient, trace, start, steps)
    hold_forget_factor(form.extensions, layout, gradient, trace)
