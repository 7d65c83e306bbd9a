"""Gradient descent without a stored gradient: weights change as it is computed."""

from lstm_baseline.kernels.products import add_four, get_four
from tasks.engine.lanes import fill, load, store, where
from tasks.engine.lanes.options import inlined, inner

__all__ = ["bias_descent", "weight_descent"]


@inlined
def lower(weights, row, m, m_1, m_2, m_3, g_0, g_1, g_2, g_3, rate, learns):
    """Change four weights of one receiver in the networks that learn."""
    w_0, w_1, w_2, w_3 = get_four(weights, row, m, m_1, m_2, m_3)
    v_0, v_1, v_2, v_3 = w_0 - rate * g_0, w_1 - rate * g_1, w_2 - rate * g_2, w_3 - rate * g_3
    store(weights, row + m, where(learns, v_0, w_0))
    store(weights, row + m_1, where(learns, v_1, w_1))
    store(weights, row + m_2, where(learns, v_2, w_2))
    store(weights, row + m_3, where(learns, v_3, w_3))


@inner
def weight_descent(rate, learns, delta, d, d_step, receivers, source, s, s_step, senders, steps, weights, row, stride):
    """w_um ← w_um − α Σ_t δ_u(t) y_m(t); δ_u(t) is ``d + t * d_step + u``, y_m(t) ``s + t * s_step + m``.

    w_um is ``row + u * stride + m``; only lanes in `learns` change.
    """
    zero, last = fill(delta, 0.0), receivers - 1
    for u in range(0, receivers, 4):
        u_1, u_2, u_3 = min(u + 1, last), min(u + 2, last), min(u + 3, last)
        for m in range(0, senders, 4):
            m_1, m_2, m_3 = min(m + 1, senders - 1), min(m + 2, senders - 1), min(m + 3, senders - 1)
            g_00, g_01, g_02, g_03 = zero, zero, zero, zero
            g_10, g_11, g_12, g_13 = zero, zero, zero, zero
            g_20, g_21, g_22, g_23 = zero, zero, zero, zero
            g_30, g_31, g_32, g_33 = zero, zero, zero, zero
            for t in range(steps):
                d_t = d + t * d_step
                y_0, y_1, y_2, y_3 = get_four(source, s + t * s_step, m, m_1, m_2, m_3)
                x = load(delta, d_t + u)
                g_00, g_01, g_02, g_03 = add_four(x, y_0, y_1, y_2, y_3, g_00, g_01, g_02, g_03)
                x = load(delta, d_t + u_1)
                g_10, g_11, g_12, g_13 = add_four(x, y_0, y_1, y_2, y_3, g_10, g_11, g_12, g_13)
                x = load(delta, d_t + u_2)
                g_20, g_21, g_22, g_23 = add_four(x, y_0, y_1, y_2, y_3, g_20, g_21, g_22, g_23)
                x = load(delta, d_t + u_3)
                g_30, g_31, g_32, g_33 = add_four(x, y_0, y_1, y_2, y_3, g_30, g_31, g_32, g_33)
            lower(weights, row + u * stride, m, m_1, m_2, m_3, g_00, g_01, g_02, g_03, rate, learns)
            if u + 1 <= last:
                lower(weights, row + u_1 * stride, m, m_1, m_2, m_3, g_10, g_11, g_12, g_13, rate, learns)
            if u + 2 <= last:
                lower(weights, row + u_2 * stride, m, m_1, m_2, m_3, g_20, g_21, g_22, g_23, rate, learns)
            if u + 3 <= last:
                lower(weights, row + u_3 * stride, m, m_1, m_2, m_3, g_30, g_31, g_32, g_33, rate, learns)


@inner
def bias_descent(rate, learns, delta, d, d_step, receivers, steps, weights, row):
    """b_u ← b_u − α Σ_t δ_u(t); δ_u(t) is ``d + t * d_step + u``, b_u ``row + u``."""
    for u in range(receivers):
        g = fill(delta, 0.0)
        for t in range(steps):
            g = g + load(delta, d + t * d_step + u)
        b = load(weights, row + u)
        store(weights, row + u, where(learns, b - rate * g, b))
