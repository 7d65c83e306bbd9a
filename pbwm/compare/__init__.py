"""Models side by side on the same tasks: training, recordings, analyses and figures.

For scripts and notebooks: ``import pbwm.compare as pw``.
"""

from typing import TYPE_CHECKING

from tasks.base.exports import on_demand

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from lstm_baseline.learner import LSTM
    from lstm_baseline.params import LSTMParams
    from lstm_baseline.recommended import recommended_lstm
    from pbwm.circuit import build_circuit
    from pbwm.compare.analysis.alignment import align
    from pbwm.compare.analysis.criterion import epochs_to_criterion
    from pbwm.compare.analysis.decoding import decode
    from pbwm.compare.analysis.equivalence import equivalence
    from pbwm.compare.analysis.errors_by_epoch import learning_curve
    from pbwm.compare.analysis.forced import forced_gates
    from pbwm.compare.analysis.frozen import frozen_test
    from pbwm.compare.analysis.ideal import gate_agreement
    from pbwm.compare.analysis.multiplicativity import MODELS_OF_RESPONSE, multiplicativity
    from pbwm.compare.analysis.over_training import signal_over_training
    from pbwm.compare.analysis.raster import fresh_trials, raster
    from pbwm.compare.analysis.recording import record_trials
    from pbwm.compare.analysis.serving import serving
    from pbwm.compare.analysis.striatum import matrix_weights, trial_by_cycle
    from pbwm.compare.analysis.sweeps import lesion_sweep
    from pbwm.compare.experiment.run import Run, open_run
    from pbwm.compare.experiment.scene import Scene
    from pbwm.compare.figures.gallery import GALLERY
    from pbwm.compare.figures.plots.circuit import plot_circuit
    from pbwm.compare.figures.plots.epochs_to_criterion import plot_epochs_to_criterion
    from pbwm.compare.figures.plots.errors import plot_forced, plot_sweep
    from pbwm.compare.figures.plots.gates import plot_agreement, plot_gate_by_event
    from pbwm.compare.figures.plots.learning_curves import plot_learning_curve
    from pbwm.compare.figures.plots.memory import plot_alignment, plot_decoding, plot_equivalence
    from pbwm.compare.figures.plots.multiplicativity import plot_multiplicativity
    from pbwm.compare.figures.plots.raster import plot_raster, plot_rasters
    from pbwm.compare.figures.plots.striatum import plot_cycles, plot_matrix_weights, plot_signal_over_training
    from pbwm.compare.figures.style import use_print_style
    from pbwm.compare.models import MODELS
    from pbwm.compare.scripting import compare, draw, notebook_size
    from pbwm.graph import paths_between
    from pbwm.learner import PBWM
    from pbwm.manipulations import ClampGate, DopamineGain, Lesion
    from pbwm.recommended import family_network, recommended
    from tasks.base.drawing import draw_epochs
    from tasks.base.rng import Purpose
    from tasks.base.task import Channel, Criterion, GateAction, Role, TaskSpec, Trials
    from tasks.base.training import draw_lesson
    from tasks.catalog import TASKS
else:
    __getattr__, __dir__ = on_demand(
        __name__,
        {
            "analysis.alignment": "align",
            "analysis.criterion": "epochs_to_criterion",
            "analysis.decoding": "decode",
            "analysis.equivalence": "equivalence",
            "analysis.errors_by_epoch": "learning_curve",
            "analysis.forced": "forced_gates",
            "analysis.frozen": "frozen_test",
            "analysis.ideal": "gate_agreement",
            "analysis.multiplicativity": "MODELS_OF_RESPONSE multiplicativity",
            "analysis.over_training": "signal_over_training",
            "analysis.raster": "fresh_trials raster",
            "analysis.recording": "record_trials",
            "analysis.serving": "serving",
            "analysis.striatum": "matrix_weights trial_by_cycle",
            "analysis.sweeps": "lesion_sweep",
            "experiment.run": "Run open_run",
            "experiment.scene": "Scene",
            "figures.gallery": "GALLERY",
            "figures.plots.circuit": "plot_circuit",
            "figures.plots.epochs_to_criterion": "plot_epochs_to_criterion",
            "figures.plots.errors": "plot_forced plot_sweep",
            "figures.plots.gates": "plot_agreement plot_gate_by_event",
            "figures.plots.learning_curves": "plot_learning_curve",
            "figures.plots.memory": "plot_alignment plot_decoding plot_equivalence",
            "figures.plots.multiplicativity": "plot_multiplicativity",
            "figures.plots.raster": "plot_raster plot_rasters",
            "figures.plots.striatum": "plot_cycles plot_matrix_weights plot_signal_over_training",
            "figures.style": "use_print_style",
            "models": "MODELS",
            "scripting": "compare draw notebook_size",
        },
        {
            "lstm_baseline.learner": "LSTM",
            "lstm_baseline.params": "LSTMParams",
            "lstm_baseline.recommended": "recommended_lstm",
            "matplotlib.figure": "Figure",
            "pbwm.circuit": "build_circuit",
            "pbwm.graph": "paths_between",
            "pbwm.learner": "PBWM",
            "pbwm.manipulations": "ClampGate DopamineGain Lesion",
            "pbwm.recommended": "family_network recommended",
            "tasks.base.drawing": "draw_epochs",
            "tasks.base.rng": "Purpose",
            "tasks.base.task": "Channel Criterion GateAction Role TaskSpec Trials",
            "tasks.base.training": "draw_lesson",
            "tasks.catalog": "TASKS",
        },
    )

__all__ = [
    "GALLERY",
    "LSTM",
    "MODELS",
    "MODELS_OF_RESPONSE",
    "PBWM",
    "TASKS",
    "Channel",
    "ClampGate",
    "Criterion",
    "DopamineGain",
    "Figure",
    "GateAction",
    "LSTMParams",
    "Lesion",
    "Purpose",
    "Role",
    "Run",
    "Scene",
    "TaskSpec",
    "Trials",
    "align",
    "build_circuit",
    "compare",
    "decode",
    "draw",
    "draw_epochs",
    "draw_lesson",
    "epochs_to_criterion",
    "equivalence",
    "family_network",
    "forced_gates",
    "fresh_trials",
    "frozen_test",
    "gate_agreement",
    "learning_curve",
    "lesion_sweep",
    "matrix_weights",
    "multiplicativity",
    "notebook_size",
    "open_run",
    "paths_between",
    "plot_agreement",
    "plot_alignment",
    "plot_circuit",
    "plot_cycles",
    "plot_decoding",
    "plot_epochs_to_criterion",
    "plot_equivalence",
    "plot_forced",
    "plot_gate_by_event",
    "plot_learning_curve",
    "plot_matrix_weights",
    "plot_multiplicativity",
    "plot_raster",
    "plot_rasters",
    "plot_signal_over_training",
    "plot_sweep",
    "raster",
    "recommended",
    "recommended_lstm",
    "record_trials",
    "serving",
    "signal_over_training",
    "trial_by_cycle",
    "use_print_style",
]
