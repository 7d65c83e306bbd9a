"""State of a block of networks: rows of sixteen numbers, in one block of memory."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from tasks.engine.kernels.resets import Resets
from tasks.engine.lanes import LANES
from tasks.engine.lanes.references import by_reference

UNIT = [
    "ge",
    "gi",
    "gi_synaptic",
    "gi_self",
    "vm",
    "act",
    "act_minus",
    "clamp",
    "avg_ss",
    "avg_s",
    "avg_m",
    "avg_l",
    "avg_l_rate",
    "maintained",
    "maintenance_ge",
]
"""Of a unit. `act_minus` is its activity at the end of the minus phase, `clamp` external input (negative: none),
`maintained` content, and `maintenance_ge` its conductance."""

POOL = ["ge_avg", "ge_max", "act_avg", "feedback"]
"""Of a pool: mean and maximum excitation, mean activity, and feedback inhibition."""

LAYER = ["activity_plus", "activity", "cosine", "cosine_rate"]
"""Of a layer: mean activity at the end of the last plus phase, expected activity, similarity of phases, and factor on
BCM learning."""

TRACE = ["trace", "change", "habit"]
"""Of a synapse into the striatum: trace, weight change in this trial, and habit ḡ (−1: no gate yet)."""

CONTENT = ["readable", "offered", "displaced", "rejected", "fed_back", "usual"]
"""Of a unit of deep maintenance PFC, with the feedback rule (docs/pbwm.md §6): `readable` is the held content, and
`offered` that of the superficial layer."""

TAG = ["go", "nogo"]
"""Of a synapse into the striatum, with the feedback rule: its two tags."""

CREDIT = ["rejections", "sampled", "held", "displaced", "rejected", "dopamine_go", "dopamine_nogo"]
"""Of a stripe, with the feedback rule: number of contents rejected since it gated, whether it remembers the last,
values of three contents, and dopamine at its two tags."""

STRIPE = ["gate", "effective", "count", "success"]
"""Of a stripe: its gate at the last check (0: shut), its effective gate, its count of updates since it gated (−1:
empty), and r̄_k."""

NETWORK = [
    "prediction_ge",
    "prediction",
    "lve_ge",
    "lvi_ge",
    "value_before",
    "reward",
    "dopamine",
    "acetylcholine",
    "acetylcholine_drive",
    "mean_reward",
    "noise_factor",
    "restarts",
    "age",
]
"""Of a network. `value_before` is the value of the previous trial, `acetylcholine_drive` the next acetylcholine before
its threshold, `noise_factor` ε of exploration, `restarts` the number of re-initializations, and `age` the training
epochs since the last."""


@by_reference
class State(NamedTuple):
    """State of sixteen networks, as arrays of records (`units` has the fields `UNIT`, …) or rows of 16.

    All except `SCRATCH` and `GIVEN` are views of one block of memory.
    """

    units: Any
    pools: Any
    layers: Any
    stripes: Any
    network: Any
    traces: Any
    scale: Any
    prediction_scale: Any
    prediction_weight: Any
    eligibility: Any
    lve_weight: Any
    lvi_weight: Any
    transmission: Any
    weight: Any
    linear: Any
    norm: Any
    momentum: Any
    noise: Any
    contents: Any
    tags: Any
    credits: Any
    errors: Any
    reservoir_draw: Any
    trials: Any
    key: Any
    alive: Any
    profiles: Any
    sent: Any = None
    signal: Any = None
    drive: Any = None
    excitation: Any = None
    inhibition: Any = None
    steady: Any = None
    equal_receivers: Any = None
    senders: Any = None
    signals: Any = None
    sender_counts: Any = None
    moved: Any = None
    unit_noise: Any = None


PROFILE = ["initial", "rise_tau", "up", "down", "least"]
"""Of a stripe: the profile of its deep units (`pbwm.profiles`)."""

FED_BACK = ("contents", "tags", "credits", "errors", "reservoir_draw")
"""The arrays of `State` for the feedback rule: `errors` of cortical units, and `reservoir_draw`, a random number per
stripe and trial."""

GIVEN = ("key", "alive", "profiles")
"""The arrays of `State` that do not depend on history: the key of random numbers (uint32, two rows of sixteen);
`alive`, 0 for lesioned units, else 1 (one row without lesions); and profiles."""

SCRATCH = (
    *("sent", "signal", "drive", "excitation", "inhibition", "steady"),
    *("equal_receivers", "senders", "signals", "sender_counts", "moved", "unit_noise"),
)
"""The arrays of `State` that exist only while a kernel runs. `steady` is the excitation from clamped layers,
`equal_receivers` marks dense paths whose receivers have equal weights, and `moved` layers whose signals have changed.
"""

HELD = {
    "units": ["maintained", "maintenance_ge"],
    "stripes": ["gate", "effective", "count"],
    "contents": CONTENT,
    "tags": TAG,
    "credits": CREDIT,
}
"""The memory of a network, by array and field."""

PASSING = {
    "units": [field for field in UNIT if field not in ("avg_l", "avg_l_rate")],
    "pools": POOL,
    "stripes": ["gate", "effective", "count"],
    "network": [field for field in NETWORK if field not in ("mean_reward", "restarts", "age")],
    "traces": ["trace"],
    "contents": [field for field in CONTENT if field != "usual"],
    "tags": TAG,
    "credits": CREDIT,
    "errors": [""],
    "reservoir_draw": [""],
    "eligibility": [""],
    "transmission": [""],
}
"""The quantities that a reset of memory sets to those of an idle network: activity, content, and traces of activity,
but not the usual content."""

RECORDS = {
    "units": UNIT,
    "pools": POOL,
    "layers": LAYER,
    "stripes": STRIPE,
    "network": NETWORK,
    "traces": TRACE,
    "contents": CONTENT,
    "tags": TAG,
    "credits": CREDIT,
}
"""Fields of the arrays of `State` that hold records."""


def record_type(fields: list[str], dtype: DTypeLike) -> np.dtype[Any]:
    """The type of a record with `fields` of 16 numbers each."""
    return np.dtype((np.record, [(name, dtype, LANES) for name in fields]))


@by_reference
class Stream(NamedTuple):
    """The trials of a block: rows are step × channel, or step.

    If gates are forced (`forcing`), `forced` has their values (rows: step × stripe; −1: not forced).
    """

    symbol: Any
    target: Any
    rewarded: Any
    forcing: bool
    forced: Any
    resets: Resets


MODULATORS = ("dopamine", "prediction", "acetylcholine")
"""Fields of `NETWORK` that are recorded in each cycle."""


@by_reference
class Notes(NamedTuple):
    """The record of a run: responses, and the rest if `on`.

    Rows are

    - step: response, unit error, dopamine, prediction;
    - step × gate check × stripe: gate, effective gate, gating unit, Go, NoGo, and, with the explicit gate, GPi, GPe,
      STN;
    - step × unit: maintained content; step × stripe: count, and the strongest match unit;
    - with the feedback rule, step × stripe: values of three contents, dopamine at two tags; step × striatal synapse:
      tags;
    - if `cycles_on`, cycle × unit of the last step: activity; cycle × `MODULATORS`.
    """

    on: bool
    cycles_on: bool
    response: Any
    unit_error: Any
    dopamine: Any
    prediction: Any
    gate: Any
    effective: Any
    gating: Any
    gpi: Any
    gpe: Any
    stn: Any
    go: Any
    nogo: Any
    maintained: Any
    match: Any
    count: Any
    held: Any
    displaced: Any
    rejected: Any
    dopamine_go: Any
    dopamine_nogo: Any
    go_tag: Any
    nogo_tag: Any
    cycles: Any
    modulators: Any
