"""Match units: a comparison of the stimulus with the content that each stripe releases (docs/pbwm.md §4)."""

from collections.abc import Iterator
from functools import partial

from pbwm.kernels import tables
from pbwm.match_units import MatchUnits
from pbwm.params import LayerInhibition, PBWMParams
from pbwm.wiring import Influence, Layer, Modulation, Path, Wiring

__all__ = ["match_feedback", "match_layers", "match_paths"]

COMPARISON = "Engel & Wang 2011; Miller, Erickson & Desimone 1996; after the output gate: proposed here"
READOUT = "Engel & Wang 2011; learning by XCAL: proposed here"
CREDIT = "no source; proposed here"


def match_layers(symbols: int, params: PBWMParams) -> tuple[Layer, ...]:
    """One match unit per stripe and symbol; none if `PBWMParams.match_units` is None."""
    units = params.match_units
    if units is None:
        return ()
    return (
        Layer(
            name="pfc_match", kind=tables.PFC_MATCH, size=symbols, pools=params.stripes, inhibition=LayerInhibition(),
            activity=1 / (symbols * params.stripes), activity_fixed=True, tonic_inhibition=units.inhibition,
            cells="comparison cells, under tonic inhibition",
        ),
    )  # fmt: skip


def driven(units: MatchUnits) -> list[tuple[str, float]]:
    """The layers that match units drive, with strengths."""
    strengths = (("output", units.to_output), ("hidden", units.to_hidden))
    return [(target, strength) for target, strength in strengths if strength > 0]


def match_paths(memory: str, params: PBWMParams) -> tuple[Path, ...]:
    """The paths into and out of match units; `memory` drives cortex."""
    units, p = params.match_units, params.path
    if units is None:
        return ()
    fixed = partial(
        Path, target="pfc_match", absolute=units.drive, scaled=False, weight_mean=1.0, source=COMPARISON,
    )  # fmt: skip
    learned = partial(
        Path, sender="pfc_match", wiring=Wiring.FULL, relative=0.0, scaled=False, learns=True,
        weight_mean=p.weight_mean, weight_range=p.weight_range, source=READOUT,
    )  # fmt: skip
    return (
        *(learned(target=target, absolute=strength) for target, strength in driven(units)),
        fixed(sender="stimulus_input", wiring=Wiring.TILED),
        fixed(sender=memory, wiring=Wiring.ONE_TO_ONE),
    )


def match_feedback(params: PBWMParams) -> Iterator[Modulation]:
    """Modulations that credit stripes for matches (docs/pbwm.md §6, F4)."""
    units = params.match_units
    if units is None:
        return
    credit = partial(Modulation, sign=1, influence=Influence.MODULATION, source=CREDIT)
    for cortex, _ in driven(units):
        yield credit(sender=cortex, target="pfc_match", effect=f"error, by the weights of pfc_match → {cortex}")
    yield credit(sender="pfc_match", target="pfc_maintenance_deep", effect="error of the match unit times its stimulus")
