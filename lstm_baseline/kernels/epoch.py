"""Whole epochs in one call: forward, backward, and the update of the weights, window after window."""

from lstm_baseline.kernels.adam import gradient_norm
from lstm_baseline.kernels.backward import backward, mirror_weights, unit_gradient
from lstm_baseline.kernels.extensions import begin_gates, count_sequences, halt_gates
from lstm_baseline.kernels.forward import begin, forward, halt
from lstm_baseline.kernels.optimizer import improve
from lstm_baseline.kernels.outputs import (
    count_steps,
    errors_of_outputs,
    outputs_backward,
    outputs_forward,
    readout_gradient,
)
from tasks.engine.kernels.epochs import close_epoch, goes_on, stop_lane
from tasks.engine.lanes import LANES, fill, flush_denormals, load, restore_control_word, store, where
from tasks.engine.lanes.options import inlined, inner, kernel

__all__ = [
    "finish_epoch",
    "gradients",
    "run_epoch",
    "run_epochs",
    "start_epoch",
    "stop_unsound",
    "target_errors",
    "update",
    "window_gradient",
]


@inlined
def target_errors(layout, form, state, stream, trace, first, start, steps):
    """Errors δ of outputs, cells and gates from the targets of a window."""
    errors_of_outputs(form.extensions, layout, stream, trace, first, start, steps)
    outputs_backward(layout, state.back, trace, start, steps)
    backward(layout, form, state.back, stream, trace, first, start, steps)


@inlined
def gradients(layout, form, state, stream, trace, first, start, steps):
    """Gradient of all weights from the errors δ."""
    readout_gradient(layout, state.gradient, stream.inputs, trace, first, start, steps)
    unit_gradient(layout, form, state.gradient, stream.inputs, trace, first, start, steps)


@inner
def stop_unsound(layout, stream, trace, first):
    """End the stream, before step `first`, of networks with a number that is not finite.

    They count no step of the window. `stream.fault` records the quantity and the start of the window.
    """
    length = load(stream.length, 0)
    for what in range(trace.doubt.shape[0]):
        doubt = fill(length, 0.0)
        for i in range(layout.lanes_sent):
            doubt = doubt + load(trace.sent.doubt, what * layout.lanes_sent + i)
        stopped = ~(doubt == 0.0) & (length > first)
        store(stream.fault, 0, where(stopped, fill(length, first + 1), load(stream.fault, 0)))
        store(stream.fault, 1, where(stopped, fill(length, what), load(stream.fault, 1)))
        store(stream.counted, 0, where(stopped, 0.0, load(stream.counted, 0)))
        length = where(stopped, fill(length, first), length)
    store(stream.length, 0, length)


@inner
def start_epoch(epoch, stream, course):
    """Start the next epoch of networks that have one; return its first row, and its end."""
    begin_row, end_row = 0, 0
    for lane in range(LANES):
        stream.length[0, lane] = 0.0
        if goes_on(lane, course):
            begin_row, end_row = course.start[epoch, lane], max(end_row, course.stop[epoch, lane])
            stream.length[0, lane] = course.stop[epoch, lane]
    return begin_row, end_row


@inner
def finish_epoch(stream, course):
    """Count the errors of networks that ran the epoch, or stop those with a number that is not finite."""
    for lane in range(LANES):
        if goes_on(lane, course):
            if stream.fault[0, lane] > 0.0:
                stop_lane(lane, course)
            else:
                close_epoch(lane, stream.response, course)


@inner
def run_windows(layout, form, rule, state, stream, trace, begin_row, end_row, keep, learn):
    """Run every network from one row to another by windows, and write its responses."""
    for first in range(begin_row, end_row, rule.window):
        steps = min(rule.window, end_row - first)
        start = first if keep else 0
        begin(layout, state.carry, trace, start)
        begin_gates(form.extensions, layout, state.carry, trace, start)
        forward(layout, form, state.weights, stream, trace, first, start, steps)
        outputs_forward(layout, form, state.weights, stream, trace, first, start, steps)
        if learn:
            mirror_weights(layout, state.flat, state.flat_back)
            store(stream.counted, 0, count_steps(stream, first, steps))
            target_errors(layout, form, state, stream, trace, first, start, steps)
            gradients(layout, form, state, stream, trace, first, start, steps)
            gradient_norm(layout, form, state.gradient, trace)
            norm = load(trace.norm, 0)
            store(trace.doubt, 2, norm - norm)
        stop_unsound(layout, stream, trace, first)
        halt(layout, state.carry, stream, trace, first, start + steps)
        halt_gates(form.extensions, layout, state.carry, stream, trace, first, start + steps)
        if learn:  # networks that were stopped count no sequence of the window
            count_sequences(form.extensions, stream.starts, stream, state.carry, first, steps)
            improve(form, rule, state, trace.norm, stream.counted)


@kernel
def run_epoch(layout, form, rule, state, stream, trace, total, keep, learn):
    """Run every network through at most `total` steps as one epoch (`run_epochs`)."""
    control_word = flush_denormals()
    run_windows(layout, form, rule, state, stream, trace, 0, total, keep, learn)
    restore_control_word(control_word)


@kernel
def run_epochs(layout, form, rule, state, stream, trace, course, keep, learn):
    """Run every network through its epochs, or to criterion, and write its responses.

    Every epoch starts a new window. All networks begin an epoch at the same row.

    Parameters
    ----------
    layout, form, rule : Layout, Form, Rule
    state : State
        Changed in place.
    stream : Stream
        Inputs and targets; `stream.response` is filled, and `stream.fault` for stopped networks.
    trace : Trace
        Room for the whole stream if `keep`, else for one window.
    course : Course
        The epochs, with aligned rows; results are entered.
    keep, learn : bool
        Whether the trace keeps every step, and whether weights change.
    """
    control_word = flush_denormals()
    for epoch in range(course.start.shape[0]):
        begin_row, end_row = start_epoch(epoch, stream, course)
        run_windows(layout, form, rule, state, stream, trace, begin_row, end_row, keep, learn)
        finish_epoch(stream, course)
    restore_control_word(control_word)


@kernel
def window_gradient(layout, form, state, stream, trace, steps, targets):
    """The gradient of a window that has run, of its `targets` or of `trace.error`."""
    mirror_weights(layout, state.flat, state.flat_back)
    if targets:
        store(stream.counted, 0, count_steps(stream, 0, steps))
        target_errors(layout, form, state, stream, trace, 0, 0, steps)
    else:
        backward(layout, form, state.back, stream, trace, 0, 0, steps)
    gradients(layout, form, state, stream, trace, 0, 0, steps)


@kernel
def update(layout, form, rule, state, stream, trace):
    """One optimizer step along the current gradient."""
    gradient_norm(layout, form, state.gradient, trace)
    improve(form, rule, state, trace.norm, stream.counted)
