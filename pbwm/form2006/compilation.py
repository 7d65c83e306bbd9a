"""The circuit as tables for the kernels, and the table of rates."""

from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pbwm.form2006.circuit import VALUES, Circuit2006, Kind, Rule, winners
from pbwm.form2006.kernels import tables
from pbwm.form2006.params import PBWM2006Params
from pbwm.wiring import Wiring

__all__ = ["compile_circuit", "noisy_rate"]

TABLE_START, TABLE_STOP, TABLE_STEP = -6.0, 12.0, 0.1
"""Range and step of the table of rates, in σ."""

NODES = np.linspace(-6.0, 6.0, 4801)
"""Points at which the convolution is summed, in σ."""

ALL, TAUGHT = 0b111, 0b011
"""Bits of the phases: all; minus and plus, which cortical learning contrasts."""

DEPRESSED = 1 << tables.MINUS | 1 << tables.UPDATE
"""Bits of the phases in which LVe and LVi run."""

FIRST = 1 << tables.MINUS
"""Bit of the minus phase."""

PHASES = {
    Kind.INPUT: (0, 0, 0),
    Kind.OUTPUT: (TAUGHT, TAUGHT, TAUGHT),
    Kind.HIDDEN: (TAUGHT, TAUGHT, TAUGHT),
    Kind.GO: (ALL, TAUGHT, FIRST),
    Kind.NOGO: (ALL, TAUGHT, FIRST),
    Kind.GATE: (0, 0, ALL),
    Kind.PREFRONTAL: (ALL, ALL, 0),
    Kind.PRIMARY: (FIRST, FIRST, FIRST),
    Kind.LEARNED: (DEPRESSED, DEPRESSED, DEPRESSED),
}
"""The phases in which a kind of layer runs, takes up excitation, and starts from rest. Striatal excitation is frozen in
the update phase (simulator)."""

RULES = {
    Rule.NONE: tables.FIXED,
    Rule.CORTICAL: tables.CONTRASTIVE,
    Rule.PREFRONTAL: tables.CONTRASTIVE,
    Rule.PRIMARY_VALUE: tables.PRIMARY,
    Rule.LEARNED_VALUE: tables.LEARNED,
    Rule.SLOW_LEARNED_VALUE: tables.LEARNED,
    Rule.STRIATAL: tables.STRIATAL,
}


def noisy_rate(drive: NDArray[np.float64], gain: float, sd: float, linear: bool = False) -> NDArray[np.float64]:
    """The rate of x = [drive + noise]₊, γx/(γx + 1) or γx, over Gaussian noise of deviation `sd` (OF06 A.4).

    A linear rate is limited to 1.

    Examples
    --------
    >>> noisy_rate(np.array([-0.1, 0.0, 0.1]), 600.0, 0.005).round(2)
    array([0.  , 0.3 , 0.98])
    """
    weight = np.exp(-0.5 * NODES**2)
    driven = gain * np.maximum(drive[:, None] + sd * NODES, 0.0)
    rate = np.asarray((driven if linear else driven / (driven + 1.0)) @ (weight / weight.sum()), np.float64)
    return np.minimum(rate, 1.0)


def curve(theta: float, gain: float, sd: float, linear: bool = False) -> tables.Curve:
    """The curve from potential to rate."""
    drive = sd * np.arange(TABLE_START, TABLE_STOP + TABLE_STEP / 2, TABLE_STEP)
    return tables.Curve(
        theta=theta, gain=gain, linear=linear, start=TABLE_START * sd, steps=1 / (TABLE_STEP * sd),
        table=noisy_rate(drive, gain, sd, linear),
    )  # fmt: skip


