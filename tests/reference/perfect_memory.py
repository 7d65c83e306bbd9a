"""A perfect memory and a network without memory, as learners with known gates by intervention."""

import numpy as np

from tasks.base.learner import Outcome
from tasks.base.task import SILENCE, GateAction, Role, Several, TrialBlock, Trials
from tests.reference import streams


class Reader:
    """Answers by a policy from symbols and contents read from memory; its content persists between calls.

    `policy` is that of an ideal agent (tests.reference.oracles). With `keeps` False, nothing is held.
    """

    name = "perfect memory"

    def __init__(self, spec, policy, networks, *, keeps=True):
        self.spec, self.policy, self.keeps = spec, policy, keeps
        (self.content,) = (c.name for c in spec.channels if c.role in (Role.STIMULUS, Role.BOTH))
        self.symbols = next(c.symbols for c in spec.channels if c.name == self.content)
        self.held = np.full((networks, len(spec.items)), SILENCE)

    def state(self):
        return {"held": self.held.copy()}

    def set_state(self, state):
        self.held[:] = state["held"]

    def run(self, block, *, learn=True, record=False):
        response = np.full(block.target.shape, SILENCE, np.int16)
        for network, length in enumerate(block.length.tolist()):
            own = Trials(**{n: v[network, :length] for n, v in vars(block).items() if n != "length"})
            for step, now in enumerate(streams.shown(self.spec, own)):
                response[network, step] = self._step(network, now, own, step)
        return Outcome.of(block, response)

    def _step(self, network, now, own, step):
        held = self.held[network]
        if own.starts[step] and self.spec.resets_memory:
            held[:] = SILENCE
        actions = own.ideal_gate[step].tolist()
        for item, action in enumerate(actions):
            if action == GateAction.STORE and self.keeps:
                held[item] = self.symbols.index(now[self.content])
            elif action == GateAction.CLEAR:
                held[item] = SILENCE
        reads = [item for item, action in enumerate(actions) if action == GateAction.READ]
        read = {self.spec.items[i]: self.symbols[held[i]] for i in reads if held[i] >= 0}
        return self._response(self.policy(now, read), own, step) if len(read) == len(reads) else 0

    def _response(self, answer, own, step):
        if not isinstance(self.spec.answer, Several):
            return self.spec.responses.index(answer) if answer in self.spec.responses else SILENCE
        right = {r for r, a in zip(self.spec.responses, own.allowed[step], strict=True) if a}
        if answer == right:
            return own.target[step]
        wrong = [self.spec.responses.index(r) for r in answer or () if r not in right]
        return wrong[0] if wrong else SILENCE


def first_steps(task, networks, seed, steps):
    """The first `steps` steps of a stream of each network."""
    drawn = [task.trials(max(20, 2 * steps // 100), np.random.default_rng(seed + i)) for i in range(networks)]
    while min(map(len, drawn)) < steps:
        drawn = [
            task.trials(2 * steps * 20 // len(d) + 20, np.random.default_rng(seed + i)) for i, d in enumerate(drawn)
        ]
    block = TrialBlock.stack(drawn)
    return block.cut(np.full(networks, steps))
