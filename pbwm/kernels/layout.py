"""Two layouts of the same networks, and the few operations in which they differ.

*Replicas in lanes*: a row holds one unit, pool or synapse of sixteen networks. *Units in lanes*: a row holds sixteen
units of one network; what a network has once (dopamine, the inhibition of a layer, a symbol) stands in every lane.

A layer lies in columns of `depth` units. A column is a pool where the layer has stripes; elsewhere a unit, or in large
layers a sixteenth of them. Replicas in lanes: columns follow each other, row by row. Units in lanes: sixteen columns
lie side by side. Sums run down the columns, then over them, in both: every result is the same, bit for bit.

Kernels are written once. The first argument of the functions here is the layout, an empty tuple whose type chooses when
a kernel is compiled. An *address* is where one unit lies: its row; or, with units in lanes, 16 · row + lane.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from numba import config
from numba.extending import overload

from tasks.base.lanes import (
    LANES,
    add_lanes,
    any_of,
    fill,
    lane_bits,
    lane_numbers,
    largest_lane,
    load,
    lowest_bit,
    spread,
    where,
)
from tasks.base.lanes.options import INNER, inlined

LANE_BITS = LANES.bit_length() - 1


class ReplicasInLanes(NamedTuple):
    """The layout of sixteen networks side by side."""


class UnitsInLanes(NamedTuple):
    """The layout of one network."""


def _by_layout(replicas: Callable[..., Any], units: Callable[..., Any]) -> Callable[..., Any]:
    """One function of two: the layout, their first argument, chooses."""
    if config.DISABLE_JIT:
        return lambda layout, *args: (replicas if isinstance(layout, ReplicasInLanes) else units)(layout, *args)

    def choose(layout: Any, *args: Any) -> Any:
        raise RuntimeError("runs inside kernels only")

    @overload(choose, strict=False, prefer_literal=True, jit_options=INNER)
    def chosen(layout: Any, *args: Any) -> Any:
        return replicas if layout.instance_class is ReplicasInLanes else units

    return choose


@inlined
def column_rows(layer, column):
    """The rows of units of one column of a layer; the last column may be shorter than the others."""
    first = layer.start + column * layer.depth
    return range(first, min(first + layer.depth, layer.stop))


def _sum_of_rows(layout, total, x, occupied):
    return total + x


def _sum_of_lanes(layout, total, x, occupied):
    return add_lanes(total, x, occupied)


add_columns = _by_layout(_sum_of_rows, _sum_of_lanes)
"""``add_columns(layout, total, x, occupied)``: the total of a layer with one more column x, or with the columns that
lie side by side in the first `occupied` lanes of x."""


def _as_it_is(layout, x):
    return x


def _largest_of_lanes(layout, x):
    return largest_lane(x)


largest = _by_layout(_as_it_is, _largest_of_lanes)
"""``largest(layout, x)``: the largest of the columns that lie side by side."""


def _every_lane(layout, x, occupied):
    return x


def _first_lanes(layout, x, occupied):
    return where(lane_numbers(x) < 1.0 * occupied, x, 0.0)


only_units = _by_layout(_every_lane, _first_lanes)
"""``only_units(layout, x, occupied)``: x, and 0 in lanes without a unit: those from number `occupied` on."""


def _row_number(layout, like, row, depth):
    return fill(like, 1.0 * row)


def _unit_numbers(layout, like, row, depth):
    column = lane_numbers(like) + 1.0 * (row // depth * LANES)
    return column * (1.0 * depth) + 1.0 * (row % depth)


number = _by_layout(_row_number, _unit_numbers)
"""``number(layout, like, row, depth)``: the number, within a layer of one pool, of the unit in row `row` of it."""


def _row(layout, records, address, field):
    return load(records[address], field)


def _element(layout, records, address, field):
    return spread(records[address >> LANE_BITS], field, address & (LANES - 1))


pick = _by_layout(_row, _element)
"""``pick(layout, units, address, field)``: a field of the one unit at an address, as every lane needs it."""


def _row_of(layout, shared, records, address, field):
    return load(records[address], field)


def _sender_of(layout, shared, records, address, field):
    if shared:
        return spread(records[address >> LANE_BITS], field, address & (LANES - 1))
    return load(records[address], field)


sender_field = _by_layout(_row_of, _sender_of)
"""``sender_field(layout, shared, units, sender, field)``: a field of the sender of each receiver in a row, which is one
at an address where it is `shared` by all of them, else a row of them."""


def _row_sent(layout, shared, sent, address):
    return load(sent, address)


def _sent_by(layout, shared, sent, address):
    if shared:
        return spread(sent, address >> LANE_BITS, address & (LANES - 1))
    return load(sent, address)


sender_sent = _by_layout(_row_sent, _sent_by)
"""``sender_sent(layout, shared, sent, sender)``: what the sender of each receiver in a row sends: see
`sender_field`."""


def _list_none(layout, layers, occupied, sent, senders, counts):
    return None


def _list_active(layout, layers, occupied, sent, senders, counts):
    for i in range(len(layers)):
        layer = layers[i]
        if layer.listed:
            count, before = layer.start * LANES, 0
            for u in range(layer.start, layer.stop):
                active = lane_bits(load(sent, u) > 0.0)
                while active:
                    senders[count] = before + lowest_bit(active)
                    count += 1
                    active &= active - 1
                before += occupied[u]
            counts[i] = count - layer.start * LANES


list_senders = _by_layout(_list_none, _list_active)
"""``list_senders(layout, layers, occupied, sent, senders, counts)``: list the units of each large layer that send
something, in the order in which they lie, for its dense paths: from place 16 · (its first row) of `senders` on, so many
as `counts` says. Among sixteen networks a unit that none of them hears is rare: there is no list."""


def _all_contacts(layout, path, counts):
    return path.contacts


def _listed_contacts(layout, path, counts):
    return counts[path.sender] if path.listed else path.contacts


count_contacts = _by_layout(_all_contacts, _listed_contacts)
"""``count_contacts(layout, path, counts)``: how many contacts of a receiver are to be gone through."""


def _each_contact(layout, listed, senders, first, j):
    return j


def _listed_contact(layout, listed, senders, first, j):
    return senders[first + j] if listed else j


contact_at = _by_layout(_each_contact, _listed_contact)
"""``contact_at(layout, listed, senders, first, j)``: the j-th of these contacts; `first` is the place of the sending
layer in the list."""


def _never(layout, sent):
    return False


def _nothing_sent(layout, sent):
    return not any_of(sent > 0.0)


silent = _by_layout(_never, _nothing_sent)
"""``silent(layout, sent)``: whether what is `sent` may be passed over; among sixteen networks it rarely could be."""
