"""Recommended configurations: networks that learn, by family of task; the studies that chose the values are named.

What makes gating learnable here, and not in the reference simulation: a trace is wiped out when its stripe gates
(`TagRule`), a stripe learns only where its content was used (structural credit), dopamine is predicted from the control
input alone and so cannot cancel the reward that good content earns, and noise on the gate explores until reward is
certain. `pbwm study mechanisms` takes these away one at a time.
"""

from dataclasses import replace

from pbwm.dopamine import RescorlaWagner
from pbwm.exploration import Exploration
from pbwm.gate import Disinhibition, MergedGate
from pbwm.learning import CortexLearning
from pbwm.params import GatingParams, LayerInhibition, PathParams, PBWMParams
from pbwm.striatum import StriatumLearning, TagRule
from tasks.base.task import Role, TaskSpec

__all__ = ["gated_by", "recommended", "sequence_network", "store_network"]


def store_network() -> PBWMParams:
    """For tasks that say by a channel of their own what is to be done with a stimulus (SIR): with output gating.

    Values chosen by the study "search-sir2" on seeds that no reported run uses.
    """
    return PBWMParams(
        stripes=4,
        cortex=CortexLearning(learning_rate=0.02, norm=True, momentum=True),
        striatum=StriatumLearning(rule=TagRule(), learning_rate=0.2, acetylcholine_inhibition=0.5),
        dopamine=RescorlaWagner(prediction_min=0.0, senders=("control_input",)),
        gate=MergedGate(nogo_gain=1.0, direct_nogo=True),
        gating=GatingParams(checks=1, maintenance_gain=1.0),
        exploration=Exploration(sd=0.3),
        gpi_inhibition=LayerInhibition(g_tau=3.0),
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
        gate=MergedGate(nogo_gain=1.0, direct_nogo=True),
        gating=GatingParams(checks=1, maintenance_gain=1.0),
        exploration=Exploration(sd=0.3),
        path=PathParams(pfc_gain=2.0, pfc_to_output=0.3),
        gpi_inhibition=LayerInhibition(g_tau=3.0),
    )


def gated_by(params: PBWMParams, gate: MergedGate | Disinhibition) -> PBWMParams:
    """The same network with the other form of the gate."""
    return replace(params, gate=gate)


def recommended(spec: TaskSpec) -> PBWMParams:
    """The recommended configuration for a task, by what its channels are for.

    Examples
    --------
    >>> from tasks.catalog import TASKS
    >>> recommended(TASKS["sir2"].build().spec).output_gating, recommended(TASKS["12ax"].build().spec).output_gating
    (True, False)
    """
    return sequence_network() if spec.channels_with(Role.BOTH) else store_network()
