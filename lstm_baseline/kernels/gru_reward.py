"""The gated recurrent unit, learning from reward alone: the windows of `gru`, the errors of `reward`."""

from lstm_baseline.kernels.epoch import finish_epoch, start_epoch, stop_unsound
from lstm_baseline.kernels.forward import halt
from lstm_baseline.kernels.gru import backward, gradients, improve, respond
from lstm_baseline.kernels.reward import errors_of_reward, expect_reward, improve_critic
from tasks.engine.lanes import flush_denormals, load, restore_control_word, store
from tasks.engine.lanes.options import inner, kernel

__all__ = ["run_gru_reward"]


@inner
def run_windows(layout, rule, state, critic, stream, trace, told, begin_row, end_row, keep, learn):
    """See `epoch.run_windows`."""
    for first in range(begin_row, end_row, rule.window):
        steps = min(rule.window, end_row - first)
        start = first if keep else 0
        respond(layout, state, stream, trace, first, start, steps)
        expect_reward(layout, critic, trace, told, start, steps)
        if learn:
            errors_of_reward(layout, critic, state.weights, stream, trace, told, first, start, steps)
            backward(layout, state.weights, stream, trace, first, start, steps)
            gradients(layout, state.gradient, stream, trace, first, start, steps)
            norm = load(trace.norm, 0) + load(critic.norm, 0)
            store(trace.doubt, 2, norm - norm)
        stop_unsound(layout, stream, trace, first)
        halt(layout, state.carry, stream, trace, first, start + steps)
        if learn:
            improve(rule, state, stream, trace)
            improve_critic(rule, critic, stream, trace)


@kernel
def run_gru_reward(layout, rule, state, critic, stream, trace, told, course, keep, learn):
    """Run every network through its epochs, as `gru.run_gru` and `reward.run_reward`."""
    control_word = flush_denormals()
    for epoch in range(course.start.shape[0]):
        begin_row, end_row = start_epoch(epoch, stream, course)
        run_windows(layout, rule, state, critic, stream, trace, told, begin_row, end_row, keep, learn)
        finish_epoch(stream, course)
    restore_control_word(control_word)
