"""Age units, which signal the age of the content of a stripe to its striatum (docs/pbwm.md §4)."""

from functools import partial

from pbwm.gate import Disinhibition
from pbwm.kernels import tables
from pbwm.params import LayerInhibition, PBWMParams
from pbwm.wiring import Layer, Path, Wiring

__all__ = ["age_layers", "age_paths"]

SOURCE = "proposed here; striatum and its loops: Alexander, DeLong & Strick 1986"


def age_layers(params: PBWMParams) -> tuple[Layer, ...]:
    """Age units and their striatal units; empty without `GatingParams.age_units`."""
    ages, stripes = params.gating.age_units, params.stripes
    if ages == 0:
        return ()
    gated = stripes * (2 if params.output_gating else 1)
    striatal = partial(
        Layer, kind=tables.MATRIX, size=ages, pools=gated, groups=gated // stripes, inhibition=params.matrix_inhibition,
        activity=params.matrix_activity, activity_fixed=True, cells="medium spiny neurons",
    )  # fmt: skip
    return (
        Layer(
            name="pfc_age", kind=tables.PFC_AGE, size=ages, pools=stripes, inhibition=LayerInhibition(),
            activity=1 / ages, activity_fixed=True, cells="time cells",
        ),
        striatal(name="matrix_go_age", dopamine_sign=1, receptor="D1"),
        striatal(name="matrix_nogo_age", dopamine_sign=-1, receptor="D2"),
    )  # fmt: skip


def age_paths(params: PBWMParams) -> tuple[Path, ...]:
    """The paths from age units to the striatum and the gate."""
    if params.gating.age_units == 0:
        return ()
    p = params.path
    into = partial(
        Path, sender="pfc_age", wiring=Wiring.TILED, learns=True, striatal=True,
        fed_back=params.striatum.fed_back, weight_mean=p.striatal_mean, weight_range=p.striatal_range, source=SOURCE,
    )  # fmt: skip
    out = partial(Path, wiring=Wiring.STRIPE, source=SOURCE)
    gate, strength = params.gate, params.gating.age_strength
    if isinstance(gate, Disinhibition):
        out = partial(out, sign=-1, scaled=False, weight_mean=1.0)
        onward = (
            out(sender="matrix_nogo_age", target="gpe", absolute=strength * gate.nogo_to_gpe),
            out(sender="matrix_go_age", target="gpi", absolute=strength * gate.go_to_gpi),
        )
    else:
        out = partial(out, weight_mean=p.fixed_weight, absolute=strength * (2.0 if gate.direct_nogo else 1.5))
        nogo = partial(out, target="gpi_thalamus", sign=-1)
        if not gate.direct_nogo:
            nogo = partial(out, target="gpe", absolute=2.0 * strength)
        onward = (out(sender="matrix_go_age", target="gpi_thalamus"), nogo(sender="matrix_nogo_age"))
    return (into(target="matrix_go_age"), into(target="matrix_nogo_age"), *onward)
