"""Learning in the cortex of `tests.reference.pbwm_twin`, from the equations of docs/pbwm.md §3."""

import numpy as np


def learn_cortex(params, path, send, receive):
    """XCAL, with normalization and momentum if they are on (§3)."""
    k, gain = params.cortex, params.path.weight_gain

    def xcal(x, theta):
        if x < k.threshold:
            return 0.0
        return x - theta if x > k.reversal * theta else -x * (1 - k.reversal) / k.reversal

    s_short, r_short = send.for_learning(), receive.for_learning()
    for r, c in np.argwhere(path.mask):
        if send.s[c] < k.sender_threshold and send.m[c] < k.sender_threshold:
            continue
        short, medium = s_short[c] * r_short[r], send.m[c] * receive.m[r]
        change = xcal(short, medium) + receive.avg_l_rate[r] * xcal(short, receive.avg_l[r])
        factor = 1.0
        if k.norm:
            path.norm[r, c] = max((1 - 1 / k.norm_tau) * path.norm[r, c], abs(change))
            if path.norm[r, c] > 0:
                factor *= k.norm_rate / max(path.norm[r, c], k.norm_min)
        if k.momentum:
            path.moment[r, c] = (1 - 1 / k.momentum_tau) * path.moment[r, c] + change
            change = path.moment[r, c]
            factor *= k.momentum_rate
        change_weight(path, r, c, k.learning_rate * factor * change, gain)


def change_weight(path, r, c, change, gain):
    """A soft-bounded change of the linear weight, and the effective weight that follows (§3)."""
    linear = path.linear[r, c]
    linear = min(1.0, max(0.0, linear + change * (1 - linear if change > 0 else linear)))
    path.linear[r, c] = linear
    path.weight[r, c] = linear if linear in (0.0, 1.0) else 1 / (1 + ((1 - linear) / linear) ** gain)


def compare_phases(k, layer, modulated):
    """The mean-removed cosine of minus and plus phase, averaged over trials (§3)."""
    minus, plus = layer.act_minus - layer.act_minus.mean(), layer.act - layer.act.mean()
    size = np.sqrt((minus @ minus) * (plus @ plus))
    cosine = minus @ plus / size if size > 0 else 0.0
    layer.cosine = cosine if layer.cosine == 0 else layer.cosine + (cosine - layer.cosine) / k.cosine_tau
    if modulated:
        layer.modulation = max(1 - layer.cosine, k.error_modulation_min)
