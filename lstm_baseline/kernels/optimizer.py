"""Weight updates from a gradient: Adam, or gradient descent with momentum."""

from lstm_baseline.kernels.adam import adam_update
from lstm_baseline.kernels.extensions import learning_rate
from tasks.engine.lanes import any_of, load, maximum, sqrt, store, where
from tasks.engine.lanes.options import inner

__all__ = ["improve"]


@inner
def descend(extensions, rule, rate, weights, gradient, adam, norm, counted):
    """One step of gradient descent (Rumelhart, Hinton & Williams, 1986) in `counted` networks.

    v ← μ v + g,  w ← w − α v

    α is `rate`, g the gradient as in `adam_update`. v, if there is momentum, is stored as Adam's first moment.
    """
    learns = load(counted, 0) > 0.0
    if not any_of(learns):
        return
    factor = rule.clip_norm / maximum(sqrt(load(norm, 0)), rule.clip_norm)
    if extensions.momentum == 0.0:
        for i in range(weights.shape[0]):
            w = load(weights, i)
            store(weights, i, where(learns, w - rate * (load(gradient, i) * factor), w))
        return
    for i in range(weights.shape[0]):
        w, before = load(weights, i), load(adam.m, i)
        v = extensions.momentum * before + load(gradient, i) * factor
        store(adam.m, i, where(learns, v, before))
        store(weights, i, where(learns, w - rate * v, w))


@inner
def step(extensions, rule, state, rate, norm, counted):
    """One step of the optimizer."""
    weights, gradient, adam = state.weight_rows, state.gradient_rows, state.adam
    if extensions is None:
        adam_update(rule, rate, weights, gradient, adam, norm, counted)
        return
    if extensions.descends > 0:
        descend(extensions, rule, rate, weights, gradient, adam, norm, counted)
    else:
        adam_update(rule, rate, weights, gradient, adam, norm, counted)


@inner
def improve(form, rule, state, norm, counted):
    """Change the weights of `counted` networks; `norm` is the squared norm of the gradient."""
    step(form.extensions, rule, state, learning_rate(form.extensions, rule, state.carry), norm, counted)
