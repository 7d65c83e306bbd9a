"""The recommended configuration, one for every task, and the earlier ones, by family of task.

`recommended` learns gating from cortical feedback (`FeedbackRule`) in one life, and its sizes follow from the task. The
study "battery" tells which tasks it learns.

`family_network` is what was recommended before: networks for three families of tasks, each searched on its own. They
learn from one dopamine signal and synaptic tags that are cleared when a stripe gates (`TagRule`); a stripe learns only
where its content was used (structural credit); reward is predicted from the control input alone and so cannot cancel
the dopamine that good content earns; and, where there are output gates, noise on the gate explores until reward is
certain. Networks that are still rewarded too rarely are re-initialized (`pbwm.restart`). They are kept for comparison:
the studies "learning…", "one-life" and "mechanisms-…" are about them.
"""

from dataclasses import replace
from typing import cast

from pbwm.cortex_learning import CortexLearning
from pbwm.dopamine import RescorlaWagner
from pbwm.errors import PBWMParameterError
from pbwm.exploration import Exploration
from pbwm.gate import Disinhibition, MergedGate
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
    "recommended_with_ages",
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


def family_network(spec: TaskSpec) -> PBWMParams:
    """The network of the family that a task belongs to, by its channels and the number of items that it keeps.

    A network with stores has two stripes for every item, and at least four, at most eight. More than two items, each
    with a control symbol at which it comes and one at which it is asked for, are a loop.

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
    """The recommended configuration: one for every task, with one life, that learns gating from cortical feedback.

    Sizes follow from the task. There are four stripes for each item that it keeps, at least 8 and at most 16; 100
    hidden units; and memory drives cortex so that what one open stripe sends weighs half of what the stimulus does:
    ``pfc_gain = ½ max(1, round(.2 S C))``, S stripes of C units, which undoes the scaling by expected activity
    (docs/pbwm.md §3). All else is the same for all tasks.

    Cortex differs from that of the family networks where noisy gates kept it from learning: weaker direct paths from
    stimulus and memory to output, stronger top-down paths, faster learning, more inhibition, and no activity that is
    left from the trial before. Weights into the striatum stay where noise can still open and shut a gate. Values were
    chosen on seeds from 5000 on; the tasks that they were tried on, and what is open, are in docs/learning.md.

    Examples
    --------
    >>> from tasks.catalog import TASKS
    >>> [recommended(TASKS[name].build().spec).stripes for name in ("12ax", "sir3", "sternberg")]
    [8, 12, 16]
    """
    require_spec("recommended: spec", spec, error=PBWMParameterError)
    stripes = min(max(8, 4 * len(spec.items)), 16)
    shown = [len(spec.channels[c].symbols) for c in spec.channels_with(Role.STIMULUS, Role.BOTH)]
    content = shown[0] if shown else 1
    return PBWMParams(
        stripes=stripes,
        hidden=100,
        neuron=NeuronParams(trial_decay=1.0),
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


def recommended_with_ages(spec: TaskSpec) -> PBWMParams:
    """The recommended configuration for tasks that ask for a content after a number of steps, such as n-back.

    It differs from `recommended` in five values. Striatum sees the age of the content of each stripe
    (`GatingParams.age_units`: two more than the items that the task keeps), with twice the strength of the symbols. A
    content can be read from the trial after the one in which it was stored. The error of hidden units is that of the
    output units, sent back through the weights. Output gates learn twice as much from negative dopamine as from
    positive, so that a gate opens only at ages at which its content is worth something.

    It learns n-back, which `recommended` does not, and does not learn 1-2-AX or SIR-3, which `recommended` does. The
    study "battery-ages" tells which tasks it learns.

    Examples
    --------
    >>> from tasks.catalog import TASKS
    >>> [recommended_with_ages(TASKS[name].build().spec).gating.age_units for name in ("1-back", "3-back")]
    [3, 5]
    """
    params = recommended(spec)
    rule = replace(cast(FeedbackRule, params.striatum.rule), hidden_by_weights=True, output_dip_gain=2.0)
    return replace(
        params,
        striatum=replace(params.striatum, rule=rule),
        gating=replace(params.gating, age_units=len(spec.items) + 2, age_strength=2.0, updates=1),
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
        "give a configuration such as recommended(spec)",
        error=PBWMParameterError,
    )
    rule = replace(cast(FeedbackRule, params.striatum.rule), teacher=Teacher.RESPONSE)
    return replace(params, striatum=replace(params.striatum, rule=rule))
