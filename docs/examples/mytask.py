"""A task of one's own: say at each step which symbol was shown a step before."""

from dataclasses import dataclass

import numpy as np

from tasks.base.task import SILENCE, Channel, Criterion, GateAction, Role, TaskSpec, Trials

SYMBOLS = "ABCD"


@dataclass(frozen=True, kw_only=True)
class MyTask:
    """Say which symbol was shown a step before."""

    symbols: int = 2
    steps: int = 8

    @property
    def spec(self):
        shown = tuple(SYMBOLS[: self.symbols])
        return TaskSpec(
            name="one-before",
            source="an example",
            channels=(Channel(name="symbol", symbols=shown, role=Role.BOTH),),
            responses=shown,
            events=("first", "further"),
            items=("even step", "odd step"),
            sequence="sequence",
            sequences_per_epoch=10,
            criterion=Criterion(zero_error_epochs=2),
        )

    def trials(self, n, rng):
        shown = rng.integers(self.symbols, size=n * self.steps)
        step = np.arange(len(shown)) % self.steps
        target = np.where(step > 0, np.roll(shown, 1), SILENCE)
        odd = np.arange(len(shown))[:, None] % 2 == [0, 1]
        read = np.where(step[:, None] > 0, GateAction.READ, GateAction.NONE)
        return Trials(
            symbols=shown[:, None].astype(np.int16),
            target=target.astype(np.int16),
            counts=step > 0,
            rewarded=step > 0,
            event=(step > 0).astype(np.int16),
            starts=step == 0,
            ideal_gate=np.where(odd, GateAction.STORE, read).astype(np.int8),
        )