def constants(params: PBWM2006Params) -> tables.Constants:
    """The constants of the equations."""
    u, v, s, go = params.unit, params.values, params.striatum, params.random_go
    return tables.Constants(
        reversal_e=u.reversal_e, reversal_l=u.reversal_l, reversal_i=u.reversal_i, gbar_l=u.gbar_l,
        rest=u.rest, net_dt=u.net_dt, clamp_max=u.clamp_max, send_threshold=u.send_threshold,
        sigmoid_gain=params.learning.sigmoid_gain, sigmoid_offset=params.learning.sigmoid_offset,
        lvi=v.lvi, lvi_min=v.lvi_min, filter_min=v.filter_min, filter_max=v.filter_max, depletion=v.depletion,
        recovery=v.recovery, min_activity=v.min_activity, learned_where_due=v.learned_where_due,
        contrast=s.contrast, excitation=s.excitation, accommodation=s.accommodation, dopamine_gain=s.dopamine_gain,
        burst_gain=1.0, dip_gain=s.dip_gain, d1_gain=1.0, d2_gain=1.0,
        stripe_dopamine=s.stripe_dopamine, threshold_dopamine=s.threshold_dopamine,
        gate_threshold=params.gate.threshold, gate_dt=u.slow_vm_dt, closed_where_due=params.gate.closed_where_due,
        maintenance=params.prefrontal.maintenance, late_storage=params.prefrontal.late_storage,
        go_probability=go.probability, go_baseline=go.baseline, patience=float(go.patience),
        long_patience=inf if go.long_patience is None else float(go.long_patience), low=go.low,
        selectivity=go.selectivity, mean_dt=go.mean_dt,
        go_drive=go.drive, go_dopamine=go.dopamine, success=params.success.reward,
        reward_dt=params.success.reward_dt, late_factor=params.success.rate_factor,
    )  # fmt: skip


def compile_layers(circuit: Circuit2006, params: PBWM2006Params) -> Any:
    """The table of layers (`tables.LAYER`)."""
    starts = circuit.starts()
    table: Any = np.zeros(len(circuit.layers), tables.LAYER)
    for i, (row, layer) in enumerate(zip(table, circuit.layers, strict=True)):
        row.start, row.stop = starts[i], starts[i + 1]
        row.vm_dt = params.unit.slow_vm_dt if layer.kind is Kind.PREFRONTAL else params.unit.vm_dt
        row.runs, row.gathers, row.rests = PHASES[layer.kind]
        row.excitability = 1.0
    return table


def compile_pools(circuit: Circuit2006, params: PBWM2006Params) -> Any:
    """The table of pools (`tables.POOL`), the gates last; Go and NoGo of a stripe share one."""
    k, starts, rows = params.winners, circuit.starts(), []
    kwta = {
        Kind.OUTPUT: (k.output, k.basic_q, False),
        Kind.HIDDEN: (k.hidden, k.average_q, True),
        Kind.GO: (k.striatum, k.basic_q, False),
        Kind.PREFRONTAL: (k.prefrontal, k.average_q, True),
        Kind.PRIMARY: (k.value, k.value_q, True),
        Kind.LEARNED: (k.value, k.value_q, True),
    }
    for i, layer in enumerate(circuit.layers):
        if layer.kind not in kwta:
            continue
        most, q, average = kwta[layer.kind]
        if layer.kind is Kind.PREFRONTAL:
            most = layer.active
        for pool in range(layer.pools):
            first = int(starts[i]) + pool * layer.size
            second = int(starts[circuit.layer("matrix_nogo")]) + pool * layer.size if layer.kind is Kind.GO else first
            other = layer.size if layer.kind is Kind.GO else 0
            units = layer.size + other
            of_value, win = layer.kind in (Kind.PRIMARY, Kind.LEARNED), winners(most, units)
            of_layer = (i, units, win, q, average, of_value, False)
            rows.append((first, first + layer.size, second, second + other, *of_layer))
    gate, stripes = circuit.layer("snr_thalamus"), circuit.stripes
    first, win = int(starts[gate]), winners(round(k.gate_fraction * stripes), stripes)
    rows.append((first, first + stripes, first, first, gate, stripes, win, k.average_q, True, False, False))
    return np.array(rows, tables.POOL)


