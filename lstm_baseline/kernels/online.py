"""Step-by-step learning: the truncated gradient of 1997 and 2000, and e-prop, which differ only in their feedback.

Each cell carries forward the partial derivatives of its state by the weights on which the state depends. Inputs from
other units count as constants (Hochreiter & Schmidhuber, 1997, appendix A.1; Gers, Schmidhuber & Cummins, 2000, section
3.2). Bellec et al. (2020) call these derivatives eligibility vectors.
"""

from lstm_baseline.kernels.adam import gradient_norm
from lstm_baseline.kernels.epoch import finish_epoch, start_epoch, stop_unsound
from lstm_baseline.kernels.extensions import begin_gates, count_sequences, halt_gates, hold_forget_factor
from lstm_baseline.kernels.forward import begin, forward, halt
from lstm_baseline.kernels.gating import by_content, by_gate
from lstm_baseline.kernels.optimizer import improve
from lstm_baseline.kernels.outputs import count_steps, errors_of_outputs, outputs_forward
from lstm_baseline.kernels.squashing import slope
from tasks.engine.lanes import any_of, fill, flush_denormals, load, maximum, restore_control_word, store, where
from tasks.engine.lanes.options import inner, kernel

__all__ = ["gather_online", "run_online"]


@inner
def follow(partials, row, keep, factor, source, first, count):
    """∂s/∂w_m ← keep · ∂s/∂w_m + factor · y_m; ∂s/∂w_m is ``row + m``, y_m ``first + m`` of `source`."""
    for m in range(count):
        store(partials, row + m, load(partials, row + m) * keep + factor * load(source, first + m))


@inner
def follow_unit(layout, partials, row, keep, factor, inputs, x, trace, t, block):
    """Partial derivatives of a state by the weights of a unit: sources, bias, and peepholes to its `block`."""
    n_x, n_h, n_v = layout.inputs, layout.hidden, layout.cells_per_block
    follow(partials, row, keep, factor, inputs, x, n_x)
    follow(partials, row + n_x, keep, factor, trace.hidden, t * n_h, n_h)
    store(partials, row + n_x + n_h, load(partials, row + n_x + n_h) * keep + factor)
    if layout.peepholes > 0:
        s = t * layout.cell_rows + block * n_v
        follow(partials, row + n_x + n_h + 1, keep, factor, trace.s_before, s, n_v)


@inner
def follow_states(layout, form, stream, trace, online, t, row):
    """Partial derivatives of every state, after a step.

    ∂s/∂w_c  ← y_φ ∂s/∂w_c  + g'(net_c) ∂p(g, y_in)/∂g y_m
    ∂s/∂w_in ← y_φ ∂s/∂w_in + ∂p(g, y_in)/∂y_in y_in (1 − y_in) y_m
    ∂s/∂w_φ  ← y_φ ∂s/∂w_φ  + s_c(t−1) y_φ (1 − y_φ) y_m

    p is the content that passes a gate (`gating`); y_φ is 1 in the form of 1997. A reset sets the derivatives to 0;
    beyond a stream they stay.
    """
    n_c, n_v, unit = layout.cell_rows, layout.cells_per_block, t * layout.unit_rows
    each, forgets = layout.inputs + layout.hidden + 1, layout.forget_row < layout.receivers
    if layout.peepholes > 0:
        each += n_v
    of_cell = each * (3 if forgets else 2)
    live, reset = load(stream.length, 0) > row, load(stream.resets, row) > 0.0
    x, one = row * layout.inputs, fill(trace.s, 1.0)
    for c in range(n_c):
        j, start = c // n_v, c * of_cell
        g, y_in = load(trace.y, unit + c), load(trace.y, unit + n_c + j)
        y_phi = load(trace.y, unit + layout.forget_row + j)
        keep = where(live, where(reset, 0.0, y_phi), one)
        factor = where(live, slope(form.g, g) * by_content(form.subtracts, g, y_in), 0.0)
        follow_unit(layout, online.partials, start, keep, factor, stream.inputs, x, trace, t, j)
        factor = where(live, by_gate(form.subtracts, g, y_in) * y_in * (1.0 - y_in), 0.0)
        follow_unit(layout, online.partials, start + each, keep, factor, stream.inputs, x, trace, t, j)
        if forgets:
            factor = where(live, load(trace.s_before, t * n_c + c) * y_phi * (1.0 - y_phi), 0.0)
            follow_unit(layout, online.partials, start + 2 * each, keep, factor, stream.inputs, x, trace, t, j)


