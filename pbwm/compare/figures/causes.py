"""Figures for models with a striatum and manipulations: forced gates, lesions, dopamine, disinhibition."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.errors_by_epoch import final_error
from pbwm.compare.analysis.forced import Manipulated, forced_gates
from pbwm.compare.analysis.over_training import SignalOverTraining, signals_over_training
from pbwm.compare.analysis.striatum import matrix_weights, pbwm_of, trial_by_cycle
from pbwm.compare.analysis.sweeps import Sweep, lesion_sweep
from pbwm.compare.analysis.trials import network_trials, test_trials
from pbwm.compare.experiment.scene import Scene
from pbwm.compare.figures.captions import networks_of, scene_name
from pbwm.compare.figures.names import model_name
from pbwm.compare.figures.plots.errors import plot_forced, plot_sweep
from pbwm.compare.figures.plots.striatum import (
    plot_cycles,
    plot_matrix_weights,
    plot_signal_over_training,
    plot_stripes_over_training,
)
from pbwm.compare.figures.saving import Drawn, panels
from pbwm.compare.figures.style import is_narrow
from pbwm.manipulations import DopamineGain, Gate
from tasks.base.learner import BLOCK, Learner, Population
from tasks.base.task import GateAction, TrialBlock
from tasks.base.training import draw_lesson

__all__ = ["cycles", "dopamine", "forced", "gains", "lesions", "weights"]

NUCLEI = (
    *("matrix_go", "matrix_nogo", "gpe", "stn", "gpi", "thalamus", "gpi_thalamus", "snr_thalamus"),
    *("pfc_maintenance_deep", "pfc", "hidden"),
)
"""Layers of a lesion sweep, if the network has them."""
EPOCHS_OF_DOPAMINE = 60
"""Epochs of training over which dopamine is recorded."""
GAINS, EPOCHS_OF_GAINS, WINDOW_OF_GAINS = (0.2, 0.6, 1.0), 30, 5
"""Gains of dopamine, epochs of training, and last epochs whose errors count."""
STEPS_TO_A_STORE = 40
"""Fresh steps searched for a step that stores an item."""

Found = TypeVar("Found")


def _with_manipulations(scene: Scene) -> Iterator[tuple[str, Population]]:
    for model in scene.models:
        networks = scene.networks(model)
        if isinstance(networks.blocks[0], Manipulated):
            yield model, networks


def _by_block(networks: Population, block: TrialBlock, of: Callable[[Learner, TrialBlock], Found]) -> list[Found]:
    found, start = [], 0
    for learner in networks.blocks:
        found.append(of(learner, block.network_slice(start, start + learner.networks)))
        start += learner.networks
    return found


def forced(scene: Scene) -> Iterator[Drawn]:
    """Errors with the input gate of each slot held open or shut."""
    for model, networks in _with_manipulations(scene):
        names = scene.recording(model).slots
        parts = _by_block(
            networks, scene.test_block(networks.networks), partial(forced_gates, slots=len(names), gate=Gate.INPUT)
        )
        conditions = ("free", *(f"{name} {held}" for name in names for held in ("open", "shut")))
        error = np.concatenate([part.error for part in parts], axis=1)
        found = replace(parts[0], model=model, conditions=conditions, error=error)
        figure, axes = panels(1, height=0.8 + (0.5 if is_narrow() else 0) + 0.2 * len(found.conditions), width=5.4)
        plot_forced(found, ax=axes[0])
        rows = [
            [condition, network, event, found.error[c, network, e]]
            for c, condition in enumerate(found.conditions)
            for network in range(found.error.shape[1])
            for e, event in enumerate(found.events)
        ]
        caption = (
            f"Proportion wrong on fresh trials while the input gate of one slot at a time is clamped, "
            f"mean over kinds of step: {networks_of(scene, model)}. Points: networks; bars: means; dotted line: mean "
            "with all gates free."
        )
        header = ["condition", "network", "event", "proportion wrong"]
        yield Drawn(name=f"forced-{model}", caption=caption, figure=figure, header=header, rows=rows)


def lesions(scene: Scene) -> Iterator[Drawn]:
    """Errors as more of a nucleus is lesioned."""
    for model, networks in _with_manipulations(scene):
        there = {layer.name for layer in pbwm_of(networks.blocks[0]).circuit.layers}
        nuclei = [name for name in NUCLEI if name in there]
        parts = _by_block(networks, scene.test_block(networks.networks), partial(lesion_sweep, layers=nuclei))
        found = replace(parts[0], model=model, error=np.concatenate([part.error for part in parts], axis=2))
        figure, axes = panels(1, width=5.4, height=4.0 if is_narrow() else 2.8)
        plot_sweep(found, ax=axes[0])
        rows = [
            [condition, float(dose), network, found.error[c, d, network]]
            for c, condition in enumerate(found.conditions)
            for d, dose in enumerate(found.doses)
            for network in range(found.error.shape[2])
        ]
        caption = (
            f"Proportion wrong on fresh trials by the lesioned fraction of a nucleus: {networks_of(scene, model)}. One "
            "line for each nucleus: mean over networks, with its standard error."
        )
        header = ["nucleus", "fraction", "network", "proportion wrong"]
        yield Drawn(name=f"lesions-{model}", caption=caption, figure=figure, header=header, rows=rows)


def _errors_under(scene: Scene, model: str, networks: int, gain: DopamineGain) -> NDArray[np.float64]:
    found = []
    fresh, start = scene.build(model, networks), 0
    for block in fresh.blocks:
        assert isinstance(block, Manipulated)  # like the networks of the run
        numbers = range(start, start + block.networks)
        with block.manipulated(gain):
            training = block.train(draw_lesson(scene.task, scene.seed, numbers, range(EPOCHS_OF_GAINS)))
        found.append(final_error(training.errors.sum(2), training.counted.sum(2), WINDOW_OF_GAINS))
        start = numbers.stop
    return np.concatenate(found)


def gains(scene: Scene) -> Iterator[Drawn]:
    """Errors of networks trained with smaller bursts, or dips, of dopamine."""
    kinds: dict[str, Callable[[float], DopamineGain]] = {
        "bursts": lambda gain: DopamineGain(burst=gain),
        "dips": lambda gain: DopamineGain(dip=gain),
    }
    for model, networks in _with_manipulations(scene):
        count = networks.networks
        errors = cache(partial(_errors_under, scene, model, count))  # normal dopamine is run once
        error = np.array([[errors(of(gain)) for gain in GAINS] for of in kinds.values()], np.float64)
        dose, doses = "gain of dopamine", np.asarray(GAINS)
        found = Sweep(model=model, dose=dose, conditions=tuple(kinds), doses=doses, error=error)
        figure, axes = panels(1, width=4.6)
        plot_sweep(found, ax=axes[0])
        rows = [
            [kind, float(gain), network, error[i, j, network]]
            for i, kind in enumerate(kinds)
            for j, gain in enumerate(GAINS)
            for network in range(count)
        ]
        caption = (
            f"Proportion wrong in the last {WINDOW_OF_GAINS} of {EPOCHS_OF_GAINS} epochs of training with smaller "
            f"bursts, or dips, of dopamine: {networks_of(scene, model)}. Gain 1 is normal dopamine. Mean over "
            "networks, with its standard error."
        )
        header = ["dopamine", "gain", "network", "proportion wrong"]
        yield Drawn(name=f"gains-{model}", caption=caption, figure=figure, header=header, rows=rows)


def dopamine(scene: Scene) -> Iterator[Drawn]:
    """Dopamine over training from the start: by kind of step, and of each stripe if stripes have their own."""
    for model, networks in _with_manipulations(scene):
        fresh = scene.build(model, networks.networks)
        striatum = pbwm_of(networks.blocks[0]).params.striatum
        own = ("stripe_dopamine_go", "stripe_dopamine_nogo") if getattr(striatum, "fed_back", False) else ()
        numbers, signals = range(networks.networks), ("dopamine", *own)
        all_found = signals_over_training(
            fresh, scene.task, seed=scene.seed, epochs=EPOCHS_OF_DOPAMINE, networks=numbers, signals=signals
        )
        found = replace(all_found[0], model=model)
        figure, axes = panels(1, width=5.4, height=3.4 if is_narrow() else 2.6)
        plot_signal_over_training(found, ax=axes[0])
        rows = [
            [network, int(epoch), event, found.mean[network, k, e]]
            for network in range(len(found.mean))
            for k, epoch in enumerate(found.epochs)
            for e, event in enumerate(found.events)
        ]
        caption = (
            f"Dopamine at each kind of step over training, as in figure 13 of O'Reilly & Frank (2006): "
            f"{networks_of(scene, model)}. Lines: means over networks; bands: standard errors; 0: as predicted."
            f"{' Another figure shows the dopamine of each stripe.' * bool(own)}"
        )
        header = ["network", "epoch", "event", "mean dopamine"]
        yield Drawn(name=f"dopamine-{model}", caption=caption, figure=figure, header=header, rows=rows)
        if own:
            yield _dopamine_of_stripes(scene, model, pbwm_of(networks.blocks[0]).circuit.stripes, *all_found[1:])


def _dopamine_of_stripes(
    scene: Scene, model: str, stripes: int, go: SignalOverTraining, nogo: SignalOverTraining
) -> Drawn:
    """The dopamine of each stripe of a network over training (docs/pbwm.md §6, F6 to F8)."""
    network = scene.best_network(model)
    parts = {
        "maintenance stripes, Go": replace(go, mean=go.mean[..., :stripes]),
        "maintenance stripes, NoGo": replace(nogo, mean=nogo.mean[..., :stripes]),
        "output stripes": replace(go, mean=go.mean[..., stripes:]),
    }
    parts = {name: part for name, part in parts.items() if part.mean.size}
    most = max(float(np.abs(part.stripes(network)).max()) for part in parts.values())
    figure, axes = panels(len(parts), height=2.4)
    for (name, part), ax in zip(parts.items(), axes, strict=True):
        plot_stripes_over_training(part, network, most=most, title=name, ax=ax)
    rows = [
        [n, name, stripe + 1, int(epoch), values[k]]
        for n in range(len(go.mean))
        for name, part in parts.items()
        for stripe, values in enumerate(part.stripes(n))
        for k, epoch in enumerate(part.epochs)
    ]
    caption = (
        f"Dopamine of each stripe over training: network {network} of {model_name(model)} on {scene_name(scene)} (seed "
        f"{scene.seed}), mean over kinds of step. Go: value of the content held minus that of the displaced one. NoGo: "
        "rejected minus held. Output stripes: held minus usual."
    )
    header = ["network", "learning units", "stripe", "epoch", "mean dopamine"]
    return Drawn(name=f"stripe-dopamine-{model}", caption=caption, figure=figure, header=header, rows=rows)


def weights(scene: Scene) -> Iterator[Drawn]:
    """Weights from each symbol to Go and NoGo of each stripe."""
    for model, networks in _with_manipulations(scene):
        network, parts = scene.best_network(model), [matrix_weights(block) for block in networks.blocks]
        go, nogo = (np.concatenate([getattr(part, name) for part in parts]) for name in ("go", "nogo"))
        found = replace(parts[0], go=go, nogo=nogo)
        figure, axes = panels(1, width=4.6, height=0.9 + 0.16 * len(found.stripes))
        plot_matrix_weights(found, network, title=f"{model_name(model)}, network {network}", ax=axes[0])
        rows = [
            [n, stripe, symbol, found.go[n, i, k], found.nogo[n, i, k]]
            for n in range(len(found.go))
            for i, stripe in enumerate(found.stripes)
            for k, symbol in enumerate(found.symbols)
        ]
        caption = (
            f"Weights from each symbol to Go units minus those to NoGo units, by stripe: network {network} of "
            f"{model_name(model)} on {scene_name(scene)} (seed {scene.seed}). Above 0 a symbol opens the gate of the "
            f"stripe; below 0 it shuts it.{_age_too(networks.blocks[0])}"
        )
        header = ["network", "stripe", "symbol", "Go", "NoGo"]
        yield Drawn(name=f"weights-{model}", caption=caption, figure=figure, header=header, rows=rows)


def _age_too(learner: Learner) -> str:
    sees_age = any(layer.name == "matrix_go_age" for layer in pbwm_of(learner).circuit.layers)
    return " In stripes that see it, the age of the content acts on the gate, too (not shown)." if sees_age else ""


def cycles(scene: Scene) -> Iterator[Drawn]:
    """A step at which an item must be stored, or the first step if there is none, cycle by cycle."""
    for model, networks in _with_manipulations(scene):
        network = scene.best_network(model)
        block, lane = divmod(network, BLOCK)
        trials = network_trials(test_trials(scene.task, scene.seed, [network], STEPS_TO_A_STORE), 0)
        step = _first_store(trials.ideal_gate)
        found = trial_by_cycle(networks.blocks[block], lane, trials, step)
        stores = (trials.ideal_gate[step] == GateAction.STORE).any()
        rows = [
            [nucleus, stripe, cycle, float(activity[cycle, i])]
            for nucleus, activity in found.activity.items()
            for i, stripe in enumerate(found.stripes)
            for cycle in range(len(activity))
        ]
        caption = (
            f"One step{' at which a perfect memory stores' * bool(stores)} ({found.title}), cycle by cycle: network "
            f"{network} of {model_name(model)} on {scene_name(scene)} (seed {scene.seed}). Each line is the most "
            "active unit of a stripe: colored if its gate opens at this step, gray if it stays shut. Vertical lines: "
            "ends of phases. Striatal units may alternate between cycles, an effect of the size of the time step."
        )
        header = ["nucleus", "stripe", "cycle", "activity"]
        yield Drawn(name=f"cycles-{model}", caption=caption, figure=plot_cycles(found), header=header, rows=rows)


def _first_store(ideal_gate: NDArray[np.int8]) -> int:
    stores = np.flatnonzero((ideal_gate == GateAction.STORE).any(1))
    return int(stores[min(1, len(stores) - 1)]) if len(stores) else 0
