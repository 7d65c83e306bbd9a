"""E-prop for the gated recurrent unit (Bellec et al., 2020): a trace per weight of the cells, and an error per cell.

The trace of a weight, ∂h/∂w, has its row in `state.weights`. Inputs from other cells count as constants, so that traces
persist only through the update gate.
"""

from lstm_baseline.kernels.epoch import finish_epoch, start_epoch, stop_unsound
from lstm_baseline.kernels.forward import halt
from lstm_baseline.kernels.gru import gradient_norm, improve, respond
from lstm_baseline.kernels.online import ends_here, follow, gather, gather_outputs, send_errors
from lstm_baseline.kernels.outputs import count_steps, cross_entropy_backward
from tasks.engine.lanes import any_of, fill, flush_denormals, load, maximum, restore_control_word, store, where
from tasks.engine.lanes.options import inner, kernel

__all__ = ["run_gru_online"]


@inner
def follow_unit(layout, partials, unit, keep, of_x, of_h, stream, trace, t, row):
    """∂h/∂w ← keep · ∂h/∂w + factor · y_m of a unit; factor: `of_x` for inputs and bias, `of_h` for cells."""
    n_x, n_c = layout.inputs, layout.cells
    at = unit * layout.sources
    follow(partials, at, keep, of_x, stream.inputs, row * n_x, n_x)
    follow(partials, at + n_x, keep, of_h, trace.hidden, t * n_c, n_c)
    bias = layout.bias + unit
    store(partials, bias, load(partials, bias) * keep + of_x)


@inner
def follow_cells(layout, stream, trace, online, t, row):
    """The partial derivatives of every cell, after a step; ∂h/∂net_n = (1 − z) (1 − n²).

    ∂h/∂w_r ← z ∂h/∂w_r + ∂h/∂net_n m r (1 − r) y_m;    ∂h/∂w_z ← z ∂h/∂w_z + z (1 − z) (h(t−1) − n) y_m
    ∂h/∂w_n ← z ∂h/∂w_n + ∂h/∂net_n x_i;    ∂h/∂u_n ← z ∂h/∂u_n + ∂h/∂net_n r h_m(t−1)

    w_n includes the bias b_n, u_n the recurrent bias c_n. A reset sets the derivatives to 0; beyond a stream they stay.
    """
    n_c, net, partials = layout.cells, t * layout.unit_rows, online.partials
    live, reset, one = load(stream.length, 0) > row, load(stream.resets, row) > 0.0, fill(trace.s, 1.0)
    for j in range(n_c):
        r, z, n = load(trace.y, net + j), load(trace.y, net + n_c + j), load(trace.y, net + 2 * n_c + j)
        m, before = load(trace.net, net + 3 * n_c + j), load(trace.hidden, t * n_c + j)
        keep = where(live, where(reset, 0.0, z), one)
        of_n = where(live, (1.0 - z) * (1.0 - n * n), 0.0)
        of_z = where(live, z * (1.0 - z) * (before - n), 0.0)
        of_r = of_n * m * r * (1.0 - r)
        follow_unit(layout, partials, j, keep, of_r, of_r, stream, trace, t, row)
        follow_unit(layout, partials, n_c + j, keep, of_z, of_z, stream, trace, t, row)
        follow_unit(layout, partials, 2 * n_c + j, keep, of_n, of_n * r, stream, trace, t, row)
        recurrent_bias = layout.bias + 3 * n_c + j
        store(partials, recurrent_bias, load(partials, recurrent_bias) * keep + of_n * r)


@inner
def gather_gradient(layout, state, stream, trace, t, row):
    """Add the gradient of one step, ∂E/∂w = e_j ∂h_j/∂w, to the stored one."""
    n_c, n, online, gradient = layout.cells, layout.sources, state.online, state.gradient
    keep = load(online.gathered, 0)
    gather_outputs(layout, gradient, keep, stream, trace, t, row)
    for unit in range(3 * n_c):
        e = load(trace.error, t * n_c + unit % n_c)
        gather(gradient, unit * n, keep, e, online.partials, unit * n, n)
    for unit in range(4 * n_c):
        e = load(trace.error, t * n_c + unit % n_c)
        gather(gradient, layout.bias + unit, keep, e, online.partials, layout.bias + unit, 1)


@inner
def learn_step(layout, rule, state, stream, trace, t, row):
    """Update the derivatives; add a step to the gradient."""
    follow_cells(layout, stream, trace, state.online, t, row)
    store(stream.counted, 0, count_steps(stream, row, 1))
    if not any_of(load(stream.counted, 0) > 0.0):
        return
    cross_entropy_backward(layout, stream, trace, row, t, 1)
    send_errors(layout, rule, state, trace, t)
    gather_gradient(layout, state, stream, trace, t, row)
    counts = where(load(stream.counted, 0) > 0.0, fill(trace.s, 1.0), 0.0)
    store(state.online.gathered, 0, maximum(load(state.online.gathered, 0), counts))


@inner
def choose_who_learns(layout, rule, state, stream, trace, row, total):
    """Mark the networks that learn now: after counted steps, or after sequences with one."""
    gathered = load(state.online.gathered, 0)
    due = gathered > 0.0
    if rule.by_sequence > 0:
        due = due & ends_here(stream, row, total, False)
    store(stream.counted, 0, where(due, fill(trace.s, 1.0), 0.0))
    gradient_norm(layout, state.gradient, trace)
    norm = load(trace.norm, 0)
    store(trace.doubt, 2, where(due, norm - norm, 0.0))
    store(state.online.gathered, 0, where(due, 0.0, gathered))


@inner
def run_steps(layout, rule, state, stream, trace, begin_row, end_row, keep, learn):
    """See `online.run_steps`."""
    for row in range(begin_row, end_row):
        t = row if keep else 0
        respond(layout, state, stream, trace, row, t, 1)
        store(trace.doubt, 2, 0.0)
        if learn:
            learn_step(layout, rule, state, stream, trace, t, row)
            choose_who_learns(layout, rule, state, stream, trace, row, end_row)
        stop_unsound(layout, stream, trace, row)
        halt(layout, state.carry, stream, trace, row, t + 1)
        if learn:
            improve(rule, state, stream, trace)


@kernel
def run_gru_online(layout, rule, state, stream, trace, course, keep, learn):
    """Run every network through its epochs, as `gru.run_gru`, learning by steps."""
    control_word = flush_denormals()
    for epoch in range(course.start.shape[0]):
        begin_row, end_row = start_epoch(epoch, stream, course)
        run_steps(layout, rule, state, stream, trace, begin_row, end_row, keep, learn)
        finish_epoch(stream, course)
    restore_control_word(control_word)
