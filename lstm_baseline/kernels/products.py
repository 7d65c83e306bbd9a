"""The three sums of a layer of weights: over senders (forward), over receivers (backward), over time (gradient).

Products are added by fused multiply-adds, four receivers together (for the gradient, with four senders). If fewer than
four remain, the last one is repeated.
"""

from tasks.engine.lanes import collect_four, fill, fma, load, store
from tasks.engine.lanes.options import inlined, inner

__all__ = ["bias_gradient", "receive", "receive_steps", "return_error", "weight_gradient"]


AT_HAND = 32
"""Receivers whose errors fit into the cache while the gradient is summed."""


@inlined
def get_four(rows, first, a, b, c, d):
    """Rows `a`, `b`, `c` and `d` after `first`."""
    return load(rows, first + a), load(rows, first + b), load(rows, first + c), load(rows, first + d)


@inlined
def put_four(rows, first, a, b, c, d, x_a, x_b, x_c, x_d):
    """Store four values in rows `a`, `b`, `c` and `d` after `first`."""
    store(rows, first + a, x_a)
    store(rows, first + b, x_b)
    store(rows, first + c, x_c)
    store(rows, first + d, x_d)


@inlined
def add_four(x, y_a, y_b, y_c, y_d, to_a, to_b, to_c, to_d):
    """Add the products of `x` and four values to four sums."""
    return fma(x, y_a, to_a), fma(x, y_b, to_b), fma(x, y_c, to_c), fma(x, y_d, to_d)


@inner
def receive(weights, row, stride, senders, source, first, receivers, net, out):
    """net_u ← net_u + Σ_m w_um y_m; w_um is ``row + u * stride + m``, y_m ``first + m``, net_u ``out + u``."""
    last = receivers - 1
    for u in range(0, receivers, 4):
        v, w, x = min(u + 1, last), min(u + 2, last), min(u + 3, last)
        to_u, to_v, to_w, to_x = row + u * stride, row + v * stride, row + w * stride, row + x * stride
        net_u, net_v, net_w, net_x = get_four(net, out, u, v, w, x)
        for m in range(senders):
            w_u, w_v, w_w, w_x = get_four(weights, m, to_u, to_v, to_w, to_x)
            net_u, net_v, net_w, net_x = add_four(
                load(source, first + m), w_u, w_v, w_w, w_x, net_u, net_v, net_w, net_x
            )
        put_four(net, out, u, v, w, x, net_u, net_v, net_w, net_x)


@inner
def receive_steps(weights, row, stride, senders, source, s, s_step, receivers, steps, net, n, n_step):
    """net_u(t) ← net_u(t) + Σ_m w_um y_m(t) at all steps, if no sender depends on a receiver.

    w_um is ``row + u * stride + m``, y_m(t) ``s + t * s_step + m``, net_u(t) ``n + t * n_step + u``.
    """
    for t in range(0, steps, 4):
        t_1, t_2, t_3 = min(t + 1, steps - 1), min(t + 2, steps - 1), min(t + 3, steps - 1)
        s_0, s_1, s_2, s_3 = s + t * s_step, s + t_1 * s_step, s + t_2 * s_step, s + t_3 * s_step
        n_0, n_1, n_2, n_3 = n + t * n_step, n + t_1 * n_step, n + t_2 * n_step, n + t_3 * n_step
        for u in range(0, receivers, 4):
            u_1, u_2, u_3 = min(u + 1, receivers - 1), min(u + 2, receivers - 1), min(u + 3, receivers - 1)
            w_0, w_1, w_2, w_3 = row + u * stride, row + u_1 * stride, row + u_2 * stride, row + u_3 * stride
            net_00, net_01, net_02, net_03 = get_four(net, u, n_0, n_1, n_2, n_3)
            net_10, net_11, net_12, net_13 = get_four(net, u_1, n_0, n_1, n_2, n_3)
            net_20, net_21, net_22, net_23 = get_four(net, u_2, n_0, n_1, n_2, n_3)
            net_30, net_31, net_32, net_33 = get_four(net, u_3, n_0, n_1, n_2, n_3)
            for m in range(senders):
                y_0, y_1, y_2, y_3 = get_four(source, m, s_0, s_1, s_2, s_3)
                w = load(weights, w_0 + m)
                net_00, net_01, net_02, net_03 = add_four(w, y_0, y_1, y_2, y_3, net_00, net_01, net_02, net_03)
                w = load(weights, w_1 + m)
                net_10, net_11, net_12, net_13 = add_four(w, y_0, y_1, y_2, y_3, net_10, net_11, net_12, net_13)
                w = load(weights, w_2 + m)
                net_20, net_21, net_22, net_23 = add_four(w, y_0, y_1, y_2, y_3, net_20, net_21, net_22, net_23)
                w = load(weights, w_3 + m)
                net_30, net_31, net_32, net_33 = add_four(w, y_0, y_1, y_2, y_3, net_30, net_31, net_32, net_33)
            put_four(net, u, n_0, n_1, n_2, n_3, net_00, net_01, net_02, net_03)
            put_four(net, u_1, n_0, n_1, n_2, n_3, net_10, net_11, net_12, net_13)
            put_four(net, u_2, n_0, n_1, n_2, n_3, net_20, net_21, net_22, net_23)
            put_four(net, u_3, n_0, n_1, n_2, n_3, net_30, net_31, net_32, net_33)


