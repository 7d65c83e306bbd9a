import pytest

from pbwm.compare import models
from tests.compare.study import rig


@pytest.fixture
def clock_models(monkeypatch):
    """The catalogue holds learners that learn by the clock."""
    monkeypatch.setattr(models, "MODELS", models.MODELS)
    rig.install()
    return models.MODELS
