"""The gated recurrent unit of Cho et al. (2014), forward and backward through a window, and whole epochs.

As in `torch.nn.GRU`, the reset gate multiplies the recurrent input of candidates after their weights; in the paper, it
multiplies h(t−1) before them.

A step of `trace.net` has four blocks of one row per cell: reset gates, update gates, input of candidates from inputs,
and from cells, m. `trace.y` holds r, z and n in this order, `trace.delta` the errors of all four. Units see h(t−1) in
`trace.hidden`.
"""

from lstm_baseline.kernels.adam import adam_update
from lstm_baseline.kernels.epoch import finish_epoch, start_epoch, stop_unsound
from lstm_baseline.kernels.forward import begin, halt
from lstm_baseline.kernels.hidden import doubt_rows
from lstm_baseline.kernels.outputs import (
    activate,
    count_steps,
    cross_entropy_backward,
    net_outputs,
    outputs_backward,
    readout_gradient,
)
from lstm_baseline.kernels.products import bias_gradient, receive, receive_steps, weight_gradient
from lstm_baseline.kernels.resets import goes_on, return_errors, see_past
from lstm_baseline.kernels.squashing import GATE, Squashing, squash_rows
from tasks.engine.lanes import fill, flush_denormals, load, restore_control_word, store, where
from tasks.engine.lanes.options import inner, kernel

__all__ = ["backward", "gradient_norm", "gradients", "improve", "respond", "run_gru"]

TANH = int(Squashing.TANH)


@inner
def cells_forward(layout, trace, t, live):
    """Gates, candidates and cells at one step.

    r = σ(net_r);   z = σ(net_z);   n = tanh(net_n + r · m);   h(t) = (1 − z) · n + z · h(t−1)
    """
    n_c, net, now, after = layout.cells, t * layout.unit_rows, t * layout.cells, (t + 1) * layout.cells
    squash_rows(GATE, trace.net, net, trace.y, net, 2 * n_c)
    for j in range(n_c):
        m = load(trace.net, net + 3 * n_c + j)
        store(trace.h, now + j, load(trace.net, net + 2 * n_c + j) + load(trace.y, net + j) * m)
    squash_rows(TANH, trace.h, now, trace.y, net + 2 * n_c, n_c)
    for j in range(n_c):
        z, n, before = load(trace.y, net + n_c + j), load(trace.y, net + 2 * n_c + j), load(trace.hidden, now + j)
        store(trace.y_c, after + j, where(live, n + z * (before - n), before))


@inner
def forward(layout, weights, stream, trace, first, start, steps):
    """Run all cells through a window: `steps` steps from `first`, at `start` in the trace."""
    n_c, n_x, n_u, n = layout.cells, layout.inputs, layout.unit_rows, layout.sources
    for t in range(start, start + steps):
        for u in range(n_u):
            store(trace.net, t * n_u + u, load(weights, layout.bias + u))
    receive_steps(weights, 0, n, n_x, stream.inputs, first * n_x, n_x, 3 * n_c, steps, trace.net, start * n_u, n_u)
    store(trace.doubt, 0, 0.0)
    for k in range(steps):
        t, live = start + k, load(stream.length, 0) > first + k
        see_past(stream.resets, layout, trace.y_c, trace.hidden, t, first + k)
        receive(weights, n_x, n, n_c, trace.hidden, t * n_c, 2 * n_c, trace.net, t * n_u)
        receive(weights, 2 * n_c * n + n_x, n, n_c, trace.hidden, t * n_c, n_c, trace.net, t * n_u + 3 * n_c)
        cells_forward(layout, trace, t, live)
        doubt_rows(trace.net, t * n_u, n_u, live, trace.doubt, 0)


@inner
def cells_backward(layout, trace, t, live, back, inside):
    """Errors of gates and candidates at a step; `trace.error` holds e(t) = ∂E/∂h(t).

    δ_n = (1 − n²) (1 − z) e;   δ_z = z (1 − z) (h(t−1) − n) e;   δ_r = r (1 − r) m δ_n;   δ_m = r δ_n
    e(t−1) ← e(t−1) + z e(t), if that step is `inside` the window, and where errors go `back` to it
    """
    n_c, net, d = layout.cells, t * layout.unit_rows, t * layout.delta_rows
    for j in range(n_c):
        r, z, n = load(trace.y, net + j), load(trace.y, net + n_c + j), load(trace.y, net + 2 * n_c + j)
        m, before = load(trace.net, net + 3 * n_c + j), load(trace.hidden, t * n_c + j)
        e = load(trace.error, t * n_c + j)
        delta_n = (1.0 - n * n) * (1.0 - z) * e
        store(trace.delta, d + j, where(live, r * (1.0 - r) * m * delta_n, 0.0))
        store(trace.delta, d + n_c + j, where(live, z * (1.0 - z) * (before - n) * e, 0.0))
        store(trace.delta, d + 2 * n_c + j, where(live, delta_n, 0.0))
        store(trace.delta, d + 3 * n_c + j, where(live, r * delta_n, 0.0))
        if inside:
            before_e = load(trace.error, (t - 1) * n_c + j)
            store(trace.error, (t - 1) * n_c + j, where(back, before_e + z * e, before_e))