@inner
def send_errors(layout, rule, state, trace, t):
    """e_c = Σ_k w_kc δ_k, by the weights of the outputs or fixed random ones."""
    n_k, n_c = layout.output_rows, layout.cell_rows
    for c in range(n_c):
        e_c = fill(trace.s, 0.0)
        for k in range(n_k):
            delta = load(trace.delta_k, t * n_k + k)
            if rule.random_feedback > 0:
                e_c = e_c + load(state.online.feedback, k * n_c + c) * delta
            else:
                e_c = e_c + load(state.weights, layout.readout_back + k * layout.readout_back_stride + c) * delta
        store(trace.error, t * n_c + c, e_c)


@inner
def gather(gradient, row, keep, factor, source, first, count):
    """g_m ← keep · g_m + factor · y_m; g_m is ``row + m``, y_m ``first + m`` of `source`."""
    for m in range(count):
        store(gradient, row + m, load(gradient, row + m) * keep + factor * load(source, first + m))


@inner
def gather_outputs(layout, gradient, keep, stream, trace, t, row):
    """Add ∂E/∂w_kc = δ_k y_c(t), and likewise for inputs and biases, to the gradient."""
    n_k, n_c, n_i = layout.output_rows, layout.cells, layout.shortcuts
    for k in range(n_k):
        delta, to = load(trace.delta_k, t * n_k + k), layout.readout + k * (n_c + n_i)
        gather(gradient, to, keep, delta, trace.y_c, (t + 1) * n_c, n_c)
        gather(gradient, to + n_c, keep, delta, stream.inputs, row * layout.inputs, n_i)
    for k in range(layout.output_biases):
        at = layout.readout_bias + k
        store(gradient, at, load(gradient, at) * keep + load(trace.delta_k, t * n_k + k))


@inner
def gather_unit(layout, gradient, unit, kind, block, keep, factor, partials, row):
    """Add `factor` times the partial derivatives of a state to the gradient of a unit.

    `kind` is that of its peepholes, −1 for a cell.
    """
    n, n_v = layout.sources, layout.cells_per_block
    gather(gradient, unit * n, keep, factor, partials, row, n if unit >= layout.first_recurrent else layout.inputs)
    if unit >= layout.first_biased:
        gather(gradient, layout.bias + unit - layout.first_biased, keep, factor, partials, row + n, 1)
    if kind >= 0 and layout.peepholes > 0:
        at = layout.peephole + kind * layout.cell_rows + block * n_v
        gather(gradient, at, keep, factor, partials, row + n + 1, n_v)


@inner
def gather_output_gate(layout, form, gradient, keep, stream, trace, t, row, j):
    """∂E/∂w_out = δ_out y_m, δ_out = y_out (1 − y_out) Σ_c ∂p(h, y_out)/∂y_out e_c."""
    n_c, n_v, n_x, n_h = layout.cell_rows, layout.cells_per_block, layout.inputs, layout.hidden
    unit, e_out = layout.output_row + j, fill(trace.s, 0.0)
    y_out = load(trace.y, t * layout.unit_rows + unit)
    for c in range(j * n_v, (j + 1) * n_v):
        h, e_c = load(trace.h, t * n_c + c), load(trace.error, t * n_c + c)
        e_out = e_out + by_gate(form.subtracts, h, y_out) * e_c
    delta, at = y_out * (1.0 - y_out) * e_out, unit * layout.sources
    gather(gradient, at, keep, delta, stream.inputs, row * n_x, n_x)
    gather(gradient, at + n_x, keep, delta, trace.hidden, t * n_h, n_h)
    if unit >= layout.first_biased:
        at = layout.bias + unit - layout.first_biased
        store(gradient, at, load(gradient, at) * keep + delta)
    if layout.peepholes > 0:
        at = layout.peephole + (layout.peepholes - 1) * n_c + j * n_v
        gather(gradient, at, keep, delta, trace.s, (t + 1) * n_c + j * n_v, n_v)