@inner
def return_error(weights, row, stride, place, delta, first, receivers, error, out):
    """e_c ← e_c + Σ_u w_uc δ_u; w_uc is ``row + u * stride + c``, δ_u ``first + place[u]``, e_c ``out + c``."""
    fours = receivers - receivers % 4
    for c in range(0, fours, 4):
        e_c, e_d, e_e, e_f = get_four(error, out, c, c + 1, c + 2, c + 3)
        for u in range(place.shape[0]):
            w_c, w_d, w_e, w_f = get_four(weights, row + u * stride, c, c + 1, c + 2, c + 3)
            e_c, e_d, e_e, e_f = add_four(load(delta, first + place[u]), w_c, w_d, w_e, w_f, e_c, e_d, e_e, e_f)
        put_four(error, out, c, c + 1, c + 2, c + 3, e_c, e_d, e_e, e_f)
    for c in range(fours, receivers):
        e_c = load(error, out + c)
        for u in range(place.shape[0]):
            e_c = fma(load(delta, first + place[u]), load(weights, row + u * stride + c), e_c)
        store(error, out + c, e_c)


@inner
def weight_gradient(delta, d, d_step, receivers, source, s, s_step, senders, steps, gradient, row, stride):
    """∂E/∂w_um = Σ_t δ_u(t) y_m(t), to ``row + u * stride + m``.

    δ_u(t) is ``d + t * d_step + u``, y_m(t) ``s + t * s_step + m``.
    """
    zero = fill(delta, 0.0)
    for first in range(0, receivers, AT_HAND):
        for m in range(0, senders, 4):
            m_1, m_2, m_3 = min(m + 1, senders - 1), min(m + 2, senders - 1), min(m + 3, senders - 1)
            for u in range(first, min(first + AT_HAND, receivers), 4):
                u_1, u_2, u_3 = min(u + 1, receivers - 1), min(u + 2, receivers - 1), min(u + 3, receivers - 1)
                g_00, g_01, g_02, g_03 = zero, zero, zero, zero
                g_10, g_11, g_12, g_13 = zero, zero, zero, zero
                g_20, g_21, g_22, g_23 = zero, zero, zero, zero
                g_30, g_31, g_32, g_33 = zero, zero, zero, zero
                for t in range(steps):
                    d_t, s_t = d + t * d_step, s + t * s_step
                    y_0, y_1, y_2, y_3 = get_four(source, s_t, m, m_1, m_2, m_3)
                    x = load(delta, d_t + u)
                    g_00, g_01, g_02, g_03 = add_four(x, y_0, y_1, y_2, y_3, g_00, g_01, g_02, g_03)
                    x = load(delta, d_t + u_1)
                    g_10, g_11, g_12, g_13 = add_four(x, y_0, y_1, y_2, y_3, g_10, g_11, g_12, g_13)
                    x = load(delta, d_t + u_2)
                    g_20, g_21, g_22, g_23 = add_four(x, y_0, y_1, y_2, y_3, g_20, g_21, g_22, g_23)
                    x = load(delta, d_t + u_3)
                    g_30, g_31, g_32, g_33 = add_four(x, y_0, y_1, y_2, y_3, g_30, g_31, g_32, g_33)
                to_0, to_1, to_2, to_3 = row + u * stride, row + u_1 * stride, row + u_2 * stride, row + u_3 * stride
                collect_four(gradient, to_0 + m, to_0 + m_1, to_0 + m_2, to_0 + m_3, g_00, g_01, g_02, g_03)
                collect_four(gradient, to_1 + m, to_1 + m_1, to_1 + m_2, to_1 + m_3, g_10, g_11, g_12, g_13)
                collect_four(gradient, to_2 + m, to_2 + m_1, to_2 + m_2, to_2 + m_3, g_20, g_21, g_22, g_23)
                collect_four(gradient, to_3 + m, to_3 + m_1, to_3 + m_2, to_3 + m_3, g_30, g_31, g_32, g_33)


@inner
def bias_gradient(delta, d, d_step, receivers, steps, gradient, row):
    """∂E/∂b_u = Σ_t δ_u(t), to ``row + u``; δ_u(t) is ``d + t * d_step + u``."""
    last, zero = receivers - 1, fill(delta, 0.0)
    for u in range(0, receivers, 4):
        v, w, x = min(u + 1, last), min(u + 2, last), min(u + 3, last)
        b_u, b_v, b_w, b_x = zero, zero, zero, zero
        for t in range(steps):
            d_u, d_v, d_w, d_x = get_four(delta, d + t * d_step, u, v, w, x)
            b_u, b_v, b_w, b_x = b_u + d_u, b_v + d_v, b_w + d_w, b_x + d_x
        collect_four(gradient, row + u, row + v, row + w, row + x, b_u, b_v, b_w, b_x)
