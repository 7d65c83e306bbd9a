"""Recommended configurations by family of task, with the studies that chose their values.

What makes gating learnable here, and not in the reference simulation: a trace is wiped out when its stripe gates
(`TagRule`), a stripe learns only where its content was used (structural credit), reward is predicted from the control
input alone and so cannot cancel the dopamine that good content earns, and, where there are output gates, noise on the
gate explores until reward is certain. Networks that are still rewarded too rarely are re-initialized (`pbwm.restart`).
The studies "mechanisms-…" take these away one at a time, from networks with one life.
"""

from dataclasses import replace
from typing import cast

from pbwm.cortex_learning import CortexLearning
from pbwm.dopamine import RescorlaWagner
from pbwm.errors import PBWMParameterError
from pbwm.exploration import Exploration
from pbwm.gate import Disinhibition, MergedGate
from pbwm.params import GatingParams, Inhibition, LayerInhibition, PathParams, PBWMParams
from pbwm.restart import Restart
from pbwm.striatum import FeedbackRule, StriatumLearning, TagRule, Teacher
from tasks.base.errors import require
from tasks.base.task import Role, TaskSpec

__all__ = [
    "feedback_network",
    "loop_network",
    "recommended",
    "sequence_network",
    "store_network",
    "taught_by_reward",
    "with_merged_gate",
]


def store_network(stripes: int = 4) -> PBWMParams:
    """For tasks that say by a channel of their own what is to be done with a stimulus (SIR): with output gating.

    Values chosen by the study "search-sir2-reference" on seeds that no reported run uses.
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
    """For sequences that are heard and said again, a store for each place (the phonological loop).

    The network of SIR, except for noise and patience. Its noise is stronger, and spares stripes whose content earns
    reward: while a third store is looked for, the first two are left alone. Epochs are long (1800 steps) and lives
    short: half of all networks learn in 20, and in the others most stripes serve one store by then. Values chosen by
    the study "search-phonological-loop" on seeds that no reported run uses.
    """
    return replace(
        store_network(stripes),
        exploration=Exploration(sd=0.3, gain=3.0, by_prediction=True, by_stripe=True),
        restart=Restart(patience=20),
    )


def sequence_network() -> PBWMParams:
    """For tasks in which each symbol is stimulus and instruction in one (1-2-AX): without output gating.

    Values chosen by the study "search-12ax" on seeds that no reported run uses.
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


def feedback_network(spec: TaskSpec) -> PBWMParams:
    """One configuration for every task, with one life: gating learned from cortical feedback (`FeedbackRule`).

    Sizes follow from the task. There are four stripes for each item that it keeps, at least 8 and at most 16; 100
    hidden units; and memory drives cortex so that what one open stripe sends weighs half of what the stimulus does:
    ``pfc_gain = ½ max(1, round(.2 S C))``, S stripes of C units, which undoes the scaling by expected activity
    (docs/pbwm.md §3). All else is the same for all tasks.

    Cortex differs from that of the other configurations where noisy gates kept it from learning: weaker direct paths
    from stimulus and memory to output, stronger top-down paths, faster learning, more inhibition. Weights into the
    striatum stay where noise can still open and shut a gate. Values were chosen on seeds from 5000 on; what they were
    tried on, and what is open, is in docs/learning.md.

    Examples
    --------
    >>> from tasks.catalog import TASKS
    >>> [feedback_network(TASKS[name].build().spec).stripes for name in ("12ax", "sir3", "sternberg")]
    [8, 12, 16]
    """
    stripes = min(max(8, 4 * len(spec.items)), 16)
    content = len(spec.channels[spec.channels_with(Role.STIMULUS, Role.BOTH)[0]].symbols)
    return PBWMParams(
        stripes=stripes,
        hidden=100,
        cortex=CortexLearning(learning_rate=0.06, norm=True, momentum=True),
        striatum=StriatumLearning(
            rule=FeedbackRule(),
            learning_rate=0.1,
            acetylcholine_inhibition=0.5,
            soft_bounds=False,
            weight_min=0.3,
            weight_max=0.7,
        ),
        dopamine=RescorlaWagner(prediction_min=0.0, senders=("control_input",)),
        gate=Disinhibition(),
        gating=GatingParams(checks=1, maintenance_gain=1.0),
        exploration=Exploration(sd=0.3, gain=3.0, by_prediction=True),
        path=PathParams(
            pfc_gain=0.5 * max(1, round(0.2 * stripes * content)),
            pfc_to_output=0.3,
            input_to_output=0.3,
            top_down=0.3,
        ),
        hidden_inhibition=LayerInhibition(layer=Inhibition(gi=2.4, fb=0.5)),
        gpi_inhibition=LayerInhibition(g_tau=3.0),
    )


def with_merged_gate(params: PBWMParams) -> PBWMParams:
    """The same network with GPi and thalamus merged, and NoGo subtracted from Go without competition.

    The network of the loop learns sooner then with half the noise (study "search-phonological-loop").
    """
    return replace(params, gate=MergedGate(nogo_gain=1.0, direct_nogo=True))


def taught_by_reward(params: PBWMParams) -> PBWMParams:
    """The same network with gating learned from reward alone: the chosen response × reward prediction error.

    Raises
    ------
    PBWMParameterError
        If it does not learn from feedback.
    """
    require(
        isinstance(params.striatum.rule, FeedbackRule),
        "taught_by_reward: params.striatum.rule",
        params.striatum.rule,
        "must be a FeedbackRule",
        "give a configuration such as feedback_network(spec)",
        error=PBWMParameterError,
    )
    rule = replace(cast(FeedbackRule, params.striatum.rule), teacher=Teacher.RESPONSE)
    return replace(params, striatum=replace(params.striatum, rule=rule))


def recommended(spec: TaskSpec) -> PBWMParams:
    """The recommended configuration for a task, by what its channels are for and how many items it keeps.

    A network with stores has two stripes for every item, and at least four, at most eight. More than two items, each
    with a control symbol at which it comes and one at which it is asked for, are a loop.

    Examples
    --------
    >>> from tasks.catalog import TASKS
    >>> recommended(TASKS["sir2"].build().spec).output_gating, recommended(TASKS["12ax"].build().spec).output_gating
    (True, False)
    >>> recommended(TASKS["phonological-loop"].build().spec).stripes
    6
    """
    if spec.channels_with(Role.BOTH):
        return sequence_network()
    items, controls = len(spec.items), sum(len(spec.channels[c].symbols) for c in spec.channels_with(Role.CONTROL))
    stripes = min(max(4, 2 * items), 8)
    return loop_network(stripes) if items > 2 and controls == 2 * items else store_network(stripes)
