"""Learners that learn by the clock, so that a test knows when each network reaches the criterion."""

import shutil
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from importlib import import_module
from math import inf
from threading import Event

import numpy as np
import pytest

from pbwm.compare import models as catalog
from pbwm.compare.analysis.criterion import epochs_to_criterion
from pbwm.compare.analysis.frozen import FrozenTest, frozen_test
from pbwm.compare.experiment import RowResult, Study
from pbwm.compare.experiment.job import Begun, Watch
from pbwm.compare.experiment.job_training import run_job
from pbwm.compare.models import Model, Models
from pbwm.compare.published import PAPERS
from pbwm.errors import PBWMWeightsError
from tasks.base.learner import Outcome
from tasks.base.record import GateRecord
from tasks.base.rng import Purpose, stream
from tasks.base.saving import Snapshot
from tasks.base.task import TaskSpec, TrialBlock
from tasks.base.training import train_by_epochs
from tests.docs.examples import PLACE

DECLARED = PAPERS
"""Papers are declared with the models of the catalog, so they are imported before a test replaces these."""
TAKE_MODELS = ("cli.circuit", "figures.names", "figures.style", "reports.terminal", "studies.changes", "view.loading")
"""Modules of `pbwm.compare` that keep the catalog as it is at their import."""


@pytest.fixture(scope="session", autouse=True)
def modules_that_keep_the_catalog():
    """Import them before a test replaces the models.

    Not with this module: processes of the pipeline's tests draw no figures.
    """
    for name in TAKE_MODELS:
        assert import_module(f"pbwm.compare.{name}").MODELS is catalog.MODELS
    assert import_module("pbwm.compare").MODELS is catalog.MODELS


@dataclass
class ClockLearner:
    """Network r answers at random until it has run `fluent_after(r)` epochs, and without an error afterwards."""

    spec: TaskSpec
    numbers: range
    seed: int
    name: str
    fluent_after: object
    slots: int = 3
    units: int = 1
    negative: bool = False
    log: dict = field(default_factory=dict)

    def __post_init__(self):
        self.epochs_run = np.zeros(len(self.numbers), int)
        self.draws = [stream(self.seed, Purpose.WEIGHTS, r) for r in self.numbers]

    @property
    def networks(self):
        return len(self.numbers)

    def run(self, block: TrialBlock, *, learn: bool = True, record: bool = False) -> Outcome:
        response = block.target.copy()
        for i, network in enumerate(self.numbers):
            if block.length[i] == 0:
                continue
            guesses = self.draws[i].integers(len(self.spec.responses), size=block.steps)
            if self.epochs_run[i] < self.fluent_after(network):
                first = int(block.counts[i].argmax())
                guesses[first] = (block.target[i, first] + 1) % len(self.spec.responses)
                response[i] = guesses
            if learn:
                self.epochs_run[i] += 1
                self.log.setdefault(network, []).append(block.symbols[i, : block.length[i]].tobytes())
        return Outcome.of(block, response, record=self.record(block) if record else None)

    def snapshot(self):
        return Snapshot(
            model=self.name,
            spec=self.spec,
            params=Clock(),
            seed=self.seed,
            networks=self.numbers,
            dtype="float64",
            state=self.state(),
        )

    def state(self):
        return {"epochs run": self.epochs_run.copy()}

    def set_state(self, state):
        self.epochs_run[:] = state["epochs run"]

    def train(self, lesson):
        return train_by_epochs(lambda block: self.run(block).correct, lesson)

    def record(self, block):
        shape = (block.networks, block.steps, self.slots)
        draw = np.random.default_rng(5)
        gates = {name: draw.random(shape) for name in ("input_gate", "forget_gate", "output_gate")}
        return GateRecord(
            model=self.name,
            slots=tuple(f"slot {i + 1}" for i in range(self.slots)),
            memory=draw.random((*shape, self.units)) - 0.5 * self.negative,
            signals={"dopamine": draw.normal(size=shape[:2]), "matrix_go": draw.random(shape)},
            **gates,
        )


class FailingLearner(ClockLearner):
    """Diverges in the epoch in which it would be fluent."""

    def run(self, block, *, learn=True, record=False):
        if self.epochs_run[0] >= self.fluent_after(0):
            raise PBWMWeightsError(f"weights of network {self.numbers[-1]} are not finite; lower learning_rate")
        return super().run(block, learn=learn, record=record)


class Pace(Enum):
    STEADY = "steady"


@dataclass(frozen=True, kw_only=True)
class Clock:
    ticks: int = 7


