"""Learning rules of the striatum: dopamine × a trace at each corticostriatal synapse (docs/pbwm.md §6)."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import get_args

from pbwm.checks import require_at_least, require_choice, require_fraction, require_kinds, require_object
from pbwm.errors import PBWMParameterError
from pbwm.kernels.tables import (
    COVARIANCE,
    DERIVATIVE,
    FEEDBACK,
    FULL_ACTIVITY,
    HALF,
    RESPONSE_FEEDBACK,
    TAG,
    TARGET_FEEDBACK,
    TRACE_RULE,
    Striatum,
)
from tasks.base.errors import require
from tasks.base.serialization import LATER

__all__ = ["ActivityFactor", "CovarianceRule", "FeedbackRule", "StriatumLearning", "TagRule", "Teacher", "TraceRule"]


class ActivityFactor(StrEnum):
    """How the activity a of a striatal unit enters the traces of its synapses."""

    DERIVATIVE = "2a(1-a)"
    ACTIVITY = "a"
    HALF = "1/2"


FACTORS = {
    ActivityFactor.DERIVATIVE: DERIVATIVE,
    ActivityFactor.ACTIVITY: FULL_ACTIVITY,
    ActivityFactor.HALF: HALF,
}


@dataclass(frozen=True, kw_only=True)
class TraceRule:
    """The reference rule: a new trace displaces the old one in proportion to its size.

    ``f = 2a(1−a)·s``; new = f if the stripe gated, else ``−not_gated·f``; ``Tr += new − min(1,
    displacement·|new|)·Tr``.

    Attributes
    ----------
    not_gated, displacement
        As in the equation, at least 0.
    factor
        Factor of the receiver's activity.
    """

    not_gated: float = 0.7
    displacement: float = 1.0
    factor: ActivityFactor = ActivityFactor.DERIVATIVE

    kind = TRACE_RULE

    def __post_init__(self) -> None:
        require_kinds(self)
        require_at_least(self, "not_gated", 0.0)
        require_at_least(self, "displacement", 0.0)
        require_choice(self, "factor", ActivityFactor)


@dataclass(frozen=True, kw_only=True)
class TagRule:
    """Synaptic tags: a trace is the contribution of a synapse to the current content.

    Traces follow `TraceRule`, but a maintenance stripe that gates first clears them, and those of an output stripe last
    for one trial.

    Attributes
    ----------
    not_gated, displacement, factor
        As in `TraceRule`.
    structural_credit
        Whether a maintenance stripe learns only if its output stripe gates (O'Reilly & Frank, 2006).
    """

    not_gated: float = 0.7
    displacement: float = 3.0
    factor: ActivityFactor = ActivityFactor.HALF
    structural_credit: bool = True

    kind = TAG

    def __post_init__(self) -> None:
        require_kinds(self)
        require_at_least(self, "not_gated", 0.0)
        require_at_least(self, "displacement", 0.0)
        require_choice(self, "factor", ActivityFactor)


@dataclass(frozen=True, kw_only=True)
class CovarianceRule:
    """Trace by deviation of the gate from its running frequency ḡ: ``Tr = (gate − ḡ)·f``.

    A stripe that would have gated in any case receives no credit (Williams, 1992, *Machine Learning* 8:229, eq. 5: for
    a Bernoulli unit, ``∂ ln p/∂w`` is the gate minus its probability).

    Attributes
    ----------
    habit_rate
        Rate at which ḡ follows the gate with an active sender, in [0, 1].
    decay
        Proportion of the trace that remains after each trial, in [0, 1].
    factor
        Factor of the receiver's activity.
    """

    habit_rate: float = 0.05
    decay: float = 0.95
    factor: ActivityFactor = ActivityFactor.DERIVATIVE

    kind = COVARIANCE

    def __post_init__(self) -> None:
        require_kinds(self)
        require_fraction(self, "habit_rate")
        require_fraction(self, "decay")
        require_choice(self, "factor", ActivityFactor)


class Teacher(StrEnum):
    """Whose error cortex feeds back: that of the target, or of the chosen response."""

    TARGET = "target"
    RESPONSE = "response"


TEACHERS = {Teacher.TARGET: TARGET_FEEDBACK, Teacher.RESPONSE: RESPONSE_FEEDBACK}


@dataclass(frozen=True, kw_only=True)
class FeedbackRule:
    """Credit by cortical feedback, which compares held, displaced, and rejected contents.

    When a reward is delivered, cortex feeds back the value of a content for the current error (docs/pbwm.md §6,
    "Feedback"). The rule requires one gate check a trial.

    Attributes
    ----------
    teacher
        Whose error is fed back: that of the target, or of the chosen response times the reward prediction error.
    hidden_feedback
        Weight h of the feedback from hidden units, relative to output units.
    hidden_by_weights
        Whether errors of hidden units are output errors sent back through the weights, instead of their own phase
        differences. With the teacher "response", they always are.
    silent_when_correct
        Whether a correct response feeds no error back (F1). Only for the teacher "target".
    displaced_weight
        Weight d of the displaced content in the comparison.
    rejected_rate, output_rate
        Rates r and o for rejected contents, and for output gates, relative to displaced contents.
    output_baseline
        Weight b of the usual content in the dopamine of an output stripe (F8).
    output_dip_gain
        Gain q of output gates where the value of the content is below its baseline (F8).
    baseline_tau
        τ of the usual content, in rewarded trials.
    structural_credit
        Whether the dopamine of a maintenance stripe depends on its output gate (F6, F7).
    closed_gate_credit
        With structural credit, the factor of that dopamine while the output gate is closed: 0 to 1. It is 1 in stripes
        that see ages.
    factor
        Factor of the receiver's activity.
    """

    teacher: Teacher = Teacher.TARGET
    hidden_feedback: float = 1.0
    hidden_by_weights: bool = field(default=False, metadata=LATER)
    silent_when_correct: bool = field(default=False, metadata=LATER)
    displaced_weight: float = 1.0
    rejected_rate: float = 1.0
    output_rate: float = 1.0
    output_baseline: float = field(default=0.0, metadata=LATER)
    output_dip_gain: float = field(default=1.0, metadata=LATER)
    baseline_tau: float = field(default=100.0, metadata=LATER)
    structural_credit: bool = False
    closed_gate_credit: float = field(default=0.0, metadata=LATER)
    factor: ActivityFactor = ActivityFactor.HALF

    kind = FEEDBACK

    def __post_init__(self) -> None:
        require_kinds(self)
        gains = ("hidden_feedback", "displaced_weight", "rejected_rate", "output_rate", "output_dip_gain")
        for name in (*gains, "output_baseline"):
            require_at_least(self, name, 0.0)
        require_at_least(self, "baseline_tau", 1.0)
        require_fraction(self, "closed_gate_credit")
        require_choice(self, "teacher", Teacher)
        require_choice(self, "factor", ActivityFactor)


Rule = TraceRule | TagRule | CovarianceRule | FeedbackRule
"""Learning rule of corticostriatal synapses."""


@dataclass(frozen=True, kw_only=True)
class StriatumLearning:
    """Learning of corticostriatal paths, by default as in the reference SIR-2 simulation.

    Attributes
    ----------
    rule
        `TraceRule`, `TagRule`, `CovarianceRule`, or `FeedbackRule`.
    learning_rate
        η.
    nogo_positive
        Factor on NoGo learning with positive dopamine and a negative trace (0.1 in PBWM generally, 1 in SIR-2).
    burst_gain, dip_gain
        Gain of positive and of negative dopamine.
    d1_gain, d2_gain
        Gain of dopamine at the receptors of Go and of NoGo.
    dopamine_offset
        Tonic dopamine above its normal level, which fills dips.
    acetylcholine_inhibition
        Inhibition of the striatum without acetylcholine.
    soft_bounds
        Whether changes shrink toward 0 and 1, as in cortex.
    weight_min, weight_max
        Range of weights, within [0, 1]. Weights from age units can always fall to 0.
    """

    rule: Rule = field(default_factory=TraceRule)
    learning_rate: float = 0.04
    nogo_positive: float = 1.0
    burst_gain: float = 1.0
    dip_gain: float = 1.0
    d1_gain: float = 1.0
    d2_gain: float = 1.0
    dopamine_offset: float = 0.0
    acetylcholine_inhibition: float = 0.3
    soft_bounds: bool = field(default=True, metadata=LATER)
    weight_min: float = field(default=0.0, metadata=LATER)
    weight_max: float = field(default=1.0, metadata=LATER)

    def __post_init__(self) -> None:
        require_kinds(self)
        require_object(self, "rule", get_args(Rule))
        for name in ("learning_rate", "nogo_positive", "burst_gain", "dip_gain", "d1_gain", "d2_gain"):
            require_at_least(self, name, 0.0)
        require_at_least(self, "acetylcholine_inhibition", 0.0)
        for name in ("weight_min", "weight_max"):
            require_fraction(self, name)
        require(
            self.weight_min < self.weight_max,
            "StriatumLearning.weight_min",
            self.weight_min,
            f"must be below weight_max = {self.weight_max:g}",
            "the defaults are 0.0 and 1.0",
            error=PBWMParameterError,
        )

    @property
    def fed_back(self) -> bool:
        """Whether each stripe has its own dopamine, from cortical feedback (`FeedbackRule`)."""
        return isinstance(self.rule, FeedbackRule)

    def constants(self) -> Striatum:
        """Constants for the kernels."""
        rule = self.rule
        return Striatum(
            rule=rule.kind,
            factor=FACTORS[rule.factor],
            not_gated=getattr(rule, "not_gated", 0.0),
            displacement=getattr(rule, "displacement", 0.0),
            structural_credit=getattr(rule, "structural_credit", False),
            closed_gate_credit=getattr(rule, "closed_gate_credit", 0.0),
            habit_rate=getattr(rule, "habit_rate", 0.0),
            trace_kept=getattr(rule, "decay", 1.0),
            teacher=TEACHERS[getattr(rule, "teacher", Teacher.TARGET)],
            hidden_feedback=getattr(rule, "hidden_feedback", 0.0),
            hidden_by_weights=getattr(rule, "hidden_by_weights", False),
            silent_when_correct=getattr(rule, "silent_when_correct", False),
            displaced_weight=getattr(rule, "displaced_weight", 0.0),
            rejected_rate=getattr(rule, "rejected_rate", 0.0),
            output_rate=getattr(rule, "output_rate", 0.0),
            output_baseline=getattr(rule, "output_baseline", 0.0),
            output_dip_gain=getattr(rule, "output_dip_gain", 1.0),
            baseline_dt=1 / getattr(rule, "baseline_tau", 1.0),
            soft_bounds=self.soft_bounds,
            weight_min=self.weight_min,
            weight_max=self.weight_max,
            learning_rate=self.learning_rate,
            nogo_positive=self.nogo_positive,
            burst_gain=self.burst_gain,
            dip_gain=self.dip_gain,
            d1_gain=self.d1_gain,
            d2_gain=self.d2_gain,
            dopamine_offset=self.dopamine_offset,
            acetylcholine_inhibition=self.acetylcholine_inhibition,
        )
