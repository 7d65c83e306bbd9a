"""Tables of the kernels."""

from typing import Any, NamedTuple

import numpy as np

from tasks.engine.kernels.resets import Resets
from tasks.engine.lanes.references import by_reference

MINUS, PLUS, UPDATE = 0, 1, 2
"""The phases of an event."""

FIXED, CONTRASTIVE, PRIMARY, LEARNED, STRIATAL = 0, 1, 2, 3, 4
"""How the synapses of a path learn."""

LAYER = np.dtype(
    (
        np.record,
        [
            ("start", np.int64),
            ("stop", np.int64),
            ("vm_dt", np.float64),
            ("runs", np.int64),
            ("gathers", np.int64),
            ("rests", np.int64),
            ("excitability", np.float64),
            ("lesioned", np.bool_),
        ],
    )
)
"""A layer: its units, and the phases (bits) in which it runs, takes up excitation, and starts from rest."""

POOL = np.dtype(
    (
        np.record,
        [
            ("start", np.int64),
            ("stop", np.int64),
            ("second", np.int64),
            ("second_stop", np.int64),
            ("layer", np.int64),
            ("units", np.int64),
            ("k", np.int64),
            ("q", np.float64),
            ("average", np.bool_),
            ("value", np.bool_),
            ("lesioned", np.bool_),
        ],
    )
)
"""A pool of units that inhibit each other: two ranges (the second may be empty), k, q, the form of kWTA, and whether
they code a value."""

PATH = np.dtype(
    (
        np.record,
        [
            ("target", np.int64),
            ("receivers", np.int64),
            ("contacts", np.int64),
            ("first_synapse", np.int64),
            ("first_sender", np.int64),
            ("sender_step", np.int64),
            ("scale", np.float64),
            ("layer", np.int64),
            ("rule", np.int64),
            ("rate", np.float64),
            ("hebbian", np.float64),
            ("depressed", np.int64),
            ("constant", np.bool_),
        ],
    )
)
"""A path: receivers (from unit `target`), synapses, senders, and learning rule. `depressed` are the phases (bits) with
synaptic depression. Input through a `constant` path does not change within an event."""


class Curve(NamedTuple):
    """The curve from potential to rate: threshold, and table (from `start`, `steps` per unit)."""

    theta: float
    gain: float
    linear: bool
    start: float
    steps: float
    table: Any


class Constants(NamedTuple):
    """The constants of the equations; see `pbwm.form2006.params`."""

    reversal_e: float
    reversal_l: float
    reversal_i: float
    gbar_l: float
    rest: float
    net_dt: float
    clamp_max: float
    send_threshold: float
    sigmoid_gain: int
    sigmoid_offset: float
    lvi: bool
    lvi_min: float
    filter_min: float
    filter_max: float
    depletion: float
    recovery: float
    min_activity: float
    learned_where_due: bool
    contrast: float
    excitation: float
    accommodation: float
    dopamine_gain: float
    burst_gain: float
    dip_gain: float
    d1_gain: float
    d2_gain: float
    stripe_dopamine: bool
    threshold_dopamine: bool
    gate_threshold: float
    gate_dt: float
    closed_where_due: bool
    maintenance: float
    late_storage: bool
    go_probability: float
    go_baseline: float
    patience: float
    long_patience: float
    low: float
    selectivity: float
    mean_dt: float
    go_drive: float
    go_dopamine: float
    success: float
    reward_dt: float
    late_factor: float


class Roles(NamedTuple):
    """The first unit of each kind; prefrontal and striatal units by stripe."""

    output: int
    responses: int
    go: int
    nogo: int
    half: int
    gate: int
    stripes: int
    pfc: int
    content: int
    pvi: int
    lve: int
    lvi: int
    values: int


@by_reference
class Net(NamedTuple):
    """The compiled network.

    `value` holds the values that units represent; `channel` the first unit and the number of units of each input
    channel.
    """

    constants: Constants
    roles: Roles
    layers: Any
    pools: Any
    paths: Any
    sender: Any
    value: Any
    channel: Any
    unit: Curve
    value_unit: Curve
    gate_unit: Curve
    cycles: Any


@by_reference
class State(NamedTuple):
    """The state: rows of sixteen networks, in one block of memory except `LISTS`.

    - Of a unit: `hold` (the conductance that excites it) and `transmission` (of its synapses onto LVe and LVi).
    - Of a stripe: `holding` (1: it maintains), `waiting` (events since it gated), and `mean_dopamine`.
    - Of a network: PVe, PVi, LVe, LVi, and dopamine (`signals`), the number of `events`, and `mean_reward`.
    - Within an event, of a unit: excitation from inputs (`driven`) and in total (`raw`), inhibiting conductance
      (`accommodation`), and activity at the end of the minus and plus phases.
    - Within an event, of a stripe: `chance` (1: random Go), `opened` (1: it stored), and `kept` (1: not cleared).
    - `alive`: 0 for lesioned units, else 1.
    """

    excitation: Any
    vm: Any
    act: Any
    hold: Any
    transmission: Any
    weight: Any
    linear: Any
    holding: Any
    waiting: Any
    mean_dopamine: Any
    signals: Any
    events: Any
    mean_reward: Any
    sent: Any
    driven: Any
    raw: Any
    look_up: Any
    accommodation: Any
    act_minus: Any
    act_plus: Any
    chance: Any
    opened: Any
    kept: Any
    top: Any
    alive: Any
    key: Any


LISTS = (
    "sent",
    "driven",
    "raw",
    "look_up",
    "accommodation",
    "act_minus",
    "act_plus",
    "chance",
    "opened",
    "kept",
    "top",
    "alive",
    "key",
)
"""The arrays of `State` that each event computes, that of lesions, and the key of random numbers."""

PASSING = dict.fromkeys(("excitation", "vm", "act", "hold", "transmission", "holding", "signals"), ("",))
"""The arrays of `State` that a reset of memory sets to rest."""

PVE, PVI, LVE, LVI, DOPAMINE = 0, 1, 2, 3, 4
"""Rows of `State.signals`."""


@by_reference
class Stream(NamedTuple):
    """The trials of a block: rows are step × channel, or step.

    If gates are forced (`forcing`), `forced` (step × stripe) has their values: 1 open, 0 shut, −1 free.
    """

    symbol: Any
    target: Any
    rewarded: Any
    forcing: bool
    forced: Any
    resets: Resets


@by_reference
class Notes(NamedTuple):
    """The record of a run: responses, and the rest if `on`; rows: step, step × stripe, step × PFC unit.

    If `cycles_on`, also activity (cycle × unit) and signals (cycle × signal) of the last step.
    """

    on: bool
    cycles_on: bool
    response: Any
    signals: Any
    go: Any
    nogo: Any
    gate: Any
    opened: Any
    kept: Any
    chance: Any
    maintained: Any
    cycles: Any
    cycle_signals: Any
