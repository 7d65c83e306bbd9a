"""Parameters of the 2006 form, each with its published value and source.

*OF06*: O'Reilly & Frank (2006), Neural Computation 18:283–328, appendix. *Simulator*: the value of the paper's
simulators (PDP++, later emergent), if the paper gives none. *Chosen*: our value, if neither gives one.
"""

from dataclasses import dataclass, field, fields, is_dataclass, replace
from math import inf

from pbwm.checks import require_at_least, require_kinds, require_object
from pbwm.errors import PBWMParameterError
from pbwm.form2006.gating import GateSelection, Prefrontal, RandomGo, Striatum
from pbwm.form2006.learning import ContrastiveLearning, Success, Values
from pbwm.form2006.neurons import Phases, Unit, WinnersTakeAll
from tasks.base.errors import require
from tasks.base.spec import require_spec
from tasks.base.task import Role, TaskSpec

__all__ = ["PBWM2006Params", "oreilly_frank_2006"]


DOPAMINE_GAINS = {"1-2-AX": 2.0, "SIR": 4.0, "phonological loop": 0.2}
"""`Striatum.dopamine_gain` by the kind of task, from the authors' notes: 2, 2 or 4, and .2. For SIR, 4 was chosen on
seed 5000."""

MOST_DOPAMINE = 1.9
"""The largest δ: LVe − LVi ≤ .9 and PVe − PVi ≤ 1 (OF06 A.5)."""

SIR_EVENTS = ("store", "ignore", "recall")
"""Kinds of step of the SIR tasks."""

TWELVE_AX_EVENTS = ("task", "cue", "target probe", "lure probe", "other probe")
"""Kinds of step of 1-2-AX."""


@dataclass(frozen=True, kw_only=True)
class PBWM2006Params:
    """A PBWM network of 2006, by default for 1-2-AX and SIR-2.

    An invalid value, also in one of its parts, raises `PBWMParameterError`.

    Attributes
    ----------
    stripes
        Prefrontal stripes (OF06: 4; 6 in the phonological loop, where `oreilly_frank_2006` has 24).
    hidden
        Units of the hidden layer (simulator: 7 × 7).
    unit, winners, phases, learning, values, striatum, gate, random_go, success, prefrontal
        Parameters by concept.
    """

    stripes: int = 4
    hidden: int = 49
    unit: Unit = field(default_factory=Unit)
    winners: WinnersTakeAll = field(default_factory=WinnersTakeAll)
    phases: Phases = field(default_factory=Phases)
    learning: ContrastiveLearning = field(default_factory=ContrastiveLearning)
    values: Values = field(default_factory=Values)
    striatum: Striatum = field(default_factory=Striatum)
    gate: GateSelection = field(default_factory=GateSelection)
    random_go: RandomGo = field(default_factory=RandomGo)
    success: Success = field(default_factory=Success)
    prefrontal: Prefrontal = field(default_factory=Prefrontal)

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("stripes", "hidden"):
            require_at_least(self, name, 1)
        for f in fields(self):
            if is_dataclass(f.type):
                require_object(self, f.name, f.type)
        self._require_stable_gain()

    def dopamine_step(self, burst: float = 1.0, dip: float = 1.0, effect: float = 1.0) -> float:
        """The largest step of a potential by dopamine in a cycle, relative to its distance from the reversal potential.

        Parameters
        ----------
        burst, dip, effect
            Factors of manipulations on bursts, on dips, and on the effect of both.
        """
        gain = self.striatum.dopamine_gain
        return max(effect * (slope * gain + offset) for slope, offset in self._dopamine_steps(burst, dip))

    def most_gain(self) -> float:
        """The largest `Striatum.dopamine_gain` with which no potential overshoots its reversal potential."""
        return min((1 - offset) / slope if slope else inf for slope, offset in self._dopamine_steps())

    def _dopamine_steps(self, burst: float = 1.0, dip: float = 1.0) -> tuple[tuple[float, float], ...]:
        """Slope and offset of the step by `Striatum.dopamine_gain`, for burst and dip."""
        s = self.striatum
        rate = self.unit.vm_dt * max(s.excitation, s.accommodation)
        bursts = (rate * burst * MOST_DOPAMINE, rate * burst * self.random_go.dopamine)
        return bursts, (rate * dip * MOST_DOPAMINE * s.dip_gain, 0.0)

    def _require_stable_gain(self) -> None:
        s, most = self.striatum, self.most_gain()
        require(
            s.dopamine_gain <= most,
            "PBWM2006Params.striatum.dopamine_gain",
            s.dopamine_gain,
            f"must be at most {most:.3g}, because above it the potential overshoots within a cycle",
            "reduce it, or striatum.excitation, striatum.accommodation, striatum.dip_gain, or random_go.dopamine",
            error=PBWMParameterError,
        )


def oreilly_frank_2006(spec: TaskSpec | None = None) -> PBWM2006Params:
    """The configuration for a task: four stripes with one-to-one inputs or, for the loop, 24 that learn them.

    Parameters
    ----------
    spec
        The task. Serial recall of more than two stimuli gets the network of the phonological loop. On SIR, 1-2-AX, and
        the loop, gates are closed where a reward is due. On 1-2-AX and the loop, values learn as in later simulators
        (docs/form2006.md §9). Others get the default.

    Examples
    --------
    >>> oreilly_frank_2006().stripes
    4
    """
    if spec is not None:
        require_spec("oreilly_frank_2006: spec", spec, error=PBWMParameterError)
    params = PBWM2006Params()
    closed = replace(params, gate=replace(params.gate, closed_where_due=True))
    later_values = replace(closed, values=replace(params.values, depressed_learning=False, learned_where_due=False))
    if spec is not None and spec.events == SIR_EVENTS:
        return _with_gain(replace(closed, random_go=replace(params.random_go, long_patience=None)), "SIR")
    if spec is not None and _is_loop(spec):
        loop = replace(
            later_values,
            stripes=24,
            success=replace(params.success, rate_factor=0.3),
            prefrontal=replace(params.prefrontal, learned_inputs=True, maintenance=0.5),
        )
        return _with_gain(loop, "phonological loop")
    return _with_gain(later_values if spec is not None and spec.events == TWELVE_AX_EVENTS else params, "1-2-AX")


def _with_gain(params: PBWM2006Params, kind: str) -> PBWM2006Params:
    return replace(params, striatum=replace(params.striatum, dopamine_gain=DOPAMINE_GAINS[kind]))


def _is_loop(spec: TaskSpec) -> bool:
    stimulus = spec.channels_with(Role.STIMULUS)
    return len(spec.items) > 2 and any(len(spec.channels[c].symbols) == len(spec.responses) for c in stimulus)
