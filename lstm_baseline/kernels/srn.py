"""The simple recurrent network (Elman, 1990), step by step: forward, one step of error backward, and weights."""

from lstm_baseline.kernels.descent import bias_descent, weight_descent
from lstm_baseline.kernels.epoch import finish_epoch, start_epoch, stop_unsound
from lstm_baseline.kernels.forward import begin, halt
from lstm_baseline.kernels.hidden import doubt_rows, hidden_delta, net_from_context, net_from_inputs, squash_hidden
from lstm_baseline.kernels.logistic import judge_strictly, logistic_error, logistic_forward
from lstm_baseline.kernels.outputs import count_steps, outputs_backward
from lstm_baseline.kernels.resets import see_past
from tasks.engine.lanes import any_of, flush_denormals, load, restore_control_word, store, where
from tasks.engine.lanes.options import inner, kernel

__all__ = ["run_srn"]


@inner
def forward_step(layout, rule, weights, stream, trace, first, t):
    """One step of the hidden units, at `t` in the trace, and the context.

    h(t) = σ(W_x x(t) + W_c c(t) + b);   c(t+1) = η c(t) + (1 − η) h(t)

    η is the hysteresis (O'Reilly & Frank, 2006, section 4); with 0, the context is a copy of h, as in Elman (1990).
    c(t) is `trace.s` at t, h(t) `trace.y_c` at t + 1. Units see c(t) as `trace.s_before`, 0 after a reset.
    """
    n_c, live = layout.cells, load(stream.length, 0) > first
    now, after = t * n_c, (t + 1) * n_c
    see_past(stream.resets, layout, trace.s, trace.s_before, t, first)
    net_from_inputs(layout, weights, stream.inputs, first * layout.inputs, trace.net, now)
    net_from_context(layout, weights, trace.s_before, now, trace.net, now)
    squash_hidden(layout, trace.net, now, trace.y_c, now, after, live)
    for j in range(n_c):
        c = load(trace.s_before, now + j)
        store(trace.s, after + j, where(live, rule.eta * c + (1.0 - rule.eta) * load(trace.y_c, after + j), c))
    store(trace.doubt, 0, 0.0)
    doubt_rows(trace.net, now, n_c, live, trace.doubt, 0)


@inner
def backward_step(layout, rule, weights, stream, trace, first, t):
    """δ of output and hidden units at one step; no error passes through the context."""
    n_c, live = layout.cells, load(stream.length, 0) > first
    logistic_error(layout, rule.tolerance, stream, trace, first, t, 1)
    store(trace.doubt, 2, 0.0)
    if any_of(load(trace.norm, 0) > 0.0):
        outputs_backward(layout, weights, trace, t, 1)
        hidden_delta(layout, trace.error, t * n_c, trace.y_c, (t + 1) * n_c, trace.delta, 0, live)
        doubt_rows(trace.delta, 0, n_c, live, trace.doubt, 2)


@inner
def descend(layout, rule, weights, stream, trace, first, t):
    """Change every weight by the gradient of this step, in networks with an error."""
    n_x, n_c, n_k = layout.inputs, layout.cells, layout.outputs
    learns = (load(stream.counted, 0) > 0.0) & (load(trace.norm, 0) > 0.0)
    if not any_of(learns):
        return
    rate, d, n, w = rule.alpha, trace.delta, layout.sources, weights
    weight_descent(rate, learns, d, 0, 0, n_c, stream.inputs, first * n_x, 0, n_x, 1, w, 0, n)
    weight_descent(rate, learns, d, 0, 0, n_c, trace.s_before, t * n_c, 0, n_c, 1, w, n_x, n)
    bias_descent(rate, learns, d, 0, 0, n_c, 1, w, layout.bias)
    d_k, row = trace.delta_k, layout.readout
    weight_descent(rate, learns, d_k, t * n_k, 0, n_k, trace.y_c, (t + 1) * n_c, 0, n_c, 1, w, row, n_c)
    bias_descent(rate, learns, d_k, t * n_k, 0, n_k, 1, w, layout.readout_bias)


@inner
def run_steps(layout, rule, state, stream, trace, begin_row, end_row, keep, learn):
    """See `online.run_steps`."""
    for first in range(begin_row, end_row):
        t = first if keep else 0
        begin(layout, state.carry, trace, t)
        forward_step(layout, rule, state.weights, stream, trace, first, t)
        logistic_forward(layout, state.weights, stream, trace, first, t, 1)
        if rule.strict:
            judge_strictly(layout, rule.tolerance, stream, first, trace.y_k, t, 1)
        if learn:
            store(stream.counted, 0, count_steps(stream, first, 1))
            backward_step(layout, rule, state.weights, stream, trace, first, t)
        stop_unsound(layout, stream, trace, first)
        halt(layout, state.carry, stream, trace, first, t + 1)
        if learn:
            descend(layout, rule, state.weights, stream, trace, first, t)


@kernel
def run_srn(layout, rule, state, stream, trace, course, keep, learn):
    """Run every network through its epochs, or to criterion; see `epoch.run_epochs`.

    `rule` is an `srn.Rule`, and `state` a `Descent`.
    """
    control_word = flush_denormals()
    for epoch in range(course.start.shape[0]):
        begin_row, end_row = start_epoch(epoch, stream, course)
        run_steps(layout, rule, state, stream, trace, begin_row, end_row, keep, learn)
        finish_epoch(stream, course)
    restore_control_word(control_word)