@inner
def gather_gradient(layout, form, state, stream, trace, t, row):
    """Add the gradient of one step's error, given δ_k and e_c, to the stored one.

    ∂E/∂w = e_s ∂s/∂w with e_s = ∂p(h, y_out)/∂h h'(s_c) e_c, summed over a block for the weights of its gates.
    """
    n_c, n_b, n_v = layout.cell_rows, layout.block_rows, layout.cells_per_block
    each, forgets = layout.sources + 1, layout.forget_row < layout.receivers
    if layout.peepholes > 0:
        each += n_v
    of_cell, online, gradient = each * (3 if forgets else 2), state.online, state.gradient
    keep, one = load(online.gathered, 0), fill(trace.s, 1.0)
    gather_outputs(layout, gradient, keep, stream, trace, t, row)
    for c in range(n_c):
        j, start = c // n_v, c * of_cell
        h, y_out = load(trace.h, t * n_c + c), load(trace.y, t * layout.unit_rows + layout.output_row + j)
        e_s = by_content(form.subtracts, h, y_out) * slope(form.h, h) * load(trace.error, t * n_c + c)
        of_block = keep if c % n_v == 0 else one  # the first cell of a block begins the sum
        gather_unit(layout, gradient, c, -1, j, keep, e_s, online.partials, start)
        gather_unit(layout, gradient, n_c + j, 0, j, of_block, e_s, online.partials, start + each)
        if forgets:
            unit = layout.forget_row + j
            gather_unit(layout, gradient, unit, 1, j, of_block, e_s, online.partials, start + 2 * each)
    if layout.output_row < layout.receivers:
        for j in range(n_b):
            gather_output_gate(layout, form, gradient, keep, stream, trace, t, row, j)
    hold_forget_factor(form.extensions, layout, gradient, trace)


@inner
def learn_step(layout, form, rule, state, stream, trace, t, row):
    """Add a step to the gradient in the networks of `stream.counted`."""
    store(stream.counted, 0, count_steps(stream, row, 1))
    if not any_of(load(stream.counted, 0) > 0.0):
        return
    errors_of_outputs(form.extensions, layout, stream, trace, row, t, 1)
    send_errors(layout, rule, state, trace, t)
    online = state.online
    gather_gradient(layout, form, state, stream, trace, t, row)
    gathered = maximum(load(online.gathered, 0), where(load(stream.counted, 0) > 0.0, fill(trace.s, 1.0), 0.0))
    store(online.gathered, 0, gathered)


@inner
def ends_here(stream, row, total, until_error):
    """Networks that end a sequence at this step: at its last step, or by a wrong response."""
    length = load(stream.length, 0)
    ends = (length > row) & ~(length > row + 1)
    if row + 1 < total:
        ends = ends | ((length > row) & (load(stream.starts, row + 1) > 0.0))
    if until_error:
        ends = ends | wrong(stream, row)
    return ends


@inner
def wrong(stream, row):
    """Networks with a wrong response that counts."""
    counts = (load(stream.length, 0) > row) & (load(stream.counts, row) > 0.0)
    return counts & ~(load(stream.response, row) == load(stream.wanted, row))


@inner
def change_weights(layout, form, rule, state, stream, trace, row, total, until_error):
    """Mark the networks that learn now: after counted steps, or after sequences with one."""
    online = state.online
    gathered = load(online.gathered, 0)
    due = gathered > 0.0
    if rule.by_sequence > 0:
        due = due & ends_here(stream, row, total, until_error)
    store(stream.counted, 0, where(due, fill(trace.s, 1.0), 0.0))
    store(trace.doubt, 2, 0.0)
    if not any_of(due):
        return
    gradient_norm(layout, form, state.gradient, trace)
    norm = load(trace.norm, 0)
    store(trace.doubt, 2, where(due, norm - norm, 0.0))
    store(online.gathered, 0, where(due, 0.0, gathered))


