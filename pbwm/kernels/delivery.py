"""Input of units through all paths into a layer (docs/pbwm.md §1)."""

from pbwm.kernels.layout import sender_sent, signal_at, silent
from pbwm.kernels.tables import GPI
from tasks.engine.lanes import any_of, at, fill, load, store
from tasks.engine.lanes.options import inlined, inner


@inlined
def forget(rows, first, last):
    """Set rows `first` … `last` − 1 to 0."""
    for row in range(first, last):
        store(rows, row, 0.0)


@inner
def find_equal_receivers(net, state):
    """Find fixed dense paths with equal weights in all rows of receivers."""
    for p in range(len(net.paths)):
        path = net.paths[p]
        equal = path.dense and not path.plastic and not path.striatal
        if equal:
            for row in range(1, path.receivers):
                first = path.first_synapse + row * path.row_step
                for k in range(path.contacts):
                    own = load(state.weight, first + k * path.contact_step)
                    theirs = load(state.weight, path.first_synapse + k * path.contact_step)
                    equal = equal and not any_of((own < theirs) | (own > theirs))
        state.equal_receivers[p] = equal


@inlined
def dense_sum(path, first, said, raw, net, state):
    """``Σ w·said`` of the receivers whose synapses begin at row `first`."""
    total, listed = fill(raw, 0.0), at(net.layers, path.sender).first_listed
    for place in range(listed, listed + at(state.sender_counts, path.sender)):
        k = first + at(state.senders, place) * path.contact_step
        total += load(state.weight, k) * signal_at(net.layout, net, path, state.senders, state.signals, said, place)
    return total


@inlined
def add_four(weight, k, next_row, s, a, b, c, d):
    """Add the signal `s` through four synapses to four sums."""
    a += load(weight, k) * s
    b += load(weight, k + next_row) * s
    c += load(weight, k + 2 * next_row) * s
    d += load(weight, k + 3 * next_row) * s
    return a, b, c, d


@inlined
def put_four(raw, receiver, scale, a, b, c, d):
    """Add ``scale`` times four sums to the raw conductance of four rows of receivers."""
    store(raw, receiver, load(raw, receiver) + scale * a)
    store(raw, receiver + 1, load(raw, receiver + 1) + scale * b)
    store(raw, receiver + 2, load(raw, receiver + 2) + scale * c)
    store(raw, receiver + 3, load(raw, receiver + 3) + scale * d)


@inner
def deliver_dense(path, scale, said, raw, net, state):
    """Add ``GScale Σ w·said`` of a dense path to its receivers, eight or four rows at a time."""
    layout, weight, next_one, next_row = net.layout, state.weight, path.contact_step, path.row_step
    first, receiver = path.first_synapse, path.first_receiver
    last = receiver + path.receivers
    listed = at(net.layers, path.sender).first_listed
    places = range(listed, listed + at(state.sender_counts, path.sender))
    while receiver + 8 <= last:
        a, b, c, d = fill(raw, 0.0), fill(raw, 0.0), fill(raw, 0.0), fill(raw, 0.0)
        e, f, g, h = a, b, c, d
        for place in places:
            k = first + at(state.senders, place) * next_one
            s = signal_at(layout, net, path, state.senders, state.signals, said, place)
            a, b, c, d = add_four(weight, k, next_row, s, a, b, c, d)
            e, f, g, h = add_four(weight, k + 4 * next_row, next_row, s, e, f, g, h)
        put_four(raw, receiver, scale, a, b, c, d)
        put_four(raw, receiver + 4, scale, e, f, g, h)
        receiver += 8
        first += 8 * next_row
    while receiver + 4 <= last:
        a, b, c, d = fill(raw, 0.0), fill(raw, 0.0), fill(raw, 0.0), fill(raw, 0.0)
        for place in places:
            k = first + at(state.senders, place) * next_one
            s = signal_at(layout, net, path, state.senders, state.signals, said, place)
            a, b, c, d = add_four(weight, k, next_row, s, a, b, c, d)
        put_four(raw, receiver, scale, a, b, c, d)
        receiver += 4
        first += 4 * next_row
    while receiver < last:
        total = dense_sum(path, first, said, raw, net, state)
        store(raw, receiver, load(raw, receiver) + scale * total)
        receiver += 1
        first += next_row


