"""Tables of the kernels: constants of equations, and the compiled circuit."""

from typing import Any, NamedTuple

import numpy as np

from pbwm.kernels.layout import NetworksInLanes, UnitsInLanes
from tasks.engine.lanes.references import by_reference

INPUT, CORTEX, TARGET, MATRIX, GPE, GPI, PFC_SUPERFICIAL, PFC_DEEP, PFC_AGE = range(9)
PFC_MATCH, TONIC, PALLIDUM, THALAMUS = range(9, 13)
"""Kinds of layer. GPE and GPI belong to the merged gate. In the explicit gate, TONIC is GPe or STN, and PALLIDUM
GPi/SNr."""

CLAMPED = (INPUT, PFC_AGE)
"""Kinds of layer that are clamped in every trial."""

NUCLEI = (TONIC, PALLIDUM, THALAMUS)
"""Kinds of layer of the explicit gate."""

STRIPED = (MATRIX, GPE, GPI, PFC_SUPERFICIAL, PFC_DEEP, PFC_AGE, PFC_MATCH, *NUCLEI)
"""Kinds of layer that consist of stripes."""

SPIKING, GRADED, BALANCED = range(3)
"""Kinds of thalamic relay: see `pbwm.gate`."""

RECEIVERS_TOGETHER = 4
"""Rows of receivers of a dense path in one computation."""

CYCLES, QUARTER = 100, 25
"""Cycles in a trial, and in a quarter of it."""


class Neuron(NamedTuple):
    """Constants of the point neuron (docs/pbwm.md §1)."""

    theta: float
    reversal_e: float
    reversal_l: float
    reversal_i: float
    gbar_l: float
    vm_dt: float
    vm_start: float
    vm_max: float
    threshold_slope: float
    threshold_leak: float
    gain: float
    gain_correction: float
    correction_slope: float
    tail_slope: float
    tail_height: float
    linear_start: float
    linear_slope: float
    linear_end: float
    act_threshold: float
    send_threshold: float
    send_delta: float
    clamp_max: float
    trial_decay: float


class Averages(NamedTuple):
    """Constants of running averages (docs/pbwm.md §3)."""

    super_short_dt: float
    short_dt: float
    medium_dt: float
    medium_in_short: float
    start: float
    long_start: float
    long_gain: float
    long_min: float
    long_dt: float
    long_rate: float
    error_modulation_min: float
    cosine_dt: float
    activity_dt: float


class Xcal(NamedTuple):
    """Constants of cortical learning (docs/pbwm.md §3)."""

    reversal: float
    threshold: float
    sender_threshold: float
    use_norm: bool
    norm_decay: float
    norm_min: float
    norm_rate: float
    use_momentum: bool
    momentum_decay: float
    momentum_rate: float


TRACE_RULE, TAG, COVARIANCE, FEEDBACK = range(4)
"""Rule of striatal learning."""

TARGET_FEEDBACK, RESPONSE_FEEDBACK = range(2)
"""Whose error cortex feeds back."""

DERIVATIVE, FULL_ACTIVITY, HALF = range(3)
"""Factor of a striatal unit's activity in its traces."""


class Striatum(NamedTuple):
    """Constants of striatal learning (docs/pbwm.md §6)."""

    rule: int
    factor: int
    not_gated: float
    displacement: float
    structural_credit: bool
    closed_gate_credit: float
    habit_rate: float
    trace_kept: float
    teacher: int
    hidden_feedback: float
    hidden_by_weights: bool
    silent_when_correct: bool
    displaced_weight: float
    rejected_rate: float
    output_rate: float
    output_baseline: float
    output_dip_gain: float
    baseline_dt: float
    soft_bounds: bool
    weight_min: float
    weight_max: float
    learning_rate: float
    nogo_positive: float
    burst_gain: float
    dip_gain: float
    d1_gain: float
    d2_gain: float
    dopamine_offset: float
    acetylcholine_inhibition: float


class Exploration(NamedTuple):
    """Constants of exploration (docs/pbwm.md §6)."""

    on: bool
    at_gpi: float
    at_striatum: float
    gain: float
    by_prediction: bool
    by_stripe: bool
    when_frozen: bool
    reward_dt: float


class Gate(NamedTuple):
    """Constants of the merged gate and of prefrontal maintenance (docs/pbwm.md §5)."""

    go_gain: float
    nogo_gain: float
    threshold: float
    cycle: int
    checks: int
    updates: int
    age_stripes: int
    maintenance_gain: float
    maintenance_max: float
    output_max: float
    clear: float


class Relay(NamedTuple):
    """Constants of the thalamic relay; `unbalanced`: share of GPi inhibition that shifts the threshold."""

    kind: int
    neuron: Neuron
    unbalanced: float
    noise: float


RESCORLA_WAGNER, TEMPORAL_DIFFERENCE, PVLV = range(3)
"""Dopamine system."""

NEUTRAL = 0.5
"""The neutral value in PVLV."""


class Dopamine(NamedTuple):
    """Constants of dopamine and acetylcholine (docs/pbwm.md §6)."""

    kind: int
    learning_rate: float
    prediction_min: float
    prediction_max: float
    neutral: float
    g_dt: float
    reward_threshold: float
    reward_decay: float
    discount: float = 0.0
    eligibility_kept: float = 0.0
    lve_learning_rate: float = 0.0
    lvi_learning_rate: float = 0.0
    lvi_min: float = 0.0
    filter_min: float = 0.0
    filter_max: float = 0.0
    lv_always: bool = False
    depression: float = 0.0
    recovery: float = 0.0