@inner
def set_out(stream, state, row, until_error):
    """Start waiting networks from 0 where a sequence starts; the others have no step here.

    Of the starts of this row, those that a running sequence passes are deleted. Returns the lengths of the streams,
    which `come_back` restores.
    """
    online, length = state.online, load(stream.length, 0)
    if until_error:
        waiting, starts = load(online.waiting, 0) > 0.0, load(stream.starts, row) > 0.0
        starting = waiting & starts & (length > row)
        first = starts & ~(load(state.carry.sequences, 0) > 0.0)
        store(stream.resets, row, where(starting, 1.0, load(stream.resets, row)))
        store(stream.starts, row, where(starting | first, fill(length, 1.0), 0.0))
        waits = waiting & ~starting
        store(online.waiting, 0, where(waits, fill(length, 1.0), 0.0))
        store(stream.length, 0, where(waits & (length > row), fill(length, row), length))
    return length


@inner
def come_back(stream, online, row, length, until_error):
    """After a step, let networks that made an error wait; restore the other lengths."""
    if until_error:
        waited, now = load(online.waiting, 0) > 0.0, load(stream.length, 0)
        store(stream.response, row, where(waited, -1.0, load(stream.response, row)))
        waits = waited | wrong(stream, row)
        store(online.waiting, 0, where(waits, fill(length, 1.0), 0.0))
        store(stream.length, 0, where(waited, length, now))


@inner
def run_steps(layout, form, rule, state, stream, trace, begin_row, end_row, keep, learn, until_error):
    """Run every network from one row to another by steps, and write its responses."""
    for row in range(begin_row, end_row):
        t = row if keep else 0
        length = set_out(stream, state, row, until_error)
        begin(layout, state.carry, trace, t)
        begin_gates(form.extensions, layout, state.carry, trace, t)
        forward(layout, form, state.weights, stream, trace, row, t, 1)
        outputs_forward(layout, form, state.weights, stream, trace, row, t, 1)
        if learn:
            follow_states(layout, form, stream, trace, state.online, t, row)
            learn_step(layout, form, rule, state, stream, trace, t, row)
            change_weights(layout, form, rule, state, stream, trace, row, end_row, until_error)
        else:
            store(trace.doubt, 2, 0.0)
        stop_unsound(layout, stream, trace, row)
        halt(layout, state.carry, stream, trace, row, t + 1)
        halt_gates(form.extensions, layout, state.carry, stream, trace, row, t + 1)
        if learn:
            count_sequences(form.extensions, stream.starts, stream, state.carry, row, 1)
            improve(form, rule, state, trace.norm, stream.counted)
        come_back(stream, state.online, row, length, until_error)


@kernel
def run_online(layout, form, rule, state, stream, trace, course, keep, learn, until_error):
    """Run every network through its epochs, learning by steps (parameters: `epoch.run_epochs`).

    With `until_error`, a sequence ends with the first wrong response that counts, and the next begins from 0 at the
    next start. Responses in between are −1.
    """
    control_word = flush_denormals()
    for epoch in range(course.start.shape[0]):
        begin_row, end_row = start_epoch(epoch, stream, course)
        run_steps(layout, form, rule, state, stream, trace, begin_row, end_row, keep, learn, until_error)
        finish_epoch(stream, course)
    restore_control_word(control_word)


@kernel
def gather_online(layout, form, rule, state, stream, trace, steps):
    """The gradient of all steps of a stream from rest, with frozen weights."""
    for row in range(steps):
        begin(layout, state.carry, trace, 0)
        begin_gates(form.extensions, layout, state.carry, trace, 0)
        forward(layout, form, state.weights, stream, trace, row, 0, 1)
        outputs_forward(layout, form, state.weights, stream, trace, row, 0, 1)
        follow_states(layout, form, stream, trace, state.online, 0, row)
        learn_step(layout, form, rule, state, stream, trace, 0, row)
        halt(layout, state.carry, stream, trace, row, 1)
        halt_gates(form.extensions, layout, state.carry, stream, trace, row, 1)
