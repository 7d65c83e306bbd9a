"""Adam (Kingma & Ba, 2015, algorithm 1), with a bound on the gradient's norm, every network on its own clock."""

from tasks.base.lanes import any_of, expm1, fill, load, maximum, sqrt, store, where
from tasks.base.lanes.options import inner, kernel

__all__ = ["adam_update", "clip_factor"]


@inner
def clip_factor(rule, gradient):
    """What to multiply a network's gradient with so that its norm is at most `clip_norm` (Pascanu et al., 2013)."""
    squares = fill(gradient, 0.0)
    for i in range(gradient.shape[0]):
        g = load(gradient, i)
        squares = squares + g * g
    return rule.clip_norm / maximum(sqrt(squares), rule.clip_norm)


@kernel
def adam_update(rule, weights, gradient, adam, counted):
    """One step of Adam in the networks that have `counted` a step; the others stay as they are, bit for bit.

    m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²
    w ← w − α m̂ / (√v̂ + ε),  m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)

    1 − βᵗ is computed as −expm1(t ln β), which keeps its precision while t is small.
    """
    learns = load(counted, 0) > 0.0
    if not any_of(learns):
        return
    factor = clip_factor(rule, gradient)
    clock = where(learns, load(adam.clock, 0) + 1.0, load(adam.clock, 0))
    store(adam.clock, 0, clock)
    t = maximum(clock, 1.0)  # a network that has not learned yet has no correction to divide by
    unbias_m = -1.0 / expm1(t * rule.log_beta1)
    unbias_v = -1.0 / expm1(t * rule.log_beta2)
    for i in range(weights.shape[0]):
        w, g = load(weights, i), load(gradient, i) * factor
        m_before, v_before = load(adam.m, i), load(adam.v, i)
        m = rule.beta1 * m_before + (1.0 - rule.beta1) * g
        v = rule.beta2 * v_before + (1.0 - rule.beta2) * g * g
        change = rule.alpha * (m * unbias_m) / (sqrt(v * unbias_v) + rule.epsilon)
        store(adam.m, i, where(learns, m, m_before))
        store(adam.v, i, where(learns, v, v_before))
        store(weights, i, where(learns, w - change, w))