@inner
def backward(layout, weights, stream, trace, first, start, steps):
    """Errors of gates and candidates from those at the cells in `trace.error`."""
    for k in range(steps - 1, -1, -1):
        t, live = start + k, load(stream.length, 0) > first + k
        cells_backward(layout, trace, t, live, goes_on(stream.resets, live, first + k), k > 0)
        if k > 0:
            return_errors(stream.resets, layout, weights, trace, t, first + k)


@inner
def gradient_norm(layout, gradient, trace):
    """The squared norm of the gradient, to `trace.norm`; 0 or NaN, to `trace.doubt`."""
    norm = fill(trace.h, 0.0)
    for i in range(layout.weights):
        norm = norm + load(gradient, i) * load(gradient, i)
    store(trace.norm, 0, norm)
    store(trace.doubt, 2, norm - norm)


@inner
def gradients(layout, gradient, stream, trace, first, start, steps):
    """The gradient of all weights, and its squared norm."""
    n_c, n_x, n, n_d, x = layout.cells, layout.inputs, layout.sources, layout.delta_rows, stream.inputs
    d, h, of_n = start * n_d, start * n_c, 2 * n_c * n + n_x
    weight_gradient(trace.delta, d, n_d, 3 * n_c, x, first * n_x, n_x, n_x, steps, gradient, 0, n)
    weight_gradient(trace.delta, d, n_d, 2 * n_c, trace.hidden, h, n_c, n_c, steps, gradient, n_x, n)
    weight_gradient(trace.delta, d + 3 * n_c, n_d, n_c, trace.hidden, h, n_c, n_c, steps, gradient, of_n, n)
    bias_gradient(trace.delta, d, n_d, 4 * n_c, steps, gradient, layout.bias)
    readout_gradient(layout, gradient, x, trace, first, start, steps)
    gradient_norm(layout, gradient, trace)


@inner
def respond(layout, state, stream, trace, first, start, steps):
    """Run cells and outputs through a window."""
    begin(layout, state.carry, trace, start)
    forward(layout, state.weights, stream, trace, first, start, steps)
    net_outputs(layout, state.weights, stream.inputs, trace, first, start, steps)
    activate(None, layout, stream, trace, first, start, steps)


@inner
def improve(rule, state, stream, trace):
    """One step of Adam."""
    rate = fill(trace.s, rule.alpha)
    adam_update(rule, rate, state.weights, state.gradient, state.adam, trace.norm, stream.counted)


@inner
def run_windows(layout, rule, state, stream, trace, begin_row, end_row, keep, learn):
    """See `epoch.run_windows`."""
    for first in range(begin_row, end_row, rule.window):
        steps = min(rule.window, end_row - first)
        start = first if keep else 0
        respond(layout, state, stream, trace, first, start, steps)
        if learn:
            store(stream.counted, 0, count_steps(stream, first, steps))
            cross_entropy_backward(layout, stream, trace, first, start, steps)
            outputs_backward(layout, state.weights, trace, start, steps)
            backward(layout, state.weights, stream, trace, first, start, steps)
            gradients(layout, state.gradient, stream, trace, first, start, steps)
        stop_unsound(layout, stream, trace, first)
        halt(layout, state.carry, stream, trace, first, start + steps)
        if learn:
            improve(rule, state, stream, trace)


@kernel
def run_gru(layout, rule, state, stream, trace, course, keep, learn):
    """Run every network through its epochs, as `epoch.run_epochs`; `layout` is `GatedLayer.layout`."""
    control_word = flush_denormals()
    for epoch in range(course.start.shape[0]):
        begin_row, end_row = start_epoch(epoch, stream, course)
        run_windows(layout, rule, state, stream, trace, begin_row, end_row, keep, learn)
        finish_epoch(stream, course)
    restore_control_word(control_word)
