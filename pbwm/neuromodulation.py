"""Modulations: reward, its prediction, dopamine, acetylcholine, and the effect of gates (docs/pbwm.md §5, §6)."""

from collections.abc import Iterator

from pbwm.dopamine import PVLV, RescorlaWagner, TemporalDifference
from pbwm.kernels import tables
from pbwm.wiring import Influence, Layer, Modulation, driving_layer

__all__ = ["MODULATORS", "modulations"]

MODULATORS = {
    "reward": "outcome, as the network receives it",
    "reward_prediction": "striosomes of the ventral striatum",
    "dopamine": "dopamine neurons (SNc, VTA)",
    "acetylcholine": "tonically active interneurons",
}
"""Signals with one value per network: name → cells."""


def teaching(dopamine: RescorlaWagner | TemporalDifference | PVLV) -> tuple[str, str]:
    """What dopamine is (docs/pbwm.md §6), and the source."""
    if isinstance(dopamine, TemporalDifference):
        return "reward + γ · value − value of the step before", "Schultz, Dayan & Montague 1997"
    if isinstance(dopamine, PVLV):
        learned = "(LVe − LVi) + (PVe − PVi where reward is due)"
        return learned if dopamine.lv_always else "PVe − PVi where reward is due, else LVe − LVi", "OF06"
    return "reward − prediction", "Schultz, Dayan & Montague 1997"


def modulations(
    layers: tuple[Layer, ...],
    prediction: tuple[str, ...],
    dopamine: RescorlaWagner | TemporalDifference | PVLV,
    fed_back: bool = False,
) -> Iterator[Modulation]:
    """Modulations of a circuit, which act without a conductance.

    If cortex is `fed_back`, each stripe has its own dopamine.
    """
    taught, source = teaching(dopamine)
    for sender in prediction:
        yield Modulation(
            sender=sender, target="reward_prediction", sign=1, influence=Influence.PREDICTION,
            effect="drives the prediction; delta rule", source="Rescorla & Wagner 1972; P5",
        )  # fmt: skip
    for sender, sign in (("reward", 1), ("reward_prediction", -1)):
        yield Modulation(
            sender=sender, target="dopamine", sign=sign, influence=Influence.PREDICTION,
            effect=f"dopamine = {taught}", source=source,
        )  # fmt: skip
        yield Modulation(
            sender=sender, target="acetylcholine", sign=1, influence=Influence.PREDICTION,
            effect="released where reward is due", source="P5; Apicella 2007",
        )  # fmt: skip
    for layer in layers:
        if layer.dopamine_sign:
            yield Modulation(
                sender="dopamine", target=layer.name, sign=layer.dopamine_sign, influence=Influence.MODULATION,
                effect=f"third factor of learning, by {layer.receptor} receptors{', stripe by stripe' * fed_back}",
                source="OF06; Frank 2005",
            )  # fmt: skip
        if layer.kind == tables.MATRIX:
            yield Modulation(
                sender="acetylcholine", target=layer.name, sign=1, influence=Influence.MODULATION,
                effect="lifts inhibition", source="P5",
            )  # fmt: skip
    yield from gates(layers)
    if fed_back:
        yield from feedback(layers)


def feedback(layers: tuple[Layer, ...]) -> Iterator[Modulation]:
    """Modulations of the feedback rule: from cortex to deep PFC and dopamine."""
    output_gating = any(layer.gates and layer.groups == 2 for layer in layers)
    driving = driving_layer(output_gating)
    for cortex in ("output", "hidden"):
        yield Modulation(
            sender=cortex, target="pfc_maintenance_deep", sign=1, influence=Influence.MODULATION,
            effect=f"error, by the weights of {driving} → {cortex}",
            source="Roelfsema & van Ooyen 2005; Rombouts, Bohte & Roelfsema 2015",
        )  # fmt: skip
    yield Modulation(
        sender="pfc_maintenance_deep", target="dopamine", sign=1, influence=Influence.MODULATION,
        effect="value of contents: held minus displaced in Go (F6), rejected minus held in NoGo (F7)"
        + ", held minus b times usual in output stripes (F8)" * output_gating,
        source="by way of striosomes; no source; proposed here",
    )  # fmt: skip


def gates(layers: tuple[Layer, ...]) -> Iterator[Modulation]:
    """Effect of a gate: deep PFC stores the superficial activity of its stripe."""
    gate = next((layer.name for layer in layers if layer.gates), None)
    superficial = [layer.name for layer in layers if layer.kind == tables.PFC_SUPERFICIAL]
    deep = [layer.name for layer in layers if layer.kind == tables.PFC_DEEP]
    for group, (content, holder) in enumerate(zip(superficial, deep, strict=True)):
        yield Modulation(
            sender=content, target=holder, sign=1, influence=Influence.CONTENT,
            effect="stored when the gate opens", source="OF06; CCN 10",
        )  # fmt: skip
        if gate:
            yield Modulation(
                sender=gate, target=holder, sender_group=group, sign=1, influence=Influence.MODULATION,
                effect="opens the stripe to new content", source="OF06; Frank, Loughry & O'Reilly 2001",
            )  # fmt: skip
