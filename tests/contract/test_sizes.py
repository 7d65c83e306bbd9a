"""Every model and population rejects invalid sizes, numbers of networks and seeds at once."""

import resource
from dataclasses import fields, is_dataclass, replace
from time import process_time

import numpy as np
import pytest

from lstm_baseline import LSTM, recommended_gru, recommended_lstm, recommended_sublstm
from pbwm.compare.models import MODEL_ERRORS, MODELS
from pbwm.form2006.params import oreilly_frank_2006
from pbwm.recommended import family_network, recommended
from tasks.base.errors import ParameterError, TaskError
from tasks.base.learner import Population
from tasks.catalog import TASKS

TASK = TASKS["12ax"].build()
SPEC = TASK.spec
OURS = (TaskError, *MODEL_ERRORS)
SIZES = {"hidden", "stripes", "blocks", "cells_per_block", "units", "window"}
UNUSED = {("prefrontal", "units"), ("winners", "hidden")}
"""A size for learned inputs only, and a number of winners, of which there are no more than units."""
LIMIT = 8 * 2**30
"""Bytes of addresses: larger requests fail, and so would not be rejected by rule."""


def params_of(model):
    return MODELS[model].build(SPEC, networks=range(1), seed=0).params


def sizes(params, prefix=()):
    """The fields of a parameter object, and of nested objects, that are sizes."""
    for f in fields(params):
        value = getattr(params, f.name)
        if is_dataclass(value):
            yield from sizes(value, (*prefix, f.name))
        elif f.name in SIZES and (*prefix, f.name) not in UNUSED and isinstance(value, int):
            yield (*prefix, f.name)


def with_size(params, place, size):
    name, *rest = place
    return replace(params, **{name: with_size(getattr(params, name), rest, size) if rest else size})


@pytest.fixture
def little_room():
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.parametrize("model", MODELS)
def test_absurd_sizes_are_rejected_at_once(model, little_room):
    entry, params = MODELS[model], params_of(model)
    kind = type(entry.build(SPEC, networks=range(1), seed=0))
    found = list(sizes(params))
    assert found
    for place in found:
        for size in (10**7, 2**31 - 1, 10**19):
            began = process_time()
            try:
                changed = with_size(params, place, size)
            except OURS:
                continue
            with pytest.raises(OURS):
                kind(SPEC, networks=range(1), seed=0, params=changed)
            assert process_time() - began < 2, (place, size)


FIELDS = [
    *(("lstm", "LSTMParams", place) for place in ("blocks", "cells_per_block", "learning.rule.window")),
    *(("gru", "GRUParams", place) for place in ("hidden", "learning.rule.window")),
    ("srn", "SRNParams", "hidden"),
    *(("rbp", "RBPParams", place) for place in ("hidden", "window")),
]


@pytest.mark.parametrize(("model", "kind", "place"), FIELDS)
def test_a_rejected_size_is_named_by_its_field_and_value_alone(model, kind, place):
    learner = MODELS[model].build(SPEC, networks=range(1), seed=0)
    absurd = with_size(learner.params, place.split("."), 10**9)
    rule = "would need [0-9,]+ weights and activities, more than the limit of 134,217,728"
    with pytest.raises(OURS, match=f"^{kind}.{place} = 1000000000 {rule}; give fewer units, or a shorter window$"):
        type(learner)(SPEC, networks=range(1), seed=0, params=absurd)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("seed", [None, -1, 3.0, "3", True, 2**63, 10**30, float("nan"), [1]], ids=repr)
def test_what_is_no_seed_is_rejected(model, seed):
    with pytest.raises(OURS, match=r"seed = .* must be a whole number from 0"):
        MODELS[model].build(SPEC, networks=range(1), seed=seed)


NO_RANGES = [16, [0, 1], (0, 1), None, "01", np.arange(3), range(0), range(17), range(-1, 3), range(0, 8, 2),
             range(2**20, 2**20 + 1), range(10**19), 10**19]  # fmt: skip


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("networks", NO_RANGES, ids=lambda of: repr(of)[:30])
def test_what_are_no_numbers_of_networks_is_rejected(model, networks):
    with pytest.raises(OURS, match=r"networks = .*(give range\(|Population)"):
        MODELS[model].build(SPEC, networks=networks, seed=0)


@pytest.mark.parametrize("model", MODELS)
def test_what_are_no_parameters_is_rejected(model):
    kind = type(MODELS[model].build(SPEC, networks=range(1), seed=0))
    for wrong in (3, "x", {}, object()):
        with pytest.raises(OURS, match=r"params = .* is not of type \w+Params"):
            kind(SPEC, networks=range(1), params=wrong)
    with pytest.raises(OURS, match="spec = 3 is not a TaskSpec"):
        kind(3, networks=range(1))
    with pytest.raises(OURS, match="spec = 'sir2' is not a TaskSpec; give the `spec` of a task"):
        MODELS[model].build("sir2", networks=range(1), seed=0)


CONFIGURATIONS = (
    *(recommended, family_network, oreilly_frank_2006),
    *(recommended_lstm, recommended_sublstm, recommended_gru),
)


@pytest.mark.parametrize("configuration", CONFIGURATIONS, ids=lambda of: of.__name__)
@pytest.mark.parametrize("given", ["sir2", TASK, 3])
def test_a_configuration_is_for_a_specification(configuration, given):
    with pytest.raises(OURS, match=r"spec = .* is not a TaskSpec; give the `spec` of a task"):
        configuration(given)


@pytest.mark.parametrize("count", [0, -1, 10**19, 2**20 + 1, 3.0, None, "3", True, range(3)], ids=repr)
def test_what_is_no_number_of_networks_is_rejected_by_a_population(count):
    with pytest.raises(ParameterError, match=r"networks = .* must be a whole number from 1 to 1,048,576"):
        Population(lambda numbers: LSTM(SPEC, networks=numbers), count)


@pytest.mark.parametrize("threads", [0, -1, 1.5, None, True], ids=repr)
def test_what_is_no_number_of_threads_is_rejected_by_a_population(threads):
    with pytest.raises(ParameterError, match=r"threads = .* must be a whole number"):
        Population(lambda numbers: LSTM(SPEC, networks=numbers), 2, threads=threads)


def test_whole_numbers_of_numpy_are_whole_numbers():
    learner = LSTM(SPEC, networks=range(2), seed=np.int64(3))
    assert type(learner.seed) is int
    assert Population(lambda numbers: LSTM(SPEC, networks=numbers), np.int64(2)).networks == 2
