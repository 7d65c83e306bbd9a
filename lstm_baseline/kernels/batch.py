"""One network and a batch: lanes hold sequences, which share the weights and start from rest."""

from lstm_baseline.kernels.adam import gradient_norm
from lstm_baseline.kernels.backward import mirror_weights
from lstm_baseline.kernels.epoch import gradients, target_errors
from lstm_baseline.kernels.extensions import begin_gates
from lstm_baseline.kernels.forward import begin, forward
from lstm_baseline.kernels.optimizer import improve
from lstm_baseline.kernels.outputs import count_steps, outputs_forward
from tasks.engine.lanes import collect, fill, flush_denormals, load, restore_control_word, store
from tasks.engine.lanes.options import kernel

__all__ = ["run_batches"]


@kernel
def run_batches(layout, form, rule, state, stream, trace, total, batches, groups, steps, learn):
    """Run batches of `groups` times 16 sequences of `steps` steps; update the weights after each.

    Groups follow each other in stream and trace, separated by an empty step; the gradient is summed over steps, groups,
    and lanes. Without `learn`, the gradient of the last batch is kept. `total` is room for one number.
    """
    control_word = flush_denormals()
    period = steps + 1
    for batch in range(batches):
        first = batch * groups * period
        counted = fill(trace.s, 0.0)
        for group in range(groups):
            counted = counted + count_steps(stream, first + group * period, steps)
        collect(total, 0, counted)
        store(stream.counted, 0, load(total, 0))
        mirror_weights(layout, state.flat, state.flat_back)
        for start in range(0, groups * period, period):
            begin(layout, state.carry, trace, start)
            begin_gates(form.extensions, layout, state.carry, trace, start)
            forward(layout, form, state.weights, stream, trace, first + start, start, steps)
            outputs_forward(layout, form, state.weights, stream, trace, first + start, start, steps)
            target_errors(layout, form, state, stream, trace, first + start, start, steps)
        gradients(layout, form, state, stream, trace, first, 0, groups * period)
        if learn:
            gradient_norm(layout, form, state.gradient, trace)
            improve(form, rule, state, trace.norm, stream.counted)
    restore_control_word(control_word)
