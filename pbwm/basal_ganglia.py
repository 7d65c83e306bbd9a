"""Nuclei between striatum and cortex, and their paths (docs/pbwm.md §4, §5)."""

from functools import partial
from itertools import chain

from pbwm.gate import Disinhibition, MergedGate
from pbwm.kernels import tables
from pbwm.params import LayerInhibition, PBWMParams
from pbwm.wiring import Layer, Path, Wiring

__all__ = ["gating_layers", "gating_paths"]


def gating_layers(stripes: int, groups: int, params: PBWMParams) -> tuple[Layer, ...]:
    """The nuclei that gate, with one unit per stripe."""
    nucleus = partial(Layer, size=1, pools=stripes, groups=groups, activity_fixed=True)
    if isinstance(params.gate, MergedGate):
        gpi, gpe = params.gpi_inhibition, params.gpe_inhibition
        merged = nucleus(
            name="gpi_thalamus", kind=tables.GPI, inhibition=gpi, activity=params.gpi_activity,
            cells="GPi/SNr and thalamus as one: active means open",
        )  # fmt: skip
        competing = nucleus(
            name="gpe", kind=tables.GPE, inhibition=gpe, activity=params.gpe_activity, cells="competition of NoGo",
        )  # fmt: skip
        return (merged,) if params.gate.direct_nogo else (competing, merged)
    d, projecting = params.gate, "GABAergic projection cells"
    alone = partial(nucleus, inhibition=LayerInhibition(g_tau=d.g_tau), activity=params.gpi_activity)
    return (
        alone(name="gpe", kind=tables.TONIC, tonic=d.gpe_tonic, cells=projecting),
        alone(name="stn", kind=tables.TONIC, tonic=d.stn_tonic, cells="glutamatergic projection cells"),
        alone(name="gpi", kind=tables.PALLIDUM, tonic=d.gpi_tonic, cells=projecting),
        alone(name="thalamus", kind=tables.THALAMUS, tonic=d.thalamus_tonic, cells="relay cells (VA, MD)"),
    )


def gating_paths(control: str, params: PBWMParams) -> tuple[Path, ...]:
    """The paths from the striatum (driven by `control`) to the gate, and the thalamic loop."""
    if isinstance(params.gate, Disinhibition):
        kinds = ("pfc_maintenance", "pfc_output")[: 2 if params.output_gating else 1]
        loops = (thalamic_loop(group, kind, f"{kind}_deep", params.gate) for group, kind in enumerate(kinds))
        return tuple(chain(disinhibitory_paths(control, len(kinds) * params.stripes, params.gate), *loops))
    # Units that encode age have separate paths; other paths keep their strength.
    into_gate, into_gpe = (1.0, 1.0) if params.gating.age_units == 0 else (2.0 if params.gate.direct_nogo else 1.5, 2.0)
    fixed = partial(Path, weight_mean=params.path.fixed_weight, absolute=into_gate)
    go = fixed(sender="matrix_go", target="gpi_thalamus", wiring=Wiring.STRIPE, source="OF06; P5")
    if params.gate.direct_nogo:
        direct = fixed(sender="matrix_nogo", target="gpi_thalamus", wiring=Wiring.STRIPE, sign=-1, source="OF06")
        return (go, direct)
    return (
        fixed(sender="matrix_nogo", target="gpe", wiring=Wiring.STRIPE, absolute=into_gpe, source="P5"),
        go,
        fixed(sender="gpe", target="gpi_thalamus", wiring=Wiring.ONE_TO_ONE, sign=-1, source="P5"),
    )


def disinhibitory_paths(control: str, stripes: int, d: Disinhibition) -> tuple[Path, ...]:
    """The paths of the explicit gate, within stripes; STN is diffuse (Mink, 1996)."""

    def path(sender: str, target: str, wiring: Wiring, conductance: float, source: str, sign: int = 1) -> Path:
        return Path(
            sender=sender, target=target, wiring=wiring, sign=sign, absolute=conductance, scaled=False, weight_mean=1.0,
            source=source,
        )  # fmt: skip

    one, own, full = Wiring.ONE_TO_ONE, Wiring.STRIPE, Wiring.FULL
    loops, surround = "Alexander & Crutcher 1990", "Mink 1996; Parent & Hazrati 1995"
    return (
        path("matrix_nogo", "gpe", own, d.nogo_to_gpe, "Albin, Young & Penney 1989", -1),
        path("stn", "gpe", full, d.stn_to_gpe / stripes, "Plenz & Kitai 1999; Parent & Hazrati 1995"),
        path(control, "stn", full, d.cortex_to_stn, "Nambu, Tokuno & Takada 2002; Frank 2006"),
        path("gpe", "stn", one, d.gpe_to_stn, "Plenz & Kitai 1999", -1),
        path("matrix_go", "gpi", own, d.go_to_gpi, "Albin, Young & Penney 1989; Chevalier & Deniau 1990", -1),
        path("gpe", "gpi", one, d.gpe_to_gpi, "Smith, Bevan, Shink & Bolam 1998", -1),
        path("stn", "gpi", full, d.stn_to_gpi / stripes, surround),
        path("gpi", "thalamus", one, d.gpi_to_thalamus, f"Chevalier & Deniau 1990; {loops}", -1),
    )


def thalamic_loop(group: int, superficial: str, deep: str, d: Disinhibition) -> tuple[Path, ...]:
    """The loop between thalamus and prefrontal cortex of one `group` of stripes."""
    into = partial(
        Path, target="thalamus", wiring=Wiring.STRIPE, target_group=group, scaled=False, weight_mean=1.0,
        source="Guo et al. 2017; CCN 10",
    )  # fmt: skip
    return (
        into(sender=superficial, absolute=d.superficial_to_thalamus),
        into(sender=deep, absolute=d.deep_to_thalamus),
        Path(
            sender="thalamus", target=deep, wiring=Wiring.OWN, sender_group=group, absolute=d.thalamus_to_deep,
            scaled=False, weight_mean=1.0, source="Guo et al. 2017; CCN 10",
        ),
    )  # fmt: skip
