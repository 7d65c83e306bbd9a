"""Features beyond the plain form: gates that units see, peepholes, fixed forgetting, resets.

In the plain form, `Form.extensions` is None, and numba omits these branches.
"""

from lstm_baseline.kernels.gating import by_gate, open_gate
from lstm_baseline.kernels.products import receive, return_error
from lstm_baseline.kernels.squashing import squash_rows
from tasks.engine.lanes import collect, exp, fill, floor, load, maximum, store, where
from tasks.engine.lanes.options import inlined, inner, merged

__all__ = [
    "begin_errors",
    "begin_gates",
    "count_sequences",
    "error_of_output_gate",
    "errors_of_gates",
    "halt_gates",
    "hold_forget_factor",
    "keep_gates",
    "learning_rate",
    "peephole_gradient",
    "peephole_squares",
    "return_errors",
    "see_past",
    "squash_gates",
    "squash_output_gates",
]


@inner
def begin_gates(extensions, layout, carry, trace, start):
    """Start from the last values of the gates that units see."""
    if extensions is None:
        return
    for i in range(layout.gates_seen):
        store(trace.gates, start * layout.gates_seen + i, load(carry.gates, i))


@inner
def halt_gates(extensions, layout, carry, stream, trace, first, end):
    """Store the last values of the gates that units see."""
    if extensions is None:
        return
    ran = load(stream.length, 0) > fill(trace.s, first)
    for i in range(layout.gates_seen):
        store(carry.gates, i, where(ran, load(trace.gates, end * layout.gates_seen + i), load(carry.gates, i)))


@merged
def see_past(extensions, layout, stream, trace, t, row):
    """Recurrent input: cell outputs, then gates, of the previous step; 0 after a reset."""
    if extensions is None:
        return
    n_c, n_g, out = layout.cell_rows, layout.gates_seen, t * layout.hidden
    reset = load(stream.resets, row) > 0.0
    store(trace.reset, t, load(stream.resets, row))
    for c in range(n_c):
        store(trace.s_before, t * n_c + c, where(reset, 0.0, load(trace.s, t * n_c + c)))
    for c in range(layout.cells_seen):
        store(trace.hidden, out + c, where(reset, 0.0, load(trace.y_c, t * n_c + c)))
    for i in range(n_g):
        store(trace.hidden, out + layout.cells_seen + i, where(reset, 0.0, load(trace.gates, t * n_g + i)))


@inlined
def peep(layout, weights, kind, trace, unit, s, j):
    """net_j(t) ← net_j(t) + Σ_c p_jc s_c over block j (Gers, Schraudolph & Schmidhuber, 2002, section 3).

    For gates of a `kind`, p_jc is ``peephole + kind * cells + c``; `s` is an array and the first row of the s_c.
    """
    states, first = s
    net = load(trace.net, unit)
    for c in range(j * layout.cells_per_block, (j + 1) * layout.cells_per_block):
        net = net + load(weights, layout.peephole + kind * layout.cell_rows + c) * load(states, first + c)
    store(trace.net, unit, net)


