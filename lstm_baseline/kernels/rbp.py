"""Recurrent backpropagation in a sliding window: forward by ticks, errors back through the window, and weights.

`trace.y_c` holds h after the first tick, which output units see; `trace.s` holds h after the last, from which the next
step continues. Units see it as `trace.s_before`.

The first step of a window is its *root*: it gives the initial activity, and no error flows back into its hidden units.
"""

from lstm_baseline.kernels.descent import bias_descent, weight_descent
from lstm_baseline.kernels.epoch import finish_epoch, start_epoch, stop_unsound
from lstm_baseline.kernels.forward import begin, halt
from lstm_baseline.kernels.hidden import doubt_rows, hidden_delta, net_from_context, net_from_inputs, squash_hidden
from lstm_baseline.kernels.logistic import judge_strictly, logistic_error, logistic_forward
from lstm_baseline.kernels.outputs import count_steps, outputs_backward
from lstm_baseline.kernels.products import return_error
from lstm_baseline.kernels.resets import cut_errors, move_seen, see_past
from tasks.engine.lanes import any_of, flush_denormals, load, restore_control_word, store
from tasks.engine.lanes.options import inner, kernel

__all__ = ["run_rbp"]


@inner
def forward_steps(layout, rule, weights, stream, trace, first, start, steps):
    """Run the hidden units through `steps` steps from `first`, at `start` in the trace.

    First tick:  h'(t) = σ(W_x x(t) + W_h h(t−1) + b);   second tick:  h(t) = σ(W_x x(t) + W_h h'(t) + b)

    With one tick per step, h(t) = h'(t). Where memory is reset, h(t−1) = 0.
    """
    n_c = layout.cells
    store(trace.doubt, 0, 0.0)
    for k in range(steps):
        now, after, live = (start + k) * n_c, (start + k + 1) * n_c, load(stream.length, 0) > first + k
        see_past(stream.resets, layout, trace.s, trace.s_before, start + k, first + k)
        net_from_inputs(layout, weights, stream.inputs, (first + k) * layout.inputs, trace.net, now)
        for j in range(n_c):
            store(trace.y, now + j, load(trace.net, now + j))
        net_from_context(layout, weights, trace.s_before, now, trace.net, now)
        squash_hidden(layout, trace.net, now, trace.y_c, now, after, live)
        doubt_rows(trace.net, now, n_c, live, trace.doubt, 0)
        if rule.ticks == 2:
            net_from_context(layout, weights, trace.y_c, after, trace.y, now)
            squash_hidden(layout, trace.y, now, trace.s, now, after, live)
            doubt_rows(trace.y, now, n_c, live, trace.doubt, 0)
        else:
            for j in range(n_c):
                store(trace.s, after + j, load(trace.y_c, after + j))


@inner
def backward_steps(layout, rule, weights, stream, trace, first, start, steps, back):
    """δ of the hidden units after the root: `steps` steps with their own errors, and `back` before.

    e(t) = Σ_u w_u δ'_u(t+1);   δ(t) = h (1 − h) e;   e'(t) = Σ_k w_k δ_k(t) + Σ_u w_u δ_u(t);   δ'(t) = h' (1 − h') e'

    δ' is of the first tick of a step, δ of the second; u runs over hidden units; δ_k, of the outputs, is 0 before step
    `first`. A step has 3 · cells rows of `trace.delta`: δ', δ, and their sum.
    """
    n_c, n_x, n_d, place = layout.cells, layout.inputs, layout.delta_rows, layout.unit_place
    outputs_backward(layout, weights, trace, start, steps)
    for k in range(steps - 1, -back, -1):
        t, live = start + k, load(stream.length, 0) > first + k
        e, d, later = t * n_c, t * n_d, (t + 1) * n_d
        for j in range(n_c):
            store(trace.error_s, j, 0.0)
            if k < 0:
                store(trace.error, e + j, 0.0)
        if k < steps - 1:
            return_error(weights, n_x, layout.sources, place, trace.delta, later, n_c, trace.error_s, 0)
            cut_errors(stream.resets, layout, trace.error_s, 0, first + k + 1)
        if rule.ticks == 2:
            hidden_delta(layout, trace.error_s, 0, trace.s, (t + 1) * n_c, trace.delta, d + n_c, live)
            return_error(weights, n_x, layout.sources, place, trace.delta, d + n_c, n_c, trace.error, e)
        else:
            for j in range(n_c):
                store(trace.delta, d + n_c + j, 0.0)
                store(trace.error, e + j, load(trace.error, e + j) + load(trace.error_s, j))
        hidden_delta(layout, trace.error, e, trace.y_c, (t + 1) * n_c, trace.delta, d, live)
        for j in range(n_c):
            both = load(trace.delta, d + j) + load(trace.delta, d + n_c + j)
            store(trace.delta, d + 2 * n_c + j, both)
        doubt_rows(trace.delta, d + 2 * n_c, n_c, live, trace.doubt, 2)


