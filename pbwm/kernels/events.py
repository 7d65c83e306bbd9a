"""Memory of gating events for the feedback rule (docs/pbwm.md §6).

The rejected content that a stripe remembers is drawn by reservoir sampling (Vitter, 1985, *ACM Trans. Math. Softw.*
11:37).
"""

from pbwm.kernels.layout import sender_field
from pbwm.kernels.striatum import unit_factor
from tasks.base.rng import Purpose
from tasks.engine.kernels.counter import draw, uniform
from tasks.engine.lanes import LANES, fill, load, store, where
from tasks.engine.lanes.options import inner

REJECTED_CONTENT = int(Purpose.REJECTED_CONTENT)


@inner
def draw_uniform(net, state):
    """Draw a uniform number per stripe, addressed by seed and network (the key), trial, and stripe."""
    for row in range(len(net.stripe_number)):
        for lane in range(LANES):
            stripe = net.stripe_number[row, lane]
            if stripe >= 0:
                trial = int(state.trials[0, lane]) - 1
                words = draw(state.key[0, lane], state.key[1, lane], stripe, trial, REJECTED_CONTENT, 0)
                state.reservoir_draw[row, lane] = uniform(words[0])


@inner
def offer(net, state):
    """Before an update of deep maintenance PFC: readable content, and offered content."""
    roles = net.roles
    superficial, deep = net.layers[roles.maintenance], net.layers[roles.maintenance_deep]
    for i in range(deep.stop - deep.start):
        content = state.contents[i]
        store(content, "readable", load(state.units[deep.start + i], "maintained"))
        store(content, "offered", net.gate.maintenance_gain * load(state.units[superficial.start + i], "act"))


@inner
def remember_contents(net, state):
    """The displaced content, or the last of n rejected contents with probability 1/n."""
    deep = net.layers[net.roles.maintenance_deep]
    for pool in range(deep.columns):
        credit = state.credits[pool]
        gated = load(state.stripes[pool], "gate") > 0.0
        kept_out = where(gated, 0.0, load(credit, "rejections") + 1.0)
        sampled = where(load(state.reservoir_draw, pool) * kept_out < 1.0, fill(kept_out, 1.0), 0.0)
        sampled = where(gated, 0.0, sampled)
        store(credit, "rejections", kept_out)
        store(credit, "sampled", sampled)
        for i in range(pool * deep.depth, (pool + 1) * deep.depth):
            content = state.contents[i]
            rejected = where(sampled > 0.0, load(content, "offered"), load(content, "rejected"))
            store(content, "displaced", where(gated, load(content, "readable"), load(content, "displaced")))
            store(content, "rejected", where(gated, 0.0, rejected))


@inner
def tag_synapses(path, net, state):
    """Tag active synapses of stripes that gated, or that remember the last rejected content."""
    units, target = state.units, net.layers[path.target]
    for u in range(target.start, target.stop):
        stripe = (u - target.start) // target.depth
        if stripe >= net.roles.maintenance_stripes:
            continue
        gated, sampled = load(state.stripes[stripe], "gate") > 0.0, load(state.credits[stripe], "sampled") > 0.0
        factor = unit_factor(u, target, net, state)
        first = path.first_trace + (u - target.start) * path.contacts
        sender = path.first_sender + (u - target.start) * path.sender_step
        for k in range(path.contacts):
            tag = state.tags[first + k]
            act = factor * sender_field(net.layout, path.shared, units, net.sender[sender + k], "act")
            kept = where(sampled, act, load(tag, "nogo"))
            store(tag, "go", where(gated, act, load(tag, "go")))
            store(tag, "nogo", where(gated, 0.0, kept))


@inner
def remember_events(net, state):
    """Contents and tags after the gating events of a trial."""
    draw_uniform(net, state)
    remember_contents(net, state)
    for p in range(len(net.paths)):
        if net.paths[p].striatal:
            tag_synapses(net.paths[p], net, state)


@inner
def read_at_once(net, state):
    """Make new contents readable in the trial that stores them."""
    deep = net.layers[net.roles.maintenance_deep]
    for i in range(deep.stop - deep.start):
        store(state.contents[i], "readable", load(state.units[deep.start + i], "maintained"))