def compile_paths(circuit: Circuit2006, params: PBWM2006Params) -> tuple[Any, NDArray[np.int64]]:
    """The table of paths (`tables.PATH`) with synapses, and senders."""
    starts, paths, senders = circuit.starts(), synaptic(circuit), []
    c, v = params.learning, params.values
    rates = {
        Rule.NONE: (0.0, 0.0),
        Rule.CORTICAL: (c.learning_rate, c.hebbian),
        Rule.PREFRONTAL: (c.prefrontal_rate, c.prefrontal_hebbian),
        Rule.PRIMARY_VALUE: (v.pvi_rate, 0.0),
        Rule.LEARNED_VALUE: (v.lve_rate, 0.0),
        Rule.SLOW_LEARNED_VALUE: (v.lvi_rate, 0.0),
        Rule.STRIATAL: (params.striatum.learning_rate, 0.0),
    }
    table: Any = np.zeros(len(paths), tables.PATH)
    synapse = sender = 0
    for row, path in zip(table, paths, strict=True):
        contacts, shared = circuit.senders(path), path.wiring is Wiring.FULL
        row.layer = circuit.layer(path.target)
        row.target, (row.receivers, row.contacts) = starts[row.layer], contacts.shape
        row.first_synapse, row.first_sender, row.sender_step = synapse, sender, 0 if shared else row.contacts
        row.scale, row.rule = circuit.scale(path), RULES[path.rule]
        row.rate, row.hebbian = rates[path.rule]
        learned = path.rule in (Rule.LEARNED_VALUE, Rule.SLOW_LEARNED_VALUE)
        row.depressed = 0 if not learned else DEPRESSED if v.depressed_learning else 1 << tables.UPDATE
        row.constant = circuit.layers[circuit.layer(path.sender)].kind is Kind.INPUT and not learned
        senders.append(starts[circuit.layer(path.sender)] + (contacts[0] if shared else contacts.ravel()))
        synapse, sender = synapse + contacts.size, sender + senders[-1].size
    return table, np.concatenate(senders)


def synaptic(circuit: Circuit2006) -> list[Any]:
    """The paths with synapses, in the order of the table."""
    return [path for path in circuit.paths if path.rule is not Rule.GATE]


def compile_circuit(circuit: Circuit2006, params: PBWM2006Params) -> tables.Net:
    """The network as the kernels read it."""
    starts = circuit.starts()
    first = {layer.name: int(start) for layer, start in zip(circuit.layers, starts, strict=False)}
    sizes = {layer.name: layer.size for layer in circuit.layers}
    paths, sender = compile_paths(circuit, params)
    u, v, phases = params.unit, params.values, params.phases
    return tables.Net(
        constants=constants(params),
        roles=tables.Roles(
            output=first["output"], responses=sizes["output"], go=first["matrix_go"], nogo=first["matrix_nogo"],
            half=sizes["matrix_go"], gate=first["snr_thalamus"], stripes=circuit.stripes, pfc=first["pfc"],
            content=sizes["pfc"], pvi=first["primary_value"], lve=first["learned_value"],
            lvi=first["slow_learned_value"], values=len(VALUES),
        ),
        layers=compile_layers(circuit, params),
        pools=compile_pools(circuit, params),
        paths=paths,
        sender=sender,
        value=np.array(VALUES),
        channel=np.array([(first["input"] + unit, size) for unit, size in circuit.channels], np.int64),
        unit=curve(u.theta, u.gain, u.noise_sd),
        value_unit=curve(v.theta, v.gain, v.noise_sd, linear=True),
        gate_unit=curve(u.theta, params.gate.gain, u.noise_sd),
        cycles=np.array([phases.minus, phases.plus, phases.update], np.int64),
    )  # fmt: skip
