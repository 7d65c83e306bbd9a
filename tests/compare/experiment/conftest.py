from dataclasses import replace

import pytest

from pbwm.compare import models
from pbwm.compare.models import Models
from tests.compare.conftest import ClockLearner, entry
from tests.compare.experiment import rig


@pytest.fixture
def clock_models(monkeypatch):
    """The catalogue holds learners that learn by the clock."""
    monkeypatch.setattr(models, "MODELS", models.MODELS)
    rig.install()
    return models.MODELS


@pytest.fixture
def ticking(monkeypatch):
    """A learner that learns the later the more ticks it has."""

    def kind(spec, *, params, replicas, seed=0):
        ticks = params.clock.ticks
        return ClockLearner(spec=spec, replicas_held=replicas, seed=seed, name="ticking", fluent_after=lambda r: ticks)

    catalogue = Models({"ticking": replace(entry(name="ticking"), kind=kind)})
    monkeypatch.setattr("pbwm.compare.models.MODELS", catalogue)
