"""A whole block of trials inside one call: window after window, forward, backward, and the update of the weights."""

from lstm_baseline.kernels.adam import adam_update
from lstm_baseline.kernels.backward import backward
from lstm_baseline.kernels.forward import enter_inputs, forward
from lstm_baseline.kernels.outputs import cross_entropy_backward, outputs_backward, outputs_forward
from tasks.base.lanes import flush_denormals, restore_control_word
from tasks.base.lanes.options import kernel

__all__ = ["run_epoch"]


@kernel
def run_epoch(circuit, form, rule, state, stream, trace, total, keep, learn):
    """Run every network through its stream and write its responses.

    Parameters
    ----------
    circuit : Circuit
    form : Form
        Squashing functions.
    rule : Rule
        Window and constants of Adam.
    state : State
        Weights, Adam's memory and activity; changed in place.
    stream : Stream
        What the networks see and should answer; `stream.response` is filled.
    trace : Trace
        Room for the whole stream if `keep`, else for one window.
    total : int
        Steps of the longest stream.
    keep : bool
        Whether the trace keeps every step.
    learn : bool
        Whether weights change. A window without a step that counts changes nothing.
    """
    control_word = flush_denormals()
    for first in range(0, total, rule.window):
        steps = min(rule.window, total - first)
        start = first if keep else 0
        enter_inputs(circuit, stream.inputs, trace, first, start, steps)
        forward(circuit, form, state.weights, state.carry, stream.length, trace, first, start, steps)
        outputs_forward(circuit, state.weights, stream, trace, first, start, steps)
        if learn:
            cross_entropy_backward(circuit, stream, trace, first, start, steps)
            outputs_backward(circuit, state.weights, state.gradient, trace, start, steps)
            backward(circuit, form, state.weights, state.gradient, stream.length, trace, first, start, steps)
            adam_update(rule, state.weights, state.gradient, state.adam, stream.counted)
    restore_control_word(control_word)