@inner
def deliver_equally(path, scale, said, raw, net, state):
    """The same with one sum for all receivers."""
    delivered = scale * dense_sum(path, path.first_synapse, said, raw, net, state)
    for receiver in range(path.first_receiver, path.first_receiver + path.receivers):
        store(raw, receiver, load(raw, receiver) + delivered)


@inner
def deliver_one_to_one(path, scale, said, raw, net, state):
    """The same if every receiver has one sender."""
    layout, shared, weight, senders = net.layout, path.shared, state.weight, net.sender
    synapse, sender, next_row, next_sender = path.first_synapse, path.first_sender, path.row_step, path.sender_step
    for receiver in range(path.first_receiver, path.first_receiver + path.receivers):
        s = sender_sent(layout, shared, said, at(senders, sender))
        store(raw, receiver, load(raw, receiver) + scale * (0.0 + load(weight, synapse) * s))
        synapse += next_row
        sender += next_sender


@inner
def deliver_sparse(path, scale, said, raw, net, state):
    """The same if rows of receivers have different senders."""
    # Fields are read before the loop: compiled code reads them again after every `store`, which might change them.
    layout, shared, weight, senders = net.layout, path.shared, state.weight, net.sender
    contacts, next_one, next_row, next_sender = path.contacts, path.contact_step, path.row_step, path.sender_step
    synapse, sender = path.first_synapse, path.first_sender
    for receiver in range(path.first_receiver, path.first_receiver + path.receivers):
        total = fill(raw, 0.0)
        for j in range(contacts):
            s = sender_sent(layout, shared, said, at(senders, sender + j))
            if not silent(layout, s):
                total += load(weight, synapse + j * next_one) * s
        store(raw, receiver, load(raw, receiver) + scale * total)
        synapse += next_row
        sender += next_sender


@inlined
def deliver(p, said, net, state):
    """Add the input through path `p` to the raw conductance of its receivers."""
    path, scale = at(net.paths, p), load(state.scale, p)
    raw = state.excitation if path.sign > 0 else state.inhibition
    if at(state.equal_receivers, p):
        deliver_equally(path, scale, said, raw, net, state)
    elif path.dense:
        deliver_dense(path, scale, said, raw, net, state)
    elif path.contacts == 1:
        deliver_one_to_one(path, scale, said, raw, net, state)
    else:
        deliver_sparse(path, scale, said, raw, net, state)


@inlined
def hears_news(first, last, net, state):
    """Whether a signal of the paths `first` … `last` − 1 has changed."""
    news = False
    for p in range(first, last):
        news = news or at(state.moved, at(net.paths, p).sender)
    return news


@inner
def receive(layer, net, state):
    """Raw excitation and inhibition of a layer's units, summed again only after changes.

    The part from clamped layers is stored (`steady`). If units send only changes, these are added.
    """
    if not hears_news(layer.path, layer.path_stop, net, state):
        return
    if net.sends_changes:
        for p in range(layer.path, layer.path_stop):
            deliver(p, state.signal, net, state)
        return
    if layer.steady_stop > layer.path:
        if hears_news(layer.path, layer.steady_stop, net, state):
            forget(state.excitation, layer.start, layer.stop)
            for p in range(layer.path, layer.steady_stop):
                deliver(p, state.sent, net, state)
            for u in range(layer.start, layer.stop):
                store(state.steady, u, load(state.excitation, u))
        for u in range(layer.start, layer.stop):
            store(state.excitation, u, load(state.steady, u))
    else:
        forget(state.excitation, layer.start, layer.stop)
    if layer.inhibited or layer.kind == GPI:  # it is 0 in all other layers
        forget(state.inhibition, layer.start, layer.stop)
    for p in range(layer.steady_stop, layer.path_stop):
        deliver(p, state.sent, net, state)
