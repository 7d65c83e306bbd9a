"""Networks that are compared with their twins: every mechanism, in combination with others."""

from dataclasses import replace

from pbwm.dopamine import PVLV, RescorlaWagner, TemporalDifference
from pbwm.exploration import Exploration
from pbwm.gate import Disinhibition, MergedGate, NoiseScaledRelay, PointRelay
from pbwm.match_units import MatchUnits
from pbwm.params import GatingParams, Inhibition, LayerInhibition, PathParams, PBWMParams
from pbwm.profiles import DeepProfile
from pbwm.recommended import recommended, taught_by_reward
from pbwm.striatum import CovarianceRule, FeedbackRule, TagRule
from tasks.catalog import TASKS

DEFAULT = PBWMParams()
SMALL = PBWMParams(stripes=3, hidden=9)
CORTEX, STRIATUM = DEFAULT.cortex, DEFAULT.striatum
DIRECT = MergedGate(nogo_gain=1.0, direct_nogo=True)
ONCE = GatingParams(checks=1, maintenance_gain=1.0)
BLIND = RescorlaWagner(senders=("control_input",), prediction_min=0.0)
RECOMMENDED = replace(recommended(TASKS["sir2"].build().spec), stripes=3, hidden=12)
TIMED = replace(recommended(TASKS["2-back"].build().spec), stripes=6, hidden=12)
FEEDBACK = replace(SMALL, gate=DIRECT, gating=ONCE, dopamine=BLIND, exploration=Exploration(sd=0.3))

