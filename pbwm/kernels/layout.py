"""Two layouts of the same networks, and the operations in which they differ.

*Networks in lanes*: a row holds one unit, pool, or synapse of sixteen networks. *Units in lanes*: a row holds sixteen
units of one network, or the same value in every lane (dopamine, a symbol).

A layer consists of columns of `depth` units. A column is a pool if the layer has stripes; otherwise a unit or, in large
layers, a sixteenth of the units. With networks in lanes, columns follow each other; with units in lanes, sixteen are
side by side. Sums run down the columns and then over them, so results are bit-identical.

The first argument of most functions is the layout, whose type selects the code at compile time. The *address* of a unit
is its row or, with units in lanes, 16 · row + lane.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from numba import config
from numba.extending import overload

from tasks.engine.lanes import (
    LANES,
    add_lanes,
    any_of,
    at,
    fill,
    lane_bits,
    lane_numbers,
    largest_lane,
    load,
    lowest_bit,
    spread,
    store,
    where,
)
from tasks.engine.lanes.options import INNER, inlined

LANE_BITS = LANES.bit_length() - 1


class NetworksInLanes(NamedTuple):
    """The layout of sixteen networks side by side."""


class UnitsInLanes(NamedTuple):
    """The layout of one network."""


def _by_layout(networks: Callable[..., Any], units: Callable[..., Any]) -> Callable[..., Any]:
    """Select a function by the layout, its first argument."""
    if config.DISABLE_JIT:
        return lambda layout, *args: (networks if isinstance(layout, NetworksInLanes) else units)(layout, *args)

    def choose(layout: Any, *args: Any) -> Any:
        raise RuntimeError("runs inside kernels only")

    @overload(choose, strict=False, prefer_literal=True, jit_options=INNER)
    def chosen(layout: Any, *args: Any) -> Any:
        return networks if layout.instance_class is NetworksInLanes else units

    return choose


@inlined
def column_rows(layer, column):
    """The rows of one column of a layer."""
    first = layer.start + column * layer.depth
    return range(first, min(first + layer.depth, layer.stop))


def _sum_of_rows(layout, total, x, occupied):
    return total + x


def _sum_of_lanes(layout, total, x, occupied):
    return add_lanes(total, x, occupied)


add_columns = _by_layout(_sum_of_rows, _sum_of_lanes)
"""``add_columns(layout, total, x, occupied)``: the total plus the column x, or plus the columns in the first `occupied`
lanes of x."""


def _as_it_is(layout, x):
    return x


def _largest_of_lanes(layout, x):
    return largest_lane(x)


largest = _by_layout(_as_it_is, _largest_of_lanes)
"""``largest(layout, x)``: the largest of columns side by side."""


def _every_lane(layout, x, occupied):
    return x


def _first_lanes(layout, x, occupied):
    return where(lane_numbers(x) < 1.0 * occupied, x, 0.0)


only_units = _by_layout(_every_lane, _first_lanes)
"""``only_units(layout, x, occupied)``: x, and 0 in lanes from `occupied` on."""


def _row_number(layout, like, row, depth):
    return fill(like, 1.0 * row)


def _unit_numbers(layout, like, row, depth):
    column = lane_numbers(like) + 1.0 * (row // depth * LANES)
    return column * (1.0 * depth) + 1.0 * (row % depth)


number = _by_layout(_row_number, _unit_numbers)
"""``number(layout, like, row, depth)``: the number, within its layer, of the unit in row `row`."""


def _unit_of_row(layout, numbers, row, lane):
    return row


def _unit_of_lane(layout, numbers, row, lane):
    return numbers[row, lane]


unit_in = _by_layout(_unit_of_row, _unit_of_lane)
"""``unit_in(layout, numbers, row, lane)``: the unit in a lane, by `Net.unit_number`; −1: none."""


def _row(layout, records, address, field):
    return load(at(records, address), field)


def _element(layout, records, address, field):
    return spread(at(records, address >> LANE_BITS), field, address & (LANES - 1))


pick = _by_layout(_row, _element)
"""``pick(layout, units, address, field)``: a field of the unit at an address."""


def _row_of(layout, shared, records, address, field):
    return load(at(records, address), field)


def _sender_of(layout, shared, records, address, field):
    if shared:
        return spread(at(records, address >> LANE_BITS), field, address & (LANES - 1))
    return load(at(records, address), field)


sender_field = _by_layout(_row_of, _sender_of)
"""``sender_field(layout, shared, units, sender, field)``: a field of the senders of a row of receivers: at an address
if they share it (`shared`), otherwise in a row."""


def _row_sent(layout, shared, sent, address):
    return load(sent, address)


def _sent_by(layout, shared, sent, address):
    if shared:
        return spread(sent, address >> LANE_BITS, address & (LANES - 1))
    return load(sent, address)


sender_sent = _by_layout(_row_sent, _sent_by)
"""``sender_sent(layout, shared, sent, sender)``: the same for signals."""


def _list_rows(layout, layer, net, said, state):
    if layer.first_sender < 0:
        return 0
    senders, first = state.senders, layer.first_listed
    place = first
    for contact in range(layer.units):
        signal = load(said, at(net.sender, layer.first_sender + contact))
        senders[place] = contact
        place += any_of((signal > 0.0) | (signal < 0.0))
    return place - first


def _list_units(layout, layer, net, said, state):
    if layer.first_sender < 0:
        return 0
    senders, signals = state.senders, state.signals
    first = layer.first_listed
    place, contact = first, 0
    if layer.striped:
        for contact in range(layer.units):
            address = net.sender[layer.first_sender + contact]
            signal = said[address >> LANE_BITS, address & (LANES - 1)]
            if signal != 0.0:
                senders[place], signals[place] = contact, signal
                place += 1
    else:
        for u in range(layer.start, layer.stop):
            signal = load(said, u)
            saying = lane_bits((signal > 0.0) | (signal < 0.0))
            while saying:
                lane = lowest_bit(saying)
                senders[place], signals[place] = contact + lane, said[u, lane]
                place += 1
                saying &= saying - 1
            contact += net.occupied[u]
    return place - first


list_senders = _by_layout(_list_rows, _list_units)
"""``list_senders(layout, layer, net, said, state)``: list the units of a layer whose signal in `said` is not 0 in some
network, in the order of contacts of dense paths. They are in `state.senders` from place `layer.first_listed` (with
units in lanes, their signals in `state.signals`). Returns their number."""


def _said_in_row(layout, net, path, senders, signals, said, place):
    return load(said, at(net.sender, path.first_sender + at(senders, place)))


def _listed_signal(layout, net, path, senders, signals, said, place):
    return load(signals, place)


signal_at = _by_layout(_said_in_row, _listed_signal)
"""``signal_at(layout, net, path, senders, signals, said, place)``: the signal of a listed sender."""


def _never(layout, said):
    return False


def _nothing_said(layout, said):
    return not any_of((said > 0.0) | (said < 0.0))


silent = _by_layout(_never, _nothing_said)
"""``silent(layout, said)``: whether a signal of 0 is skipped; never with networks in lanes."""


def _put_row(layout, rows, address, value):
    store(rows, address, value)


def _put_element(layout, rows, address, value):
    row = address >> LANE_BITS
    own = lane_numbers(value) == 1.0 * (address & (LANES - 1))
    store(rows, row, where(own, value, load(rows, row)))


put = _by_layout(_put_row, _put_element)
"""``put(layout, rows, address, value)``: write the value of the unit at an address."""


def _put_row_field(layout, records, address, field, value):
    store(records[address], field, value)


def _put_element_field(layout, records, address, field, value):
    record = records[address >> LANE_BITS]
    own = lane_numbers(value) == 1.0 * (address & (LANES - 1))
    store(record, field, where(own, value, load(record, field)))


put_field = _by_layout(_put_row_field, _put_element_field)
"""``put_field(layout, records, address, field, value)``: the same for a field of records."""
