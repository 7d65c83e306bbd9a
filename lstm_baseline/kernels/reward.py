"""Learning from reward alone: REINFORCE with a learned baseline, through time as in `backward`.

Source: Williams (1992), Machine Learning 8:229-256.
"""

from lstm_baseline.kernels.adam import adam_update, gradient_norm
from lstm_baseline.kernels.backward import backward, mirror_weights
from lstm_baseline.kernels.epoch import finish_epoch, gradients, start_epoch, stop_unsound
from lstm_baseline.kernels.forward import begin, forward, halt
from lstm_baseline.kernels.optimizer import improve
from lstm_baseline.kernels.outputs import count_steps, outputs_backward, outputs_forward
from lstm_baseline.kernels.products import bias_gradient, receive, weight_gradient
from tasks.base.rng import Purpose
from tasks.engine.kernels.counter import draw, logarithm, uniform
from tasks.engine.lanes import LANES, fill, flush_denormals, load, maximum, restore_control_word, store, where
from tasks.engine.lanes.options import inner, kernel

__all__ = ["errors_of_reward", "expect_reward", "improve_critic", "run_reward"]

RESPONSE = int(Purpose.RESPONSE)
SMALLEST = 1e-30
"""Lower bound of probabilities in logarithms."""


@inner
def choose(layout, critic, stream, trace, first, start, steps):
    """Draw rewarded responses: k with probability y_k.

    Random numbers are addressed by seed and network (the key) and the number of earlier draws.
    """
    n_k = layout.outputs
    for lane in range(LANES):
        given = critic.given[0, lane]
        for i in range(steps):
            if stream.length[0, lane] > first + i and stream.counts[first + i, lane] > 0.0:
                words = draw(critic.key[0, lane], critic.key[1, lane], 0, int(given), RESPONSE, 0)
                drawn, below, chosen = uniform(words[0]), 0.0, n_k - 1
                for k in range(n_k - 1):
                    below += trace.y_k[(start + i) * n_k + k, lane]
                    if drawn < below:
                        chosen = k
                        break
                stream.response[first + i, lane] = chosen
                given += 1.0


@inner
def expect_reward(layout, critic, trace, told, start, steps):
    """The reward that the critic expects: v(t) = b + Σ_c w_c y_c(t)."""
    n_c = layout.cells
    for t in range(start, start + steps):
        store(told.v, t, load(critic.weights, n_c))
        receive(critic.weights, 0, 0, n_c, trace.y_c, (t + 1) * n_c, 1, told.v, t)


@inner
def reward_errors(layout, stream, trace, told, first, start, steps):
    """δ_k of the outputs and δ_v of the critic, from the reward r (1 or 0) of response a.

    E = −1/N Σ_t (r − v) ln y_a with v constant, so δ_k = (r − v) (y_k − [k = a]) / N at the N rewarded steps, else 0;
    and δ_v = (v − r) / N, of half the squared error.
    """
    n_k, length = layout.outputs, load(stream.length, 0)
    share = 1.0 / maximum(load(stream.counted, 0), 1.0)
    for i in range(steps):
        row, t = first + i, start + i
        weight = where(length > row, load(stream.counts, row) * share, 0.0)
        a, r = load(stream.response, row), fill(length, 0.0)
        for k in range(n_k):
            r = r + where(a == k, load(stream.desired, row * n_k + k), 0.0)
        surprise = r - load(told.v, t)
        for k in range(n_k):
            y_k = load(trace.y_k, t * n_k + k)
            store(trace.delta_k, t * n_k + k, surprise * where(a == k, y_k - 1.0, y_k) * weight)
        store(told.delta, t, -surprise * weight)


@inner
def keep_open(layout, critic, stream, trace, first, start, steps):
    """Maintain the entropy of the policy: E −= β/N Σ_t H, H = −Σ_k y_k ln y_k (Williams & Peng, 1991).

    δ_k ← δ_k + β y_k (ln y_k + H) / N at rewarded steps.
    """
    n_k = layout.outputs
    for i in range(steps):
        row, y = first + i, (start + i) * n_k
        for lane in range(LANES):
            if stream.length[0, lane] > row and stream.counts[row, lane] > 0.0:
                entropy = 0.0
                for k in range(n_k):
                    y_k = max(trace.y_k[y + k, lane], SMALLEST)
                    entropy -= y_k * logarithm(y_k)
                share = critic.openness[0, lane] / stream.counted[0, lane]
                for k in range(n_k):
                    y_k = max(trace.y_k[y + k, lane], SMALLEST)
                    trace.delta_k[y + k, lane] += share * y_k * (logarithm(y_k) + entropy)


