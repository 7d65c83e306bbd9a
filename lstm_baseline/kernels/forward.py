"""Forward in time: net inputs, gates and memory cells (Gers et al., 2000).

`t` is the row of a step in the trace, and `at` its row in the stream. `live` masks the networks whose stream has not
ended.
"""

from lstm_baseline.kernels.extensions import keep_gates, see_past, squash_gates, squash_output_gates
from lstm_baseline.kernels.gating import passed
from lstm_baseline.kernels.products import receive, receive_steps
from lstm_baseline.kernels.squashing import squash_rows
from tasks.engine.lanes import fill, load, store, where
from tasks.engine.lanes.options import inlined, inner, merged

__all__ = ["begin", "forward", "halt"]


@inlined
def net_inputs(layout, weights, inputs, trace, first, start, steps):
    """Net inputs from inputs, at every step: net_u(t) = b_u + Σ_i w_ui x_i(t)."""
    n_u, n_0, n_x = layout.unit_rows, layout.first_biased, layout.inputs
    for t in range(start, start + steps):
        for u in range(n_0):
            store(trace.net, t * n_u + u, 0.0)
        for u in range(n_0, layout.receivers):
            store(trace.net, t * n_u + u, load(weights, layout.bias + u - n_0))
    x, net, n_r = first * n_x, start * n_u, layout.receivers
    receive_steps(weights, layout.start, layout.sources, n_x, inputs, x, n_x, n_r, steps, trace.net, net, n_u)


@merged
def cells_forward(layout, form, weights, trace, t, live):
    """Gates and memory cells of every block.

    y_in = σ(net_in),  y_φ = σ(net_φ),  y_out = σ(net_out)
    s_c(t) = s_c(t−1) · y_φ(t) + p(g(net_c(t)), y_in(t))    input gating
    y_c(t) = p(h(s_c(t)), y_out(t))                         output gating

    p(x, y) is x · y if gates multiply: Hochreiter & Schmidhuber (1997, section 4), with y_φ = 1, and Gers, Schmidhuber
    & Cummins (2000, section 3). It is x − y if they subtract: Costa et al. (2017).
    """
    n_b, n_c, n_v = layout.block_rows, layout.cell_rows, layout.cells_per_block
    unit, cell, after = t * layout.unit_rows, t * n_c, (t + 1) * n_c
    squash_rows(form.g, trace.net, unit, trace.y, unit, n_c)
    squash_gates(form.extensions, layout, form, weights, trace, t)
    for j in range(n_b):
        y_in, y_phi = load(trace.y, unit + n_c + j), load(trace.y, unit + layout.forget_row + j)
        for c in range(j * n_v, (j + 1) * n_v):
            s_c = load(trace.s_before, cell + c) * y_phi + passed(form.subtracts, load(trace.y, unit + c), y_in)
            store(trace.s, after + c, where(live, s_c, load(trace.s, cell + c)))
    squash_rows(form.h, trace.s, after, trace.h, cell, n_c)
    squash_output_gates(form.extensions, layout, form, weights, trace, t)
    for j in range(n_b):
        y_out = load(trace.y, unit + layout.output_row + j)
        for c in range(j * n_v, (j + 1) * n_v):
            y_c = passed(form.subtracts, load(trace.h, cell + c), y_out)
            store(trace.y_c, after + c, where(live, y_c, load(trace.y_c, cell + c)))
    keep_gates(form.extensions, layout, trace, t, live)


@inner
def doubt_net(layout, stream, trace, first, start, steps):
    """Σ net − net of cells and gates, to `trace.doubt`: 0, or NaN."""
    doubt, length = fill(trace.s, 0.0), load(stream.length, 0)
    for k in range(steps):
        of_step = fill(doubt, 0.0)
        for i in range((start + k) * layout.unit_rows, (start + k) * layout.unit_rows + layout.receivers):
            of_step = of_step + (load(trace.net, i) - load(trace.net, i))
        doubt = where(length > first + k, doubt + of_step, doubt)
    store(trace.doubt, 0, doubt)


@inlined
def begin(layout, carry, trace, start):
    """Copy the state of the networks to `start` in the trace."""
    for c in range(layout.cell_rows):
        store(trace.y_c, start * layout.cell_rows + c, load(carry.y_c, c))
        store(trace.s, start * layout.cell_rows + c, load(carry.s, c))


@inner
def forward(layout, form, weights, stream, trace, first, start, steps):
    """Run cells and gates through a window: `steps` steps from `first`, at `start` in the trace."""
    net_inputs(layout, weights, stream.inputs, trace, first, start, steps)
    n, n_x, n_h, n_u, n_1 = layout.sources, layout.inputs, layout.hidden, layout.unit_rows, layout.first_recurrent
    hidden, row, receivers = layout.hidden_sent, n_x + n_1 * n, layout.receivers - n_1
    for k in range(steps):
        t, live = start + k, load(stream.length, 0) > first + k
        see_past(form.extensions, layout, stream, trace, t, first + k)
        # net_u(t) ← net_u(t) + Σ_m w_um y_m(t−1) over cells and, in some forms, gates
        receive(weights, row, n, n_h, trace.sent.hidden, t * hidden, receivers, trace.net, t * n_u + n_1)
        cells_forward(layout, form, weights, trace, t, live)
    doubt_net(layout, stream, trace, first, start, steps)


@inlined
def halt(layout, carry, stream, trace, first, end):
    """Store the state at `end` in the trace, for streams of more than `first` steps."""
    ran = load(stream.length, 0) > fill(trace.s, first)
    for c in range(layout.cell_rows):
        store(carry.y_c, c, where(ran, load(trace.y_c, end * layout.cell_rows + c), load(carry.y_c, c)))
        store(carry.s, c, where(ran, load(trace.s, end * layout.cell_rows + c), load(carry.s, c)))
