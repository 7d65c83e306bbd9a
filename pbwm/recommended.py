"""The recommended configuration for every task, and earlier ones by family of tasks."""

from dataclasses import replace
from typing import cast

from pbwm.cortex_learning import CortexLearning
from pbwm.dopamine import RescorlaWagner
from pbwm.errors import PBWMParameterError
from pbwm.exploration import Exploration
from pbwm.gate import Disinhibition, MergedGate
from pbwm.match_units import MatchUnits
from pbwm.neuron import NeuronParams
from pbwm.params import GatingParams, Inhibition, LayerInhibition, PathParams, PBWMParams
from pbwm.restart import Restart
from pbwm.striatum import FeedbackRule, StriatumLearning, TagRule, Teacher
from tasks.base.errors import require
from tasks.base.spec import require_spec
from tasks.base.task import Role, TaskSpec

__all__ = [
    "family_network",
    "loop_network",
    "recommended",
    "recommended_without_matches",
    "sequence_network",
    "store_network",
    "taught_by_reward",
    "with_ages",
    "with_merged_gate",
]


def store_network(stripes: int = 4) -> PBWMParams:
    """Network for tasks with a control channel (SIR), with output gating.

    Like `loop_network` and `sequence_network`, it learns from one dopamine signal and synaptic tags (`TagRule`), and is
    re-initialized if it is rewarded too rarely. It predicts reward from the control input alone. Source of values: the
    study "search-sir2-reference".
    """
    return PBWMParams(
        stripes=stripes,
        cortex=CortexLearning(learning_rate=0.02, norm=True, momentum=True),
        striatum=StriatumLearning(rule=TagRule(not_gated=0.2), learning_rate=0.2, acetylcholine_inhibition=0.5),
        dopamine=RescorlaWagner(prediction_min=0.0, senders=("control_input",)),
        gate=Disinhibition(),
        gating=GatingParams(checks=1, maintenance_gain=1.0),
        exploration=Exploration(sd=0.3, by_prediction=True),
        restart=Restart(patience=80),
        gpi_inhibition=LayerInhibition(g_tau=3.0),
    )


def loop_network(stripes: int = 6) -> PBWMParams:
    """Network for sequences that are repeated (the phonological loop).

    Its noise is stronger than that of `store_network` and spares stripes whose content earns reward. It is
    re-initialized earlier. Source of values: the study "search-phonological-loop".
    """
    return replace(
        store_network(stripes),
        exploration=Exploration(sd=0.3, gain=3.0, by_prediction=True, by_stripe=True),
        restart=Restart(patience=20),
    )


def sequence_network() -> PBWMParams:
    """Network for tasks in which symbols are stimulus and instruction (1-2-AX), without output gating.

    Source of values: the study "search-12ax".
    """
    return PBWMParams(
        stripes=3,
        output_gating=False,
        cortex=CortexLearning(learning_rate=0.02, norm=True, momentum=True),
        striatum=StriatumLearning(
            rule=TagRule(structural_credit=False), learning_rate=0.1, acetylcholine_inhibition=0.3
        ),
        dopamine=RescorlaWagner(prediction_min=0.0, senders=("control_input",)),
        gate=Disinhibition(),
        gating=GatingParams(checks=1, maintenance_gain=1.0),
        restart=Restart(patience=160),
        path=PathParams(pfc_gain=2.0, pfc_to_output=0.3),
        gpi_inhibition=LayerInhibition(g_tau=3.0),
    )


def family_network(spec: TaskSpec) -> PBWMParams:
    """The network for the family of a task, by its channels and number of items.

    With a control channel, it has two stripes per item, from four to eight. A task that stores and recalls more than
    two items by control symbols is a loop.

    Examples
    --------
    >>> from tasks.catalog import TASKS
    >>> [family_network(TASKS[name].build().spec).stripes for name in ("sir2", "12ax", "phonological-loop")]
    [4, 3, 6]
    """
    require_spec("family_network: spec", spec, error=PBWMParameterError)
    if spec.channels_with(Role.BOTH):
        return sequence_network()
    items, controls = len(spec.items), sum(len(spec.channels[c].symbols) for c in spec.channels_with(Role.CONTROL))
    stripes = min(max(4, 2 * items), 8)
    return loop_network(stripes) if items > 2 and controls == 2 * items else store_network(stripes)