@inner
def critic_backward(layout, critic, trace, told, start, steps):
    """The critic's error at the cells, e_c(t) ← e_c(t) + κ w_c δ_v(t), and its gradient."""
    n_c = layout.cells
    for t in range(start, start + steps):
        delta = load(told.delta, t) * load(critic.part, 0)
        for c in range(n_c):
            store(trace.error, t * n_c + c, load(trace.error, t * n_c + c) + load(critic.weights, c) * delta)
    weight_gradient(told.delta, start, 1, 1, trace.y_c, (start + 1) * n_c, n_c, n_c, steps, critic.gradient, 0, 0)
    bias_gradient(told.delta, start, 1, 1, steps, critic.gradient, n_c)
    norm = fill(trace.s, 0.0)
    for i in range(n_c + 1):
        norm = norm + load(critic.gradient, i) * load(critic.gradient, i)
    store(critic.norm, 0, norm)


@inner
def errors_of_reward(layout, critic, back, stream, trace, told, first, start, steps):
    """Draw rewarded responses, and compute the errors of outputs and cells."""
    choose(layout, critic, stream, trace, first, start, steps)
    store(stream.counted, 0, count_steps(stream, first, steps))
    reward_errors(layout, stream, trace, told, first, start, steps)
    keep_open(layout, critic, stream, trace, first, start, steps)
    outputs_backward(layout, back, trace, start, steps)
    critic_backward(layout, critic, trace, told, start, steps)


@inner
def improve_critic(rule, critic, stream, trace):
    """One step of Adam for the critic, and the count of responses, in running networks."""
    for lane in range(LANES):
        critic.given[0, lane] += stream.counted[0, lane]
    rate = fill(trace.s, rule.alpha)
    adam_update(rule, rate, critic.weights, critic.gradient, critic.adam, critic.norm, stream.counted)


@inner
def run_windows(layout, form, rule, state, critic, stream, trace, told, begin_row, end_row, keep, learn):
    """See `epoch.run_windows`."""
    for first in range(begin_row, end_row, rule.window):
        steps = min(rule.window, end_row - first)
        start = first if keep else 0
        begin(layout, state.carry, trace, start)
        forward(layout, form, state.weights, stream, trace, first, start, steps)
        outputs_forward(layout, form, state.weights, stream, trace, first, start, steps)
        expect_reward(layout, critic, trace, told, start, steps)
        if learn:
            mirror_weights(layout, state.flat, state.flat_back)
            errors_of_reward(layout, critic, state.back, stream, trace, told, first, start, steps)
            backward(layout, form, state.back, stream, trace, first, start, steps)
            gradients(layout, form, state, stream, trace, first, start, steps)
            gradient_norm(layout, form, state.gradient, trace)
            norm = load(trace.norm, 0) + load(critic.norm, 0)
            store(trace.doubt, 2, norm - norm)
        stop_unsound(layout, stream, trace, first)
        halt(layout, state.carry, stream, trace, first, start + steps)
        if learn:
            improve(form, rule, state, trace.norm, stream.counted)
            improve_critic(rule, critic, stream, trace)


@kernel
def run_reward(layout, form, rule, state, critic, stream, trace, told, course, keep, learn):
    """Run every network through its epochs, or to criterion; see `epoch.run_epochs`.

    Without `learn`, the response is the most active output everywhere. The `critic` is changed in place; `told` has
    room for its output, of as many steps as the trace. `stream.counts` marks rewarded steps.
    """
    control_word = flush_denormals()
    for epoch in range(course.start.shape[0]):
        begin_row, end_row = start_epoch(epoch, stream, course)
        run_windows(layout, form, rule, state, critic, stream, trace, told, begin_row, end_row, keep, learn)
        finish_epoch(stream, course)
    restore_control_word(control_word)
