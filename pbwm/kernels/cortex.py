"""Learning in cortex: long-term averages, XCAL, bounded weights, path scaling (docs/pbwm.md §3)."""

from pbwm.kernels.layout import add_columns, column_rows, only_units, sender_field
from tasks.engine.lanes import any_of, at, fill, floor, load, maximum, minimum, sqrt, store, where
from tasks.engine.lanes.options import inlined, inner


@inlined
def long_average(avg_l, avg_m, k):
    """AvgL after one trial: ``max(min, AvgL + (gain·AvgM − AvgL)/τ)``."""
    return maximum(avg_l + k.long_dt * (k.long_gain * avg_m - avg_l), k.long_min)


@inlined
def long_average_rate(avg_l, k):
    """AvgLLrn before modulation by the error."""
    return k.long_rate * (avg_l - k.long_min)


@inlined
def xcal(x, theta, c):
    """XCAL(x, θ): 0 below .0001, ``x − θ`` above .1 θ, ``−9x`` between."""
    slope = (1.0 - c.reversal) / c.reversal
    above = where(x > c.reversal * theta, x - theta, -slope * x)
    return where(x < c.threshold, 0.0, above)


@inlined
def weight_sigmoid(linear, gain, offset):
    """The effective weight, ``1 / (1 + (offset (1 − lw)/lw)^gain)``, for a whole `gain`."""
    up, down = linear, offset * (1.0 - linear)
    a, b = up, down
    for _ in range(gain - 1):
        a, b = a * up, b * down
    return a / (a + b)


@inlined
def bounded(linear, change):
    """The linear weight after a soft-bounded `change`, in [0, 1]."""
    change = change * where(change > 0.0, 1.0 - linear, linear)
    return minimum(maximum(linear + change, 0.0), 1.0)


@inner
def update_long_averages(layer, record, units, k):
    """AvgL and AvgLLrn of a layer's units, at the start of a trial."""
    modulation = load(record, "cosine_rate")
    for u in range(layer.start, layer.stop):
        avg_l = long_average(load(at(units, u), "avg_l"), load(at(units, u), "avg_m"), k)
        store(at(units, u), "avg_l", avg_l)
        store(at(units, u), "avg_l_rate", long_average_rate(avg_l, k) * modulation)


@inner
def update_activity(layer, record, k):
    """The expected activity of a layer, from its last plus phase; the first counts half."""
    now, expected = load(record, "activity_plus"), load(record, "activity")
    dt = where(expected == layer.activity, fill(now, 0.5), k.activity_dt)
    store(record, "activity", where(now < 0.0001, expected, expected + dt * (now - expected)))


@inlined
def sender_scale(activity, senders, contacts, dense):
    """1 / expected number of active senders of a receiver."""
    if dense:
        return 1.0 / maximum(floor(activity * senders + 0.5), 1.0)
    expected = maximum(floor(activity * contacts + 0.5), 1.0) + 2.0
    available = minimum(floor(activity * senders + 0.5), 1.0 * contacts)
    return 1.0 / maximum(minimum(available, expected), 1.0)