@dataclass(frozen=True, kw_only=True)
class ClockParams:
    """Parameters of every kind that a model may have."""

    clock: Clock = Clock()
    pace: Pace = Pace.STEADY
    hours: tuple[int, ...] = (1, 2)
    limit: float = inf
    rate: np.float32 = field(default_factory=lambda: np.float32(0.5))
    label: str | None = None


def entry(kind=ClockLearner, **how):
    """A line of the catalog whose builder remembers its objects."""
    built = []

    def build(spec, *, networks, seed=0):
        built.append(kind(spec=spec, numbers=networks, seed=seed, **how))
        return built[-1]

    build.built = built
    return Model(build, "learns by the clock", params=lambda _: ClockParams(), color="#123456")


@pytest.fixture
def models():
    """Model "even": network r fluent after r epochs. "stuck": networks above 2 never. "failing": diverges."""
    return Models(
        {
            "even": entry(name="even", fluent_after=lambda r: r),
            "stuck": entry(name="stuck", fluent_after=lambda r: 4 if r <= 2 else 10**9, units=4, negative=True),
            "never": entry(name="never", fluent_after=lambda r: 10**9),
            "failing": entry(kind=FailingLearner, name="failing", fluent_after=lambda r: 2),
        }
    )


@pytest.fixture
def cataloged(models, monkeypatch):
    """The same models as the catalog of commands."""
    monkeypatch.setattr("pbwm.compare.models.MODELS", models)
    return models


def frozen_over_few_steps(monkeypatch):
    monkeypatch.setattr("pbwm.compare.experiment.job_training.frozen_test", partial(frozen_test, steps=100))


@pytest.fixture
def few_frozen_steps(monkeypatch):
    """Jobs test networks with frozen weights over 100 steps, in tests of something else."""
    frozen_over_few_steps(monkeypatch)


@pytest.fixture
def one_figure(monkeypatch):
    """`pbwm compare` draws one figure, in tests of something else."""
    monkeypatch.setattr("pbwm.compare.cli.compare.OVERVIEW", ("epochs-to-criterion",))


def jobs(models="even", tasks="sir2", *, networks=16, epochs=12, seed=0):
    study = Study(name="s", tasks=(tasks,), models=(models,), networks=networks, epochs=epochs, seed=seed)
    [row] = study.rows()
    return [row.job(range(start, min(start + 16, networks))) for start in range(0, networks, 16)]


def ran(*args, **how):
    return run_job(jobs(*args, **how)[0], Watch(), Event())


@pytest.fixture
def clock_models(monkeypatch):
    """The catalog holds learners that learn by the clock, for any process to run."""
    from tests.compare.experiment import rig  # which imports this module

    monkeypatch.setattr(catalog, "MODELS", catalog.MODELS)
    rig.install()
    return catalog.MODELS


@pytest.fixture
def ticking(monkeypatch):
    """A learner that learns later with more ticks."""

    def kind(spec, *, params, networks, seed=0):
        ticks = params.clock.ticks
        return ClockLearner(spec=spec, numbers=networks, seed=seed, name="ticking", fluent_after=lambda r: ticks)

    monkeypatch.setattr(catalog, "MODELS", Models({"ticking": replace(entry(name="ticking"), kind=kind)}))


def row_result(row, epochs=(6, 6, 6, *[0] * 14)):
    """A row of which three networks learned, and one of these errs with frozen weights."""
    reached = np.array(epochs)
    errors = np.stack([np.where(reached > 0, 0, 90), np.zeros(len(reached), int)], axis=1)
    errors[1, 1] = 3
    return RowResult(
        row=row,
        networks=np.arange(len(reached)),
        times=epochs_to_criterion(row.label, reached, row.epochs),
        final_error=np.where(reached > 0, 0.0, 0.45),
        frozen=FrozenTest(errors=errors, counted=np.full((len(reached), 2), 100)),
        novel_error=np.full(len(reached), np.nan),
        tested=np.full(len(reached), np.nan),
        cells=(),
        damaged=(),
    )


def begun_with(result):
    """The networks of a finished job, for a job that continues their training."""
    trained = result.trained
    return Begun(
        snapshot=result.snapshot,
        kind=type(result.learner),
        errors=trained.errors,
        counted=trained.counted,
        reached_at=trained.reached_at,
        steps=trained.steps,
    )


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """An empty working directory with the examples."""
    for name in ("mytask.py", "counts.py"):
        shutil.copy(PLACE / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path