@inner
def descend(layout, rule, w, stream, trace, first, start, steps, back):
    """Change every weight by the gradient of the last `steps` steps, in networks with an error.

    For weights of the hidden units, the gradient is summed over the window after its root.
    """
    learns = (load(stream.counted, 0) > 0.0) & (load(trace.norm, 0) > 0.0)
    if not any_of(learns):
        return
    n_x, n_c, n_k, n, n_d = layout.inputs, layout.cells, layout.outputs, layout.sources, layout.delta_rows
    rate, d, t, span = rule.alpha, trace.delta, start - back + 1, steps + back - 1
    first_tick, second_tick, both = t * n_d, t * n_d + n_c, t * n_d + 2 * n_c
    x = (first - back + 1) * n_x
    weight_descent(rate, learns, d, both, n_d, n_c, stream.inputs, x, n_x, n_x, span, w, 0, n)
    weight_descent(rate, learns, d, first_tick, n_d, n_c, trace.s_before, t * n_c, n_c, n_c, span, w, n_x, n)
    if rule.ticks == 2:
        weight_descent(rate, learns, d, second_tick, n_d, n_c, trace.y_c, (t + 1) * n_c, n_c, n_c, span, w, n_x, n)
    bias_descent(rate, learns, d, both, n_d, n_c, span, w, layout.bias)
    d_k, row, h = trace.delta_k, layout.readout, (start + 1) * n_c
    weight_descent(rate, learns, d_k, start * n_k, n_k, n_k, trace.y_c, h, n_c, n_c, steps, w, row, n_c)
    bias_descent(rate, learns, d_k, start * n_k, n_k, n_k, steps, w, layout.readout_bias)


@inner
def make_room(resets, layout, trace, end, kept):
    """Move the last `kept` steps before `end` to the beginning of the trace."""
    n_c = layout.cells
    for i in range((kept + 1) * n_c):
        store(trace.y_c, i, load(trace.y_c, (end - kept) * n_c + i))
        store(trace.s, i, load(trace.s, (end - kept) * n_c + i))
    move_seen(resets, layout, trace.s_before, end - kept, kept)


@inner
def run_gaps(layout, rule, state, stream, trace, begin_row, end_row, learn):
    """Run every network from one row to another by gaps, and write its responses.

    A *gap* is the steps between two backpropagations. Their errors flow back through the whole window, but not before
    `begin_row`, the first root.
    """
    room, t, back = trace.s.shape[0] // layout.cells - 1, 0, 0
    begin(layout, state.carry, trace, 0)
    for first in range(begin_row, end_row, rule.gap):
        steps = min(rule.gap, end_row - first)
        if t + steps > room:
            make_room(stream.resets, layout, trace, t, back)
            t = back
        forward_steps(layout, rule, state.weights, stream, trace, first, t, steps)
        logistic_forward(layout, state.weights, stream, trace, first, t, steps)
        if rule.strict:
            judge_strictly(layout, rule.tolerance, stream, first, trace.y_k, t, steps)
        if learn:
            store(stream.counted, 0, count_steps(stream, first, steps))
            logistic_error(layout, rule.tolerance, stream, trace, first, t, steps)
            store(trace.doubt, 2, 0.0)
            if any_of(load(trace.norm, 0) > 0.0):
                backward_steps(layout, rule, state.weights, stream, trace, first, t, steps, back)
        stop_unsound(layout, stream, trace, first)
        halt(layout, state.carry, stream, trace, first, t + steps)
        if learn:
            descend(layout, rule, state.weights, stream, trace, first, t, steps, back)
        t, back = t + steps, min(back + steps, rule.window - rule.gap)


@kernel
def run_rbp(layout, rule, state, stream, trace, course, learn):
    """Run every network through its epochs, or to criterion; see `epoch.run_epochs`.

    `rule` is an `rbp.Rule`, and `state` a `Descent`. `trace` has room for at least a window, and keeps as many steps as
    fit.
    """
    control_word = flush_denormals()
    for epoch in range(course.start.shape[0]):
        begin_row, end_row = start_epoch(epoch, stream, course)
        run_gaps(layout, rule, state, stream, trace, begin_row, end_row, learn)
        finish_epoch(stream, course)
    restore_control_word(control_word)
