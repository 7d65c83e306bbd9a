"""Forward in time: net inputs, gates and memory cells (Gers et al., 2000).

Everywhere `t` is the step's place in the trace and `live` masks the networks whose stream still runs: the others keep
their state.
"""

from lstm_baseline.kernels.squashing import squash
from tasks.base.lanes import fill, load, sigmoid, store, where
from tasks.base.lanes.options import inner, kernel

__all__ = ["enter_inputs", "forward"]


@kernel
def enter_inputs(circuit, inputs, trace, first, t, steps):
    """Copy x of `steps` steps, from step `first` of the stream on, into the trace from `t` on."""
    n, n_x = circuit.sources, circuit.inputs
    for k in range(steps):
        for i in range(n_x):
            store(trace.source, (t + k) * n + i, load(inputs, (first + k) * n_x + i))


@inner
def net_forward(circuit, weights, trace, t):
    """Net input of cells and gates: net_u(t) = Σ_m w_um y_m + b_u, over the sources m."""
    n = circuit.sources
    for u in range(circuit.units):
        net_u = fill(weights, 0.0)
        if u >= circuit.first_biased:
            net_u = load(weights, circuit.bias + u - circuit.first_biased)
        for m in range(n):
            net_u = net_u + load(weights, u * n + m) * load(trace.source, t * n + m)
        store(trace.net, t * circuit.units + u, net_u)


@inner
def cells_forward(circuit, form, trace, t, live):
    """Gates and memory cells of every block.

    y_in = σ(net_in),  y_φ = σ(net_φ),  y_out = σ(net_out)
    s_c(t) = s_c(t−1) · y_φ(t) + g(net_c(t)) · y_in(t)    input gating
    y_c(t) = y_out(t) · h(s_c(t))                         output gating

    The cell is that of Hochreiter & Schmidhuber (1997, section 4), whose s_c lacks the factor y_φ; the forget gate is
    that of Gers, Schmidhuber & Cummins (2000, section 3).
    """
    n_b, n_c, n_v, n = circuit.blocks, circuit.cells, circuit.cells_per_block, circuit.sources
    unit = t * circuit.units
    for j in range(n_b):
        in_j, phi_j, out_j = unit + n_c + j, unit + n_c + n_b + j, unit + n_c + 2 * n_b + j
        y_in = sigmoid(load(trace.net, in_j))
        y_phi = sigmoid(load(trace.net, phi_j))
        y_out = sigmoid(load(trace.net, out_j))
        store(trace.y, in_j, y_in)
        store(trace.y, phi_j, y_phi)
        store(trace.y, out_j, y_out)
        for v in range(n_v):
            c = j * n_v + v
            s_before = load(trace.s, t * n_c + c)
            y_before = load(trace.source, t * n + circuit.inputs + c)

            g = squash(form.g, load(trace.net, unit + c))
            s_c = s_before * y_phi + g * y_in
            h = squash(form.h, s_c)
            y_c = y_out * h

            store(trace.y, unit + c, g)
            store(trace.h, t * n_c + c, h)
            store(trace.s, (t + 1) * n_c + c, where(live, s_c, s_before))
            store(trace.source, (t + 1) * n + circuit.inputs + c, where(live, y_c, y_before))


@kernel
def forward(circuit, form, weights, carry, length, trace, first, start, steps):
    """Run cells and gates through a window: `steps` steps from step `first` of the stream, at `start` in the trace.

    `carry` is where the networks stand before the window, and after it where they have come to.
    """
    n, n_x, n_c = circuit.sources, circuit.inputs, circuit.cells
    for c in range(n_c):
        store(trace.source, start * n + n_x + c, load(carry.y_c, c))
        store(trace.s, start * n_c + c, load(carry.s, c))
    for k in range(steps):
        t = start + k
        live = load(length, 0) > first + k
        net_forward(circuit, weights, trace, t)
        cells_forward(circuit, form, trace, t, live)
    end = start + steps
    for c in range(n_c):
        store(carry.y_c, c, load(trace.source, end * n + n_x + c))
        store(carry.s, c, load(trace.s, end * n_c + c))