@merged
def squash_gates(extensions, layout, form, weights, trace, t):
    """Gates that act before the state update: all in the plain form, else input and forget gates."""
    unit, n_c, n_b = t * layout.unit_rows, layout.cell_rows, layout.block_rows
    if extensions is None:
        squash_rows(form.gate, trace.net, unit + n_c, trace.y, unit + n_c, 3 * n_b)
        return
    end = min(layout.output_row, layout.receivers)
    if layout.peepholes > 0:
        for i in range(end - n_c):
            peep(layout, weights, i // n_b, trace, unit + n_c + i, (trace.s_before, t * n_c), i % n_b)
    squash_rows(form.gate, trace.net, unit + n_c, trace.y, unit + n_c, end - n_c)
    for i in range(layout.receivers, layout.unit_rows):  # missing gates
        lets_out = layout.output_row <= i and i < layout.output_row + n_b
        store(trace.net, unit + i, 0.0)
        store(trace.y, unit + i, open_gate(form.subtracts) if lets_out else 1.0)


@merged
def squash_output_gates(extensions, layout, form, weights, trace, t):
    """Output gates, after the state update; in the plain form, see `squash_gates`."""
    if extensions is None:
        return
    unit, first, n_b = t * layout.unit_rows, layout.output_row, layout.block_rows
    if first >= layout.receivers:
        return
    if layout.peepholes > 0:
        for j in range(n_b):
            s = (trace.s, (t + 1) * layout.cell_rows)
            peep(layout, weights, layout.peepholes - 1, trace, unit + first + j, s, j)
    squash_rows(form.gate, trace.net, unit + first, trace.y, unit + first, n_b)


@merged
def keep_gates(extensions, layout, trace, t, live):
    """Keep the gates that units see at the next step."""
    if extensions is None:
        return
    for i in range(layout.gates_seen):
        now = load(trace.y, t * layout.unit_rows + layout.cell_rows + i)
        before = load(trace.gates, t * layout.gates_seen + i)
        store(trace.gates, (t + 1) * layout.gates_seen + i, where(live, now, before))


@inner
def begin_errors(extensions, layout, trace):
    """No error returns from beyond a window."""
    if extensions is None:
        return
    for i in range(layout.hidden):
        store(trace.error_hidden, i, 0.0)


@merged
def error_of_output_gate(extensions, subtracts, layout, back, trace, t, j, live):
    """δ_out of block j at step t, and its error to the states: e_s(c) ← e_s(c) + p_out,c δ_out."""
    if extensions is None:
        return
    row, n_c = layout.output_row + j, layout.cell_rows
    y_out, e_out = load(trace.y, t * layout.unit_rows + row), fill(trace.s, 0.0)
    for c in range(j * layout.cells_per_block, (j + 1) * layout.cells_per_block):
        e_out = e_out + by_gate(subtracts, load(trace.h, t * n_c + c), y_out) * load(trace.error, t * n_c + c)
    if layout.gates_seen > 0 and row < layout.receivers:
        e_out = e_out + load(trace.error_hidden, layout.cells_seen + row - n_c)
    delta = where(live, y_out * (1.0 - y_out) * e_out, 0.0)
    store(trace.delta, t * layout.delta_rows + row, delta)
    if layout.peepholes > 0 and row < layout.receivers:
        for c in range(j * layout.cells_per_block, (j + 1) * layout.cells_per_block):
            p = load(back, layout.peephole + (layout.peepholes - 1) * n_c + c)
            store(trace.error_s, c, load(trace.error_s, c) + p * delta)


@merged
def errors_of_gates(extensions, layout, back, stream, trace, t, at, j):
    """Add the errors of input and forget gates from units that see them, and through peepholes.

    A reset cuts e_s(t−1).
    """
    if extensions is None:
        return
    n_c, n_b, d = layout.cell_rows, layout.block_rows, t * layout.delta_rows
    reset = load(stream.resets, at) > 0.0
    for kind in range((min(layout.output_row, layout.receivers) - n_c) // n_b):
        row = n_c + kind * n_b + j
        if layout.gates_seen > 0:
            y = load(trace.y, t * layout.unit_rows + row)
            more = y * (1.0 - y) * load(trace.error_hidden, layout.cells_seen + kind * n_b + j)
            live = load(stream.length, 0) > at
            store(trace.delta, d + row, where(live, load(trace.delta, d + row) + more, 0.0))
        if layout.peepholes > 0:
            for c in range(j * layout.cells_per_block, (j + 1) * layout.cells_per_block):
                p = load(back, layout.peephole + kind * n_c + c)
                store(trace.error_s, c, load(trace.error_s, c) + p * load(trace.delta, d + row))
    for c in range(j * layout.cells_per_block, (j + 1) * layout.cells_per_block):
        store(trace.error_s, c, where(reset, 0.0, load(trace.error_s, c)))


@merged
def return_errors(extensions, layout, back, stream, trace, t, at, first):
    """e_c(t−1) ← e_c(t−1) + Σ_u w_uc δ_u(t), and likewise for gates, unless t is the `first` step of the window."""
    n_c, row, stride = layout.cell_rows, layout.back, layout.back_stride
    sent, before = t * layout.delta_rows * layout.lanes_sent, (t - 1) * n_c
    if extensions is None:
        if first:
            return
        if layout.back_apart:  # the weights to a cell are contiguous
            receive(back, row, layout.back_apart, layout.units, trace.sent.delta, sent, n_c, trace.error, before)
        else:
            return_error(back, row, stride, layout.return_place, trace.sent.delta, sent, n_c, trace.error, before)
        return
    for i in range(layout.hidden):
        store(trace.error_hidden, i, 0.0)
    if first:
        return
    n_h = layout.hidden
    return_error(back, row, stride, layout.return_place, trace.sent.delta, sent, n_h, trace.error_hidden, 0)
    reset = load(stream.resets, at) > 0.0
    for i in range(n_h):
        store(trace.error_hidden, i, where(reset, 0.0, load(trace.error_hidden, i)))
    for c in range(layout.cells_seen):
        store(trace.error, before + c, load(trace.error, before + c) + load(trace.error_hidden, c))


@inner
def peephole_gradient(extensions, layout, gradient, trace, start, steps):
    """∂E/∂p_jc = Σ_t δ_j(t) s_c, with s_c(t−1) for input and forget gates and s_c(t) for output gates."""
    if extensions is None:
        return
    n_c, n_b = layout.cell_rows, layout.block_rows
    for kind in range(layout.peepholes):
        row = n_c + kind * n_b
        for c in range(n_c):
            g = fill(trace.s, 0.0)
            for t in range(start, start + steps):
                s = load(trace.s, (t + 1) * n_c + c) if row == layout.output_row else load(trace.s_before, t * n_c + c)
                g = g + load(trace.delta, t * layout.delta_rows + row + c // layout.cells_per_block) * s
            collect(gradient, layout.peephole + kind * n_c + c, g)


@inner
def hold_forget_factor(extensions, layout, gradient, trace):
    """Set the gradient of a fixed forget gate to 0, except its bias."""
    if extensions is None:
        return
    if extensions.fixed_forget > 0:
        for i in range(layout.forget_row * layout.sources, (layout.forget_row + layout.block_rows) * layout.sources):
            collect(gradient, i, fill(trace.s, 0.0))


@inner
def peephole_squares(extensions, layout, gradient, norm):
    """The squared norm of the gradient, including peepholes."""
    if extensions is None:
        return norm
    for i in range(layout.peephole, layout.peephole + layout.peepholes * layout.cell_rows):
        norm = norm + load(gradient, i) * load(gradient, i)
    return norm


@inner
def count_sequences(extensions, starts, stream, carry, first, steps):
    """Count the sequences or steps by which the learning rate decays."""
    if extensions is None:
        return
    count, length = load(carry.sequences, 0), load(stream.length, 0)
    for row in range(first, first + steps):
        live, start = length > row, load(starts, row)
        if extensions.by_step > 0:
            count = where(live, where(start > 0.0, 1.0, count + 1.0), count)
        else:
            count = count + where(live, start, 0.0)
    store(carry.sequences, 0, count)


@inner
def learning_rate(extensions, rule, carry):
    """α times decay^⌊(n − 1) / every⌋ in the n-th sequence, or at the n-th step of one."""
    if extensions is None:
        return fill(carry.s, rule.alpha)
    passed = floor(maximum(load(carry.sequences, 0) - 1.0, 0.0) / extensions.decay_every)
    return rule.alpha * exp(passed * extensions.log_decay)
