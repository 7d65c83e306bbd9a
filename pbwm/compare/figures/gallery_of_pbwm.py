"""Figures of models that can be manipulated, and have a striatum: forced gates, lesions, dopamine, disinhibition."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.errors_by_epoch import final_error
from pbwm.compare.analysis.forced import Manipulated, forced_gates
from pbwm.compare.analysis.over_training import signal_over_training
from pbwm.compare.analysis.raster import fresh_trials
from pbwm.compare.analysis.striatum import matrix_weights, pbwm_of, trial_by_cycle
from pbwm.compare.analysis.sweeps import Sweep, lesion_sweep
from pbwm.compare.figures.drawn import Drawn, panels
from pbwm.compare.figures.plots.errors import plot_forced, plot_sweep
from pbwm.compare.figures.plots.striatum import plot_cycles, plot_matrix_weights, plot_signal_over_training
from pbwm.compare.finished import FinishedRun
from pbwm.compare.models import MODELS
from pbwm.manipulations import DopamineGain, Gate
from tasks.base.task import GateAction
from tasks.base.training import draw_lesson

__all__ = ["cycles", "dopamine", "forced", "gains", "lesions", "weights"]

NUCLEI = ("matrix_go", "matrix_nogo", "gpe", "stn", "gpi", "thalamus", "pfc_maintenance_deep", "hidden")
"""What lesions are swept over, as far as the network has it."""
EPOCHS_OF_DOPAMINE = 60
"""Epochs of training that dopamine is followed over."""
GAINS, EPOCHS_OF_GAINS, WINDOW_OF_GAINS = (0.2, 0.6, 1.0), 30, 5
"""Gains of dopamine, epochs of training under them, and the last of these over which errors are taken."""


def _with_manipulations(run: FinishedRun) -> Iterator[tuple[str, Manipulated]]:
    """The models whose networks can be manipulated, and the first block of each."""
    for model in run.models:
        block = run.networks(model).blocks[0]
        if isinstance(block, Manipulated):
            yield model, block


def forced(run: FinishedRun) -> Iterator[Drawn]:
    """Errors with the input gate of one slot after the other held open or shut."""
    for model, networks in _with_manipulations(run):
        block, slots = run.test_block(networks.replicas), len(run.recordings[model].slots)
        found = forced_gates(networks, block, slots=slots, gate=Gate.INPUT)
        figure, axes = panels(1, height=0.6 + 0.24 * len(found.conditions), width=4.8)
        plot_forced(found, ax=axes[0])
        rows = [
            [condition, network, event, found.error[c, network, e]]
            for c, condition in enumerate(found.conditions)
            for network in range(found.error.shape[1])
            for e, event in enumerate(found.events)
        ]
        caption = f"{model}: errors with the input gate of one slot after the other held open or shut"
        header = ["condition", "network", "event", "proportion wrong"]
        yield Drawn(name=f"forced-{model}", caption=caption, figure=figure, header=header, rows=rows)


def lesions(run: FinishedRun) -> Iterator[Drawn]:
    """Errors as more of a nucleus is lesioned."""
    for model, networks in _with_manipulations(run):
        there = {layer.name for layer in pbwm_of(networks).circuit.layers}
        found = lesion_sweep(networks, run.test_block(networks.replicas), [n for n in NUCLEI if n in there])
        figure, axes = panels(1, width=4.8, height=2.8)
        plot_sweep(found, ax=axes[0])
        rows = [
            [condition, float(dose), network, found.error[c, d, network]]
            for c, condition in enumerate(found.conditions)
            for d, dose in enumerate(found.doses)
            for network in range(found.error.shape[2])
        ]
        caption = f"{model}: errors of trained networks as more of a nucleus is lesioned"
        header = ["nucleus", "fraction", "network", "proportion wrong"]
        yield Drawn(name=f"lesions-{model}", caption=caption, figure=figure, header=header, rows=rows)


def gains(run: FinishedRun) -> Iterator[Drawn]:
    """Errors of networks that were trained anew under smaller bursts, or dips, of dopamine."""
    kinds: dict[str, Callable[[float], DopamineGain]] = {
        "bursts": lambda gain: DopamineGain(burst=gain),
        "dips": lambda gain: DopamineGain(dip=gain),
    }
    for model, networks in _with_manipulations(run):
        numbers, error = range(networks.replicas), np.full((len(kinds), len(GAINS), networks.replicas), np.nan)
        lesson = draw_lesson(run.task, run.seed, numbers, range(EPOCHS_OF_GAINS))
        for i, manipulation in enumerate(kinds.values()):
            for j, gain in enumerate(GAINS):
                fresh = MODELS[model].build(run.task.spec, replicas=numbers, seed=run.seed)
                assert isinstance(fresh, Manipulated)  # as the networks of the run are
                with fresh.manipulated(manipulation(gain)):
                    training = fresh.train(lesson)
                error[i, j] = final_error(training.errors.sum(2), training.counted.sum(2), WINDOW_OF_GAINS)
        dose, doses = "gain of dopamine", np.asarray(GAINS)
        found = Sweep(model=model, dose=dose, conditions=tuple(kinds), doses=doses, error=error)
        figure, axes = panels(1, width=4.2)
        plot_sweep(found, ax=axes[0])
        rows = [
            [kind, float(gain), network, error[i, j, network]]
            for i, kind in enumerate(kinds)
            for j, gain in enumerate(GAINS)
            for network in numbers
        ]
        caption = (
            f"{model}: errors after {EPOCHS_OF_GAINS} epochs of training with smaller bursts, or dips, of dopamine"
        )
        header = ["dopamine", "gain", "network", "proportion wrong"]
        yield Drawn(name=f"gains-{model}", caption=caption, figure=figure, header=header, rows=rows)


def dopamine(run: FinishedRun) -> Iterator[Drawn]:
    """Dopamine by kind of step over training, of networks trained anew."""
    for model, networks in _with_manipulations(run):
        fresh = MODELS[model].build(run.task.spec, replicas=range(networks.replicas), seed=run.seed)
        found = signal_over_training(fresh, run.task, seed=run.seed, epochs=EPOCHS_OF_DOPAMINE, signal="dopamine")
        figure, axes = panels(1, width=4.8)
        plot_signal_over_training(found, ax=axes[0])
        rows = [
            [network, int(epoch), event, found.mean[network, k, e]]
            for network in range(len(found.mean))
            for k, epoch in enumerate(found.epochs)
            for e, event in enumerate(found.events)
        ]
        caption = f"{model}: dopamine by kind of step over training (as figure 13 of O'Reilly & Frank, 2006)"
        header = ["network", "epoch", "event", "mean dopamine"]
        yield Drawn(name=f"dopamine-{model}", caption=caption, figure=figure, header=header, rows=rows)


def weights(run: FinishedRun) -> Iterator[Drawn]:
    """Weights from each symbol to Go and NoGo of each stripe."""
    for model, networks in _with_manipulations(run):
        found, network = matrix_weights(networks), run.best_network(model) % networks.replicas
        figure, axes = panels(1, width=4.4, height=0.9 + 0.22 * len(found.stripes))
        plot_matrix_weights(found, network, ax=axes[0])
        rows = [
            [n, stripe, symbol, found.go[n, i, k], found.nogo[n, i, k]]
            for n in range(len(found.go))
            for i, stripe in enumerate(found.stripes)
            for k, symbol in enumerate(found.symbols)
        ]
        caption = f"{model}: weights from each symbol to Go and NoGo of each stripe, network {network}"
        header = ["network", "stripe", "symbol", "Go", "NoGo"]
        yield Drawn(name=f"weights-{model}", caption=caption, figure=figure, header=header, rows=rows)


def cycles(run: FinishedRun) -> Iterator[Drawn]:
    """A step at which something is to be stored, cycle by cycle."""
    for model, networks in _with_manipulations(run):
        trials, network = fresh_trials(run.task, run.seed, 40), run.best_network(model) % networks.replicas
        found = trial_by_cycle(networks, network, trials, _first_store(trials.ideal_gate))
        rows = [
            [nucleus, stripe, cycle, float(activity[cycle, i])]
            for nucleus, activity in found.activity.items()
            for i, stripe in enumerate(found.stripes)
            for cycle in range(len(activity))
        ]
        caption = (
            f"{model}: a step at which something is to be stored, cycle by cycle ({found.title}). Striatal units may "
            "alternate from cycle to cycle, which comes from the size of the time step (docs/pbwm.md, §2)"
        )
        header = ["nucleus", "stripe", "cycle", "activity"]
        yield Drawn(name=f"cycles-{model}", caption=caption, figure=plot_cycles(found), header=header, rows=rows)


def _first_store(ideal_gate: NDArray[np.int8]) -> int:
    """The first step, after the first of all, at which a perfect memory stores something; 0 if there is none."""
    stores = np.flatnonzero((ideal_gate == GateAction.STORE).any(1))
    return int(stores[min(1, len(stores) - 1)]) if len(stores) else 0