CASES = {
    "sir2 as published": ("sir2-reference", DEFAULT, 4),
    "12ax, one channel for both": ("12ax", DEFAULT, 3),
    "three stripes, nine hidden units": ("sir2-reference", SMALL, 6),
    "expected activity of the memory that drives cortex is its running average": (
        "sir2",
        replace(SMALL, pfc_activity_fixed=False, path=PathParams(pfc_gain=2.0), gating=ONCE),
        8,
    ),
    "the same without output gates": (
        "12ax",
        replace(SMALL, pfc_activity_fixed=False, output_gating=False, dopamine=BLIND),
        6,
    ),
    "norm and momentum": ("sir2-reference", replace(SMALL, cortex=replace(CORTEX, norm=True, momentum=True)), 6),
    "norm only": ("sir2-reference", replace(SMALL, cortex=replace(CORTEX, norm=True)), 6),
    "momentum only": ("12ax", replace(SMALL, cortex=replace(CORTEX, momentum=True)), 6),
    "superficial layers cleared": ("sir2-reference", replace(SMALL, gating=GatingParams(clear=1.0)), 6),
    "half cleared, held for two quarters": (
        "sir2-reference",
        replace(SMALL, gating=GatingParams(clear=0.5, maintenance_max=2, output_max=3)),
        6,
    ),
    "little NoGo learning from bursts": ("sir2", replace(SMALL, striatum=replace(STRIATUM, nogo_positive=0.1)), 6),
    "weak bursts": ("sir2", replace(SMALL, striatum=replace(STRIATUM, burst_gain=0.5)), 6),
    "weak D1, strong D2, tonic dopamine": (
        "sir2",
        replace(SMALL, striatum=replace(STRIATUM, d1_gain=0.5, d2_gain=1.5, dopamine_offset=0.1, nogo_positive=0.1)),
        6,
    ),
    "temporal differences": ("sir2", replace(SMALL, dopamine=TemporalDifference(learning_rate=0.2)), 10),
    "temporal differences from control input, tags": (
        "sir2",
        replace(
            SMALL,
            dopamine=TemporalDifference(discount=0.7, trace_decay=0.5, senders=("control_input",)),
            striatum=replace(STRIATUM, rule=TagRule()),
        ),
        10,
    ),
    "PVLV": ("sir2", replace(SMALL, dopamine=PVLV()), 10),
    "fast PVLV, learned value elsewhere, partial depression": (
        "sir2",
        replace(
            SMALL,
            dopamine=PVLV(
                learning_rate=0.3,
                lve_learning_rate=0.6,
                lvi_learning_rate=0.2,
                lvi_min=0.4,
                filter_min=0.3,
                filter_max=0.6,
                lv_always=False,
                depression=0.6,
                recovery=0.5,
            ),
        ),
        14,
    ),
    "weak dips": ("sir2", replace(SMALL, striatum=replace(STRIATUM, dip_gain=0.5)), 6),
    "striatal weights in a range": (
        "sir2",
        replace(SMALL, striatum=replace(STRIATUM, learning_rate=0.5, weight_min=0.45, weight_max=0.55)),
        10,
    ),
    "small changes not sent": ("sir2-reference", replace(SMALL, neuron=replace(DEFAULT.neuron, send_delta=0.005)), 6),
    "changes delivered to and from 70 hidden units": (
        "sir2-reference",
        replace(SMALL, hidden=70, neuron=replace(DEFAULT.neuron, send_delta=0.005)),
        3,
    ),
    "self inhibition, largest excitation": (
        "sir2-reference",
        replace(
            SMALL,
            hidden_inhibition=LayerInhibition(
                layer=Inhibition(gi=1.9, fb_tau=2.0, max_vs_avg=0.3), self_gi=0.3, self_tau=2.0
            ),
            gpe_inhibition=LayerInhibition(layer=Inhibition(gi=2.4, ff=0.9), g_tau=2.0),
        ),
        6,
    ),
    "gates read late, low threshold": (
        "sir2-reference",
        replace(SMALL, gating=GatingParams(cycle=24, threshold=0.1)),
        6,
    ),
    "tags, structural credit, noise at the gate": (
        "sir2",
        replace(
            SMALL,
            gate=DIRECT,
            gating=ONCE,
            dopamine=BLIND,
            gpi_inhibition=LayerInhibition(g_tau=3.0),
            exploration=Exploration(sd=0.3),
            striatum=replace(STRIATUM, rule=TagRule(), learning_rate=0.2),
        ),
        14,
    ),
    "tags at both gate checks": ("sir2", replace(SMALL, striatum=replace(STRIATUM, rule=TagRule())), 10),
    "disinhibition": ("sir2-reference", replace(SMALL, gate=Disinhibition()), 6),
    "disinhibition, a point neuron for a thalamus": (
        "sir2",
        replace(SMALL, gate=Disinhibition(relay=PointRelay(gain=5.0))),
        6,
    ),
    "disinhibition, a stronger loop, a partly balanced relay, no output gating, noise": (
        "sir2",
        replace(
            SMALL,
            output_gating=False,
            gate=Disinhibition(relay=NoiseScaledRelay(balance=0.8), thalamus_to_deep=0.1),
            dopamine=BLIND,
            exploration=Exploration(sd=0.3),
        ),
        8,
    ),
    "no output gating": (
        "12ax",
        replace(
            SMALL,
            output_gating=False,
            gate=DIRECT,
            gating=ONCE,
            dopamine=BLIND,
            path=PathParams(pfc_gain=2.0, pfc_to_output=0.3),
            exploration=Exploration(sd=0.2, gain=1.5, reward_tau=3.0, by_prediction=True),
            striatum=replace(STRIATUM, rule=TagRule(factor="a"), learning_rate=0.1),
        ),
        8,
    ),
    "profiles of deep cortex, the noise of each stripe": (
        "sir2",
        replace(
            SMALL,
            gate=DIRECT,
            dopamine=BLIND,
            gpi_inhibition=LayerInhibition(g_tau=3.0),
            gating=GatingParams(
                profiles=(DeepProfile.rise_and_fall(rise_tau=2.0, decay_tau=4.0), DeepProfile.decaying()),
                output_profile=DeepProfile(initial=0.8, decay_tau=3.0),
                output_max=2,
            ),
            exploration=Exploration(sd=0.3, by_stripe=True, reward_tau=2.0),
            striatum=replace(STRIATUM, rule=TagRule(), learning_rate=0.2),
        ),
        14,
    ),
    "no output gating, the noise of each stripe": (
        "12ax",
        replace(
            SMALL,
            output_gating=False,
            gate=DIRECT,
            dopamine=BLIND,
            exploration=Exploration(sd=0.3, by_stripe=True, reward_tau=2.0),
        ),
        8,
    ),
    "learned prefrontal inputs": (
        "sir2",
        replace(
            SMALL,
            path=PathParams(learned_inputs=True, prefrontal_units=7),
            cortex=replace(CORTEX, learning_rate=0.2),
        ),
        8,
    ),
    "covariance, noise in the striatum": (
        "sir2",
        replace(
            SMALL,
            exploration=Exploration(sd=0.1, site="striatum"),
            striatum=replace(STRIATUM, rule=CovarianceRule(habit_rate=0.3, decay=0.8), learning_rate=0.2),
        ),
        14,
    ),
    "feedback of the target's error, credit by the output gate, weights cut off": (
        "sir2",
        replace(
            FEEDBACK,
            striatum=replace(
                STRIATUM,
                rule=FeedbackRule(
                    silent_when_correct=True,
                    structural_credit=True,
                    closed_gate_credit=0.3,
                    hidden_feedback=0.5,
                    rejected_rate=0.7,
                    output_rate=2.0,
                    output_baseline=0.8,
                    output_dip_gain=1.5,
                    baseline_tau=10.0,
                    displaced_weight=0.6,
                ),
                learning_rate=3.0,
                soft_bounds=False,
                weight_min=0.35,
                weight_max=0.7,
            ),
        ),
        20,
    ),
    "feedback of the response's error, gains of dopamine": (
        "12ax",
        replace(
            FEEDBACK,
            gate=Disinhibition(),
            striatum=replace(
                STRIATUM,
                rule=FeedbackRule(teacher="response", factor="a"),
                learning_rate=2.0,
                burst_gain=0.5,
                d2_gain=1.5,
                dopamine_offset=0.1,
            ),
        ),
        16,
    ),
    "ages of contents, disinhibition, tags": (
        "sir2-reference",
        replace(
            SMALL,
            matrix_inhibition=LayerInhibition(pool=Inhibition(gi=2.1, fb=0.0), self_gi=0.4),
            gate=Disinhibition(),
            gating=GatingParams(age_units=3, age_stripes=1),
            striatum=replace(STRIATUM, rule=TagRule(), learning_rate=0.2),
        ),
        8,
    ),
    "ages of contents, merged gate with competition": (
        "sir2",
        replace(SMALL, gating=GatingParams(age_units=4, age_strength=1.5)),
        10,
    ),
    "ages of contents, direct NoGo, feedback": (
        "12ax",
        replace(
            FEEDBACK,
            gating=replace(ONCE, age_units=4, age_strength=0.5, maintenance_max=6),
            striatum=replace(STRIATUM, rule=FeedbackRule(), learning_rate=2.0, soft_bounds=False),
        ),
        16,
    ),
    "updated once, feedback, credit by the output gate, ages in one stripe": (
        "sir2",
        replace(
            FEEDBACK,
            gating=replace(ONCE, age_units=3, age_stripes=1, maintenance_max=4, updates=1),
            striatum=replace(
                STRIATUM,
                rule=FeedbackRule(structural_credit=True, closed_gate_credit=0.2),
                learning_rate=2.0,
                soft_bounds=False,
                weight_min=0.3,
            ),
        ),
        16,
    ),
    "updated once, feedback without output gating": (
        "12ax",
        replace(
            FEEDBACK,
            output_gating=False,
            gating=replace(ONCE, updates=1),
            striatum=replace(STRIATUM, rule=FeedbackRule(), learning_rate=2.0),
        ),
        10,
    ),
    "updated once, gates read twice, disinhibition": (
        "sir2",
        replace(SMALL, output_gating=False, gate=Disinhibition(), dopamine=BLIND, gating=GatingParams(updates=1)),
        6,
    ),
    "activity decays between trials": (
        "sir2-reference",
        replace(SMALL, neuron=replace(DEFAULT.neuron, trial_decay=0.6)),
        10,
    ),
    "hidden errors by weights": (
        "sir2",
        replace(
            FEEDBACK,
            gate=Disinhibition(),
            striatum=replace(STRIATUM, rule=FeedbackRule(hidden_by_weights=True), learning_rate=2.0),
        ),
        16,
    ),
    "match units, feedback of the target's error, disinhibition": (
        "sir2",
        replace(
            FEEDBACK,
            gate=Disinhibition(),
            match_units=MatchUnits(),
            striatum=replace(STRIATUM, rule=FeedbackRule(hidden_feedback=0.5), learning_rate=2.0),
        ),
        16,
    ),
    "match units, feedback of the response's error, no output gating, merged gate": (
        "12ax",
        replace(
            FEEDBACK,
            output_gating=False,
            match_units=MatchUnits(to_output=0.8, drive=0.4, inhibition=0.9),
            striatum=replace(STRIATUM, rule=FeedbackRule(teacher="response"), learning_rate=2.0),
        ),
        16,
    ),
    "match units that drive hidden units only, updated once": (
        "sir2",
        replace(
            FEEDBACK,
            gate=Disinhibition(),
            gating=replace(ONCE, updates=1),
            match_units=MatchUnits(to_output=0.0, to_hidden=0.6),
            striatum=replace(STRIATUM, rule=FeedbackRule(hidden_by_weights=True), learning_rate=2.0),
        ),
        16,
    ),
    "match units that drive output only, tags, gates read twice": (
        "sir2",
        replace(
            SMALL, match_units=MatchUnits(to_hidden=0.0), striatum=replace(STRIATUM, rule=TagRule(), learning_rate=0.2)
        ),
        10,
    ),
    "feedback without output gating, noise in the striatum": (
        "12ax",
        replace(
            FEEDBACK,
            output_gating=False,
            exploration=Exploration(sd=0.2, site="striatum"),
            striatum=replace(STRIATUM, rule=FeedbackRule(factor="2a(1-a)"), learning_rate=2.0),
        ),
        16,
    ),
    "the recommended network, smaller: its credit depends on a graded gate": ("sir2", RECOMMENDED, 16),
    "the recommended network, smaller, with ages and by reward alone": ("2-back", taught_by_reward(TIMED), 16),
}
