"""The circuit as tables for the kernels."""

from dataclasses import replace
from itertools import cycle, takewhile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pbwm.circuit import Circuit, Wiring
from pbwm.gate import Disinhibition, MergedGate
from pbwm.kernels import tables
from pbwm.kernels.layout import NetworksInLanes, UnitsInLanes
from pbwm.layout import Layout, Places
from pbwm.params import Inhibition, PBWMParams
from pbwm.wiring import driving_layer

__all__ = ["compile_circuit"]


def compile_layers(circuit: Circuit, places: Places, paths: Any) -> Any:
    """The table of layers (`tables.LAYER`) for a table of `paths`."""
    cortical = [p for p in circuit.paths if p.learns and not p.striatal]
    learns = {p.target for p in cortical}
    averaged = learns | {p.sender for p in cortical}
    inhibited = {p.target for p in circuit.paths if p.sign < 0}
    targets = [circuit.layer(p.target) for p in circuit.paths]
    table: Any = np.zeros(len(circuit.layers), tables.LAYER)
    starts, pool, off = places.starts, 0, Inhibition()
    kinds = {layer.name: layer.kind for layer in circuit.layers}
    for i, (row, layer, place) in enumerate(zip(table, circuit.layers, places.layers, strict=True)):
        inhibition = layer.inhibition
        of_layer, of_pool = inhibition.layer, inhibition.pool
        if not layer.striped:  # the only pool is the layer
            of_layer, of_pool = of_layer or of_pool, None
        whole, within = of_layer or off, of_pool or off
        shared = of_layer or of_pool or off
        row.kind, row.start, row.stop, row.units = layer.kind, starts[i], starts[i + 1], layer.units
        dense = paths["dense"] & (paths["sender"] == i)
        row.striped, row.first_sender = layer.striped, paths["first_sender"][dense][0] if dense.any() else -1
        row.pool_size, row.pooled, row.columns, row.depth = layer.size, layer.pooled, place.columns, place.depth
        row.pool, row.first_listed = pool, starts[i] * places.layout.stride
        row.g_dt = 1 / inhibition.g_tau
        row.layer_on, row.layer_gi, row.layer_fb = of_layer is not None, whole.gi, whole.fb
        row.pool_on, row.pool_gi, row.pool_fb = of_pool is not None, within.gi, within.fb
        row.ff, row.ff_threshold, row.max_vs_avg = shared.ff, shared.ff_threshold, shared.max_vs_avg
        row.fb_dt = 1 / shared.fb_tau
        row.self_gi, row.self_dt = inhibition.self_gi, 1 / inhibition.self_tau
        row.tonic, row.tonic_inhibition = layer.tonic, layer.tonic_inhibition
        row.inhibited = layer.name in inhibited and layer.kind != tables.GPI
        row.averages, row.learns = layer.name in averaged, layer.name in learns
        row.activity, row.activity_fixed = layer.activity, layer.activity_fixed
        row.dopamine_sign = layer.dopamine_sign
        row.excitability = 1.0
        row.path, row.path_stop = np.searchsorted(targets, [i, i + 1])
        steady = (p.sign > 0 and kinds[p.sender] in tables.CLAMPED for p in circuit.paths[row.path : row.path_stop])
        row.steady_stop = row.path + sum(takewhile(bool, steady))
        pool += 1 + layer.pooled * place.columns
    return table


def compile_paths(circuit: Circuit, params: PBWMParams, places: Places) -> tuple[Any, NDArray[np.int64]]:
    """The table of paths (`tables.PATH`), and their senders (`tables.Net.sender`)."""
    starts, senders = places.starts, []
    table: Any = np.zeros(len(circuit.paths), tables.PATH)
    sender = trace = 0
    for row, path in zip(table, circuit.paths, strict=True):
        contacts, shared = places.senders(path)
        row.sender, row.target = circuit.layer(path.sender), circuit.layer(path.target)
        row.sign, row.scaled, row.absolute, row.share = path.sign, path.scaled, path.absolute, circuit.share(path)
        row.dense, row.shared, row.contacts = path.wiring is Wiring.FULL, shared, contacts.shape[1]
        row.learning_rate = params.cortex.learning_rate if path.learns and not path.striatal else 0.0
        row.sigmoid_gain, row.striatal = params.path.weight_gain, path.striatal
        row.first_receiver, row.receivers = starts[row.target] + places.first_row_to(path), places.rows_to(path)
        row.plastic, row.first_trace = path.learns and not path.striatal, trace
        row.contact_step, row.row_step = places.steps(path)
        row.first_sender, row.sender_step = sender, 0 if row.dense else row.contacts
        senders.append(contacts[0] if row.dense else contacts.ravel())
        sender += senders[-1].size
        trace += contacts.size if path.striatal else 0
    in_memory = np.argsort(~table["plastic"], stable=True)
    synapses = (table["receivers"] * table["contacts"])[in_memory]
    table["first_synapse"][in_memory] = np.cumsum(synapses) - synapses
    return table, np.concatenate(senders)