def recommended(spec: TaskSpec) -> PBWMParams:
    """The recommended configuration, one for every task, which learns gating from cortical feedback.

    Only the sizes of input, output, striatum, and prefrontal cortex follow from the task. docs/pbwm.md §10 lists the
    values, which were chosen on seeds from 5000 on (docs/learning.md).

    - Match units signal whether the stimulus equals a content that a stripe releases (`MatchUnits`).
    - A content can be read from the trial after the one in which it was stored.
    - Output gates learn 1.25 times as much where the value of their content is below that of the usual content.
    - Maintenance gates learn a quarter as much where their output gate is closed (structural credit), unless they see
      the age of their content.
    - A correct response feeds no error back.
    - The effect of memory on cortex does not grow with the number of stripes that are usually open
      (`PBWMParams.pfc_activity_fixed`).
    - Because gates are noisy, direct paths from stimulus and memory to output are weak. Top-down paths and inhibition
      are strong, and cortical learning is fast. Activity does not persist from the previous trial.
    - Weights from symbols into the striatum stay in a range in which noise can still open and shut a gate.
    - A task with more than 16 items has as many stripes as items, so that all can be held at once. No study has such a
      task.
    - If no channel is for control alone and the task has at least three items, as in n-back, some stripes see the age
      of their content (`with_ages`).

    The study "battery" reports which tasks it learns.

    Examples
    --------
    >>> from tasks.catalog import TASKS
    >>> params = {name: recommended(TASKS[name].build().spec) for name in ("12ax", "3-back")}
    >>> {name: (p.stripes, p.gating.age_units, p.gating.age_stripes) for name, p in params.items()}
    {'12ax': (16, 0, 0), '3-back': (16, 4, 6)}
    """
    require_spec("recommended: spec", spec, error=PBWMParameterError)
    params = PBWMParams(
        stripes=max(16, len(spec.items)),
        hidden=100,
        match_units=MatchUnits(),
        neuron=NeuronParams(trial_decay=1.0),
        cortex=CortexLearning(learning_rate=0.06, norm=True, momentum=True),
        striatum=StriatumLearning(
            rule=FeedbackRule(
                silent_when_correct=True,
                structural_credit=True,
                closed_gate_credit=0.25,
                output_baseline=1.0,
                output_dip_gain=1.25,
            ),
            learning_rate=0.1,
            acetylcholine_inhibition=0.5,
            soft_bounds=False,
            weight_min=0.3,
            weight_max=0.7,
        ),
        dopamine=RescorlaWagner(prediction_min=0.0, senders=("control_input",)),
        gate=Disinhibition(),
        gating=GatingParams(checks=1, maintenance_gain=1.0, updates=1),
        exploration=Exploration(sd=0.3, gain=3.0, by_prediction=True),
        path=PathParams(pfc_gain=2.0, pfc_to_output=0.3, input_to_output=0.3, top_down=0.3),
        pfc_activity_fixed=False,
        hidden_inhibition=LayerInhibition(layer=Inhibition(gi=2.4, fb=0.5)),
        gpi_inhibition=LayerInhibition(g_tau=3.0),
    )
    timed = len(spec.items) > 2 and not spec.channels_with(Role.CONTROL)
    return with_ages(params, spec) if timed else params


def recommended_without_matches(spec: TaskSpec) -> PBWMParams:
    """The recommended configuration of version 1.0, without match units.

    It has four stripes per item, from 8 to 16. One open stripe drives cortex half as strongly as the stimulus:
    ``pfc_gain = ½ max(1, round(.2 S C))`` for S stripes of C units (docs/pbwm.md §3). The study
    "battery-without-matches" reports which tasks it learns.

    Examples
    --------
    >>> from tasks.catalog import TASKS
    >>> [recommended_without_matches(TASKS[name].build().spec).stripes for name in ("12ax", "sir3", "sternberg")]
    [8, 12, 16]
    """
    params = recommended(spec)
    stripes = min(max(8, 4 * len(spec.items)), 16)
    shown = [len(spec.channels[c].symbols) for c in spec.channels_with(Role.STIMULUS, Role.BOTH)]
    content = shown[0] if shown else 1
    return replace(
        params,
        stripes=stripes,
        match_units=None,
        striatum=replace(params.striatum, rule=FeedbackRule()),
        gating=GatingParams(checks=1, maintenance_gain=1.0),
        path=replace(params.path, pfc_gain=0.5 * max(1, round(0.2 * stripes * content))),
        pfc_activity_fixed=True,
    )


def with_ages(params: PBWMParams, spec: TaskSpec) -> PBWMParams:
    """The same network with age units: one per item, in two more stripes than items.

    They act twice as strongly on the gate as symbols. On tasks with a control channel, add them to `recommended` if
    contents are due after a fixed number of steps.

    Examples
    --------
    >>> from tasks.catalog import TASKS
    >>> spec = TASKS["sir3"].build().spec
    >>> gating = with_ages(recommended(spec), spec).gating
    >>> gating.age_units, gating.age_stripes
    (3, 5)
    """
    _require_params("with_ages", params)
    require_spec("with_ages: spec", spec, error=PBWMParameterError)
    items = len(spec.items)
    return replace(params, gating=replace(params.gating, age_units=items, age_stripes=items + 2, age_strength=2.0))


def with_merged_gate(params: PBWMParams) -> PBWMParams:
    """The same network with GPi and thalamus merged, and NoGo subtracted from Go."""
    _require_params("with_merged_gate", params)
    return replace(params, gate=MergedGate(nogo_gain=1.0, direct_nogo=True))


def taught_by_reward(params: PBWMParams) -> PBWMParams:
    """The same network with gating learned from reward alone (`Teacher.RESPONSE`).

    Raises
    ------
    PBWMParameterError
        If the network does not learn from feedback.
    """
    _require_params("taught_by_reward", params)
    require(
        isinstance(params.striatum.rule, FeedbackRule),
        "taught_by_reward: params.striatum.rule",
        params.striatum.rule,
        "must be a FeedbackRule",
        "give a configuration such as recommended(spec)",
        error=PBWMParameterError,
    )
    rule = replace(cast(FeedbackRule, params.striatum.rule), teacher=Teacher.RESPONSE)
    return replace(params, striatum=replace(params.striatum, rule=rule))


def _require_params(where: str, params: object) -> None:
    remedy = "give a configuration such as recommended(spec)"
    fits = isinstance(params, PBWMParams)
    require(fits, f"{where}: params", params, "must be PBWMParams", remedy, error=PBWMParameterError)
