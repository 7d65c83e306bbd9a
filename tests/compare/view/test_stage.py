"""What a model must provide to be observed; what does not fit is rejected in one line."""

from dataclasses import replace

import numpy as np
import pytest

from lstm_baseline import LSTM, LSTMParams
from pbwm.compare.errors import ViewError
from pbwm.compare.view.stage import Stage
from tasks.base.learner import Population
from tasks.base.task import Trials
from tasks.catalog import TASKS

TASK = TASKS["sir2"].build()


class NoAnatomy(LSTM):
    def anatomy(self):
        return {"layers": ["cells"]}


class Fails(LSTM):
    def anatomy(self):
        raise KeyError("cells")


class OtherPath(LSTM):
    def path_weights(self):
        return {"nowhere": np.zeros((1, 2, 2))}


class OtherShape(LSTM):
    def path_weights(self):
        name, values = next(iter(super().path_weights().items()))
        return {name: values[:, :-1]}


class OneFrame(LSTM):
    def observe_step(self, block, *, learn=True):
        seen = super().observe_step(block, learn=learn)
        return replace(seen, activity=seen.activity[:, :1])


class Breaks(LSTM):
    def observe_step(self, block, *, learn=True):
        raise KeyError("cells")


class NoObservation(LSTM):
    def observe_step(self, block, *, learn=True):
        return None


def stage(kind):
    params = LSTMParams.modern(blocks=2)
    return Stage("mine", Population(lambda numbers: kind(TASK.spec, networks=numbers, params=params), 2), 1)


def step():
    trials = TASK.trials(1, np.random.default_rng(0))
    return Trials(**{name: values[:1] for name, values in vars(trials).items()})


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (NoAnatomy, r"^model 'mine': anatomy = 'dict' is not an Anatomy; return a tasks\.base\.anatomy\.Anatomy$"),
        (Fails, r"^model 'mine': anatomy or path_weights raises an error \(KeyError: 'cells'.*\); correct it$"),
        (
            OtherPath,
            r"^model 'mine': path_weights = 'nowhere' is not one of its projections \[.*; name the projections",
        ),
        (OtherShape, r"^model 'mine': shape of path_weights\['.*'\] = .* must be that of one network.*; give a weight"),
    ],
)
def test_a_model_whose_anatomy_does_not_fit_is_rejected(kind, says):
    with pytest.raises(ViewError, match=says) as rejected:
        stage(kind)
    assert "\n" not in str(rejected.value)


def test_activity_that_does_not_fit_the_anatomy_is_rejected():
    with pytest.raises(ViewError, match=r"model 'mine': shape of activity = .* does not fit its anatomy of 4 frames"):
        stage(OneFrame).observe(step(), learn=False)
    assert stage(LSTM).observe(step(), learn=False).activity.shape[1] == 4


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (
            Breaks,
            r"^model 'mine': observe_step raises an error \(KeyError: 'cells', test_stage.py line \d+\); correct it$",
        ),
        (NoObservation, r"^model 'mine': observe_step = 'NoneType' is not an Observation; return a tasks\.base\."),
    ],
)
def test_a_model_that_fails_in_a_step_is_named(kind, says):
    with pytest.raises(ViewError, match=says):
        stage(kind).observe(step(), learn=False)