def compile_prediction(circuit: Circuit, places: Places) -> tuple[Any, NDArray[np.int64]]:
    """The table of paths to the reward prediction, and senders of synapses."""
    table: Any = np.zeros(len(circuit.prediction), tables.PREDICTION)
    synapse = 0
    for row, name in zip(table, circuit.prediction, strict=True):
        row.sender, row.share, row.first_synapse = circuit.layer(name), 1 / len(table), synapse
        row.contacts = circuit.layers[row.sender].units
        synapse += row.contacts
    senders = [places.of_layer(i) for i in table["sender"]]
    return table, np.concatenate([np.zeros(0, np.int64), *senders])


def compile_roles(circuit: Circuit, places: Places) -> tables.Roles:
    """The layer in each role; 0 for most missing layers."""
    numbers = {layer.name: i for i, layer in enumerate(circuit.layers)}
    groups = circuit.stripe_groups
    rows = places.stripe_rows // max(1, groups)
    memory = driving_layer(groups == 2)

    def path(sender: str, target: str, absent: int = 0) -> int:
        return next((i for i, p in enumerate(circuit.paths) if (p.sender, p.target) == (sender, target)), absent)

    return tables.Roles(
        output=numbers.get("output", 0),
        hidden=numbers.get("hidden", 0),
        matrix_go=numbers.get("matrix_go", 0),
        matrix_nogo=numbers.get("matrix_nogo", 0),
        gate=next((i for i, layer in enumerate(circuit.layers) if layer.gates), 0),
        gpi=numbers.get("gpi", 0),
        gpe=numbers.get("gpe", 0),
        stn=numbers.get("stn", 0),
        maintenance=numbers.get("pfc_maintenance", 0),
        maintenance_deep=numbers.get("pfc_maintenance_deep", 0),
        output_superficial=numbers.get("pfc_output", 0),
        output_deep=numbers.get("pfc_output_deep", 0),
        age=numbers.get("pfc_age", -1),
        control=circuit.inputs.index("control_input") if "control_input" in circuit.inputs else 0,
        maintenance_stripes=rows,
        output_stripes=rows * (groups - 1) if groups else 0,
        memory_to_output=path(memory, "output"),
        memory_to_hidden=path(memory, "hidden"),
        hidden_to_output=path("hidden", "output"),
        match=numbers.get("pfc_match", -1),
        match_to_output=path("pfc_match", "output", absent=-1),
        match_to_hidden=path("pfc_match", "hidden", absent=-1),
    )


def compared_stimuli(circuit: Circuit, places: Places) -> NDArray[np.int64]:
    """Address of the stimulus unit of each match unit."""
    into = (p for p in circuit.paths if p.target == "pfc_match" and p.sender in circuit.inputs)
    found = (places.of_layer(circuit.layer(path.sender))[circuit.senders(path)[:, 0]] for path in into)
    return np.concatenate([np.zeros(0, np.int64), *found])


def compile_profiles(circuit: Circuit, params: PBWMParams) -> NDArray[np.float64]:
    """The profile of every stripe: (at least 1, field of `storage.PROFILE`)."""
    dealt, gating = cycle(params.gating.profiles), params.gating
    profiles = [next(dealt) for _ in range(circuit.stripes)] + [gating.output_profile] * circuit.stripes
    values = [[p.initial, p.rise_tau, *p.slopes, p.least] for p in profiles or [gating.output_profile]]
    return np.array(values, np.float64)


def compile_circuit(circuit: Circuit, params: PBWMParams, layout: Layout = Layout.NETWORKS) -> tables.Net:
    """The network for the kernels, in a layout."""
    places = Places(circuit, layout)
    paths, sender = compile_paths(circuit, params, places)
    prediction, prediction_sender = compile_prediction(circuit, places)
    roles = compile_roles(circuit, places)
    # Kernels do not read the constants of the form that is not in use.
    merged = params.gate if isinstance(params.gate, MergedGate) else MergedGate()
    explicit = params.gate if isinstance(params.gate, Disinhibition) else Disinhibition()
    return tables.Net(
        layout=NetworksInLanes() if layout is Layout.NETWORKS else UnitsInLanes(),
        sends_changes=params.neuron.send_delta > 0 and any(layer.large for layer in circuit.layers),
        neuron=params.neuron.constants(),
        nuclei=replace(params.neuron, gain=explicit.gain).constants(),
        relay=explicit.relay.constants(params.neuron),
        averages=params.cortex.averages(),
        xcal=params.cortex.xcal(),
        striatum=params.striatum.constants(),
        gate=params.gating.constants(merged, params.stripes),
        exploration=params.exploration.constants(),
        dopamine=params.dopamine.constants(params.neuron.g_tau, params.neuron.vm_tau),
        roles=roles,
        layers=compile_layers(circuit, places, paths),
        paths=paths,
        occupied=places.occupied,
        sender=sender,
        inputs=np.array([circuit.layer(name) for name in circuit.inputs], np.int64),
        responses=places.of_layer(roles.output),
        stripe_number=places.stripe_number,
        profiles=compile_profiles(circuit, params),
        content_address=places.layers[roles.maintenance_deep].units,
        stimulus_address=compared_stimuli(circuit, places),
        unit_number=places.unit_number,
        prediction=prediction,
        prediction_sender=prediction_sender,
    )