LAYER = np.dtype(
    (
        np.record,
        [
            ("kind", np.int64),
            ("start", np.int64),
            ("stop", np.int64),
            ("units", np.int64),
            ("striped", np.bool_),
            ("first_sender", np.int64),
            ("first_listed", np.int64),
            ("pool_size", np.int64),
            ("pooled", np.bool_),
            ("columns", np.int64),
            ("depth", np.int64),
            ("pool", np.int64),
            ("g_dt", np.float64),
            ("layer_on", np.bool_),
            ("layer_gi", np.float64),
            ("layer_fb", np.float64),
            ("pool_on", np.bool_),
            ("pool_gi", np.float64),
            ("pool_fb", np.float64),
            ("ff", np.float64),
            ("ff_threshold", np.float64),
            ("fb_dt", np.float64),
            ("max_vs_avg", np.float64),
            ("self_gi", np.float64),
            ("self_dt", np.float64),
            ("tonic", np.float64),
            ("tonic_inhibition", np.float64),
            ("inhibited", np.bool_),
            ("averages", np.bool_),
            ("learns", np.bool_),
            ("activity", np.float64),
            ("activity_fixed", np.bool_),
            ("dopamine_sign", np.int64),
            ("excitability", np.float64),
            ("lesioned", np.bool_),
            ("noisy", np.bool_),
            ("noise_ge", np.float64),
            ("noise_vm", np.float64),
            ("path", np.int64),
            ("path_stop", np.int64),
            ("steady_stop", np.int64),
        ],
    )
)
"""A layer.

- Rows of units: `start` … `stop` − 1, in `columns` columns of up to `depth` rows (see `pbwm.kernels.layout`).
- Senders: of dense paths, in `Net.sender` from `first_sender` (−1: none); listed, from `first_listed`.
- Pools: row `pool` is the whole layer; if it is `pooled`, a row for each column follows.
- `inhibited`: whether it has inhibitory synapses; `excitability`: factor of tonic dopamine; `lesioned`: whether
  `State.alive` is 0 for some units.
- Paths into it: `path` … `path_stop` − 1. Those before `steady_stop` come from layers that are always clamped."""

PATH = np.dtype(
    (
        np.record,
        [
            ("sender", np.int64),
            ("target", np.int64),
            ("sign", np.int64),
            ("scaled", np.bool_),
            ("absolute", np.float64),
            ("share", np.float64),
            ("dense", np.bool_),
            ("shared", np.bool_),
            ("contacts", np.int64),
            ("learning_rate", np.float64),
            ("sigmoid_gain", np.int64),
            ("striatal", np.bool_),
            ("plastic", np.bool_),
            ("first_receiver", np.int64),
            ("receivers", np.int64),
            ("first_synapse", np.int64),
            ("contact_step", np.int64),
            ("row_step", np.int64),
            ("first_sender", np.int64),
            ("sender_step", np.int64),
            ("first_trace", np.int64),
        ],
    )
)
"""A path.

- `share`: its part of the relative strengths of its target; if not `scaled`, it has its absolute strength.
- `dense`: all to all; `shared`: the same sender for all receivers in a row; `contacts` per receiver.
- `plastic`: cortical learning changes its synapses, which precede all others and have a linear weight.
- Receivers: `receivers` rows from `first_receiver`.
- Synapses: from row `first_synapse`; `contact_step` rows between contacts, `row_step` between rows of receivers.
- Senders: from `first_sender`, contact by contact; `sender_step` further for the next row of receivers.
- Striatal traces: receiver by receiver from row `first_trace`."""


PREDICTION = np.dtype(
    (
        np.record,
        [("sender", np.int64), ("share", np.float64), ("first_synapse", np.int64), ("contacts", np.int64)],
    )
)
"""A path to the reward prediction."""


class Roles(NamedTuple):
    """The layer in each role, and the number of rows of stripes.

    `gate` opens stripes. Names with `_to_` are paths; memory is the deep PFC layer that drives cortex. `control` is the
    channel, not the layer, whose symbols reach the striatum. −1: none.
    """

    output: int
    hidden: int
    matrix_go: int
    matrix_nogo: int
    gate: int
    gpi: int
    gpe: int
    stn: int
    maintenance: int
    maintenance_deep: int
    output_superficial: int
    output_deep: int
    age: int
    control: int
    maintenance_stripes: int
    output_stripes: int
    memory_to_output: int
    memory_to_hidden: int
    hidden_to_output: int
    match: int
    match_to_output: int
    match_to_hidden: int


@by_reference
class Net(NamedTuple):
    """The compiled network.

    Attributes
    ----------
    sends_changes
        Whether units send changes of their activity instead of their activity.
    occupied
        Number of lanes with a unit, of every row of units.
    sender, prediction_sender
        Senders of paths (addresses, or rows if not `shared`), and of the reward prediction.
    responses
        Address of every output unit.
    stripe_number, unit_number
        The stripe and the unit (counted over all layers) in each (row, lane); −1: none.
    profiles
        Profile of each stripe: (stripe, field of `storage.PROFILE`).
    content_address, stimulus_address
        Address of each unit of deep maintenance PFC, within its layer, and of the stimulus of its match unit.
    """

    layout: NetworksInLanes | UnitsInLanes
    sends_changes: bool
    neuron: Neuron
    nuclei: Neuron
    relay: Relay
    averages: Averages
    xcal: Xcal
    striatum: Striatum
    gate: Gate
    exploration: Exploration
    dopamine: Dopamine
    roles: Roles
    layers: Any
    paths: Any
    occupied: Any
    sender: Any
    inputs: Any
    responses: Any
    stripe_number: Any
    profiles: Any
    content_address: Any
    stimulus_address: Any
    unit_number: Any
    prediction: Any
    prediction_sender: Any
