"""Lanes: sixteen networks side by side, written like one number.

A *lane value* is one quantity of sixteen networks. `load(array, i)` takes row ``i`` of an array (n, 16) of float32 or
float64, `load(record, "field")` a field of 16 of a record; `store` puts it back. In between, it behaves like a number:
``+ - * /``, comparisons that give masks, `where`, `minimum`, `maximum`, `exp`, `sigmoid`, `tanh`, `sqrt`, and `fma`.
Python numbers take the precision of the lanes.

All lanes share an element of an array (n,): `load` gives it to every lane, and `collect` stores the sum over lanes
there (for an array (n, 16), `collect` is `store`). One kernel therefore serves sixteen networks, a batch of sixteen
sequences, and one network with units in lanes.

With ``NUMBA_DISABLE_JIT=1``, the same names work on NumPy rows of 16, with the same bits.
"""

from tasks.engine.lanes.denormals import flush_denormals, restore_control_word
from tasks.engine.lanes.functions import (
    exp,
    expm1,
    fused_exp,
    fused_expm1_for_tanh,
    sigmoid,
    tanh,
)
from tasks.engine.lanes.memory import aligned_zeros, allocate
from tasks.engine.lanes.primitives import (
    LANES,
    at,
    collect,
    collect_four,
    fill,
    floor,
    fma,
    load,
    scale_by_power_of_two,
    sqrt,
    store,
)
from tasks.engine.lanes.reductions import add_lanes, lane_bits, lane_numbers, largest_lane, lowest_bit, spread
from tasks.engine.lanes.selection import any_of, maximum, minimum, where

__all__ = [
    "LANES",
    "add_lanes",
    "aligned_zeros",
    "allocate",
    "any_of",
    "at",
    "collect",
    "collect_four",
    "exp",
    "expm1",
    "fill",
    "floor",
    "flush_denormals",
    "fma",
    "fused_exp",
    "fused_expm1_for_tanh",
    "lane_bits",
    "lane_numbers",
    "largest_lane",
    "load",
    "lowest_bit",
    "maximum",
    "minimum",
    "restore_control_word",
    "scale_by_power_of_two",
    "sigmoid",
    "spread",
    "sqrt",
    "store",
    "tanh",
    "where",
]