@inner
def cosine_difference(layer, is_target, record, units, net):
    """Similarity of minus and plus phase: their mean-removed cosine, averaged over trials."""
    k, zero = net.averages, fill(load(record, "cosine"), 0.0)
    mean_m, mean_p, mp, mm, pp = zero, zero, zero, zero, zero
    for column in range(layer.columns):
        column_m, column_p = zero, zero
        rows = column_rows(layer, column)
        for u in rows:
            column_m += load(at(units, u), "act_minus")
            column_p += load(at(units, u), "act")
        mean_m = add_columns(net.layout, mean_m, column_m, net.occupied[rows.start])
        mean_p = add_columns(net.layout, mean_p, column_p, net.occupied[rows.start])
    mean_m, mean_p = mean_m / layer.units, mean_p / layer.units
    for column in range(layer.columns):
        column_mp, column_mm, column_pp = zero, zero, zero
        rows = column_rows(layer, column)
        for u in rows:
            minus = only_units(net.layout, load(at(units, u), "act_minus") - mean_m, at(net.occupied, u))
            plus = only_units(net.layout, load(at(units, u), "act") - mean_p, at(net.occupied, u))
            column_mp += minus * plus
            column_mm += minus * minus
            column_pp += plus * plus
        mp = add_columns(net.layout, mp, column_mp, net.occupied[rows.start])
        mm = add_columns(net.layout, mm, column_mm, net.occupied[rows.start])
        pp = add_columns(net.layout, pp, column_pp, net.occupied[rows.start])
    norm = sqrt(mm * pp)
    cosine = where(norm > 0.0, mp / where(norm > 0.0, norm, 1.0), 0.0)
    before = load(record, "cosine")
    average = where(before == 0.0, cosine, before + k.cosine_dt * (cosine - before))
    store(record, "cosine", average)
    if not is_target:
        store(record, "cosine_rate", maximum(1.0 - average, k.error_modulation_min))


@inlined
def normalized(i, change, active, c, state):
    """The change of synapse `i` with any momentum and normalization."""
    factor = fill(change, 1.0)
    if c.use_norm:
        before = load(state.norm, i)
        size = maximum(c.norm_decay * before, maximum(change, -change))
        store(state.norm, i, where(active, size, before))
        factor = where(size > 0.0, c.norm_rate / maximum(size, c.norm_min), 1.0)
    if c.use_momentum:
        before = load(state.momentum, i)
        change = c.momentum_decay * before + change
        store(state.momentum, i, where(active, change, before))
        factor = factor * c.momentum_rate
    return factor * change


@inlined
def active_of_late(sender, path, net, units):
    """Mask of recently active senders."""
    s_s = sender_field(net.layout, path.shared, units, sender, "avg_s")
    s_m = sender_field(net.layout, path.shared, units, sender, "avg_m")
    return (s_s >= net.xcal.sender_threshold) | (s_m >= net.xcal.sender_threshold)


@inlined
def learn_synapse(row, k, path, net, state):
    """XCAL at contact `k` of one row of receivers, except for silent senders."""
    c, mix, units = net.xcal, net.averages.medium_in_short, state.units
    i = path.first_synapse + k * path.contact_step + row * path.row_step
    unit = at(units, at(net.layers, path.target).start + row)
    sender = at(net.sender, path.first_sender + row * path.sender_step + k)
    active = active_of_late(sender, path, net, units)
    if any_of(active):
        s_m = sender_field(net.layout, path.shared, units, sender, "avg_m")
        s_s = (1.0 - mix) * sender_field(net.layout, path.shared, units, sender, "avg_s") + mix * s_m
        r_m = load(unit, "avg_m")
        r_s = (1.0 - mix) * load(unit, "avg_s") + mix * r_m
        short, medium = s_s * r_s, s_m * r_m
        change = xcal(short, medium, c) + load(unit, "avg_l_rate") * xcal(short, load(unit, "avg_l"), c)
        change = path.learning_rate * normalized(i, change, active, c, state)
        before = load(state.linear, i)
        linear = where(active, bounded(before, change), before)
        weight = weight_sigmoid(linear, path.sigmoid_gain, 1.0)
        store(state.linear, i, linear)
        store(state.weight, i, where(active, weight, load(state.weight, i)))


@inner
def learn_path(path, net, state):
    """XCAL along one path, in the order of memory."""
    rows, by_sender = at(net.layers, path.target).stop - at(net.layers, path.target).start, path.contact_step > 1
    for first in range(path.contacts if by_sender else rows):
        if by_sender and path.dense:
            sender = at(net.sender, path.first_sender + first)
            if not any_of(active_of_late(sender, path, net, state.units)):
                continue
        for second in range(rows if by_sender else path.contacts):
            row, k = (second, first) if by_sender else (first, second)
            learn_synapse(row, k, path, net, state)
