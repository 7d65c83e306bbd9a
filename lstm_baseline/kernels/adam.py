"""Adam (Kingma & Ba, 2015, algorithm 1), with a clipped gradient and an update number for each network."""

from lstm_baseline.kernels.extensions import peephole_squares
from tasks.engine.lanes import any_of, expm1, fill, load, maximum, sqrt, store, where
from tasks.engine.lanes.options import inner

__all__ = ["adam_update", "gradient_norm"]


@inner
def squares_of(gradient, row, senders, bias, receivers, biased, squares, out):
    """Σ_m g_um² + g_b² for each receiver u; g_um is ``row + u * senders + m``, g_b ``bias + u − biased``."""
    for u in range(receivers):
        total = fill(squares, 0.0)
        for m in range(row + u * senders, row + (u + 1) * senders):
            total = total + load(gradient, m) * load(gradient, m)
        if u >= biased:
            total = total + load(gradient, bias + u - biased) * load(gradient, bias + u - biased)
        store(squares, out + u, total)


@inner
def gradient_norm(layout, form, gradient, trace):
    """The squared norm of the gradient, to `trace.norm`."""
    n_u, n_k, n_0, start = layout.receivers, layout.output_rows, layout.first_biased, layout.start
    squares_of(gradient, start, layout.sources, layout.bias, n_u, n_0, trace.squares, start)
    width, unbiased = layout.cells + layout.shortcuts, n_k - layout.output_biases
    squares_of(gradient, layout.readout, width, layout.readout_bias, n_k, unbiased, trace.squares, layout.unit_rows)
    norm = fill(trace.norm, 0.0)
    for u in range(layout.units):
        norm = norm + load(trace.sent.squares, layout.unit_place[u])
    for k in range(layout.outputs):
        norm = norm + load(trace.sent.squares, layout.units_sent + layout.output_place[k])
    store(trace.norm, 0, peephole_squares(form.extensions, layout, gradient, norm))


@inner
def adam_update(rule, rate, weights, gradient, adam, norm, counted):
    """One step of Adam in the networks that have `counted` a step.

    m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²
    w ← w − α m̂ / (√v̂ + ε),  m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)

    α is `rate`, and g the gradient, scaled to a norm of at most `clip_norm` (Pascanu et al., 2013); `norm` is its
    squared norm. 1 − βᵗ is −expm1(t ln β), which is precise for small t.
    """
    learns = load(counted, 0) > 0.0
    if not any_of(learns):
        return
    factor = rule.clip_norm / maximum(sqrt(load(norm, 0)), rule.clip_norm)
    clock = where(learns, load(adam.clock, 0) + 1.0, load(adam.clock, 0))
    store(adam.clock, 0, clock)
    t = maximum(clock, 1.0)  # a network that has not learned yet has no correction to divide by
    unbias_m = -1.0 / expm1(t * rule.log_beta1)
    unbias_v = -1.0 / expm1(t * rule.log_beta2)
    step = rate * unbias_m
    for i in range(weights.shape[0]):
        w, g = load(weights, i), load(gradient, i) * factor
        m_before, v_before = load(adam.m, i), load(adam.v, i)
        m = rule.beta1 * m_before + (1.0 - rule.beta1) * g
        v = rule.beta2 * v_before + (1.0 - rule.beta2) * g * g
        change = step * m / (sqrt(v * unbias_v) + rule.epsilon)
        store(adam.m, i, where(learns, m, m_before))
        store(adam.v, i, where(learns, v, v_before))
        store(weights, i, where(learns, w - change, w))
