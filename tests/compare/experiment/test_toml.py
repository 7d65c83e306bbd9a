"""A study is the same object, declared in Python or in TOML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbwm.compare.errors import PlanError
from pbwm.compare.experiment import Condition, Range, Search, Study, from_toml, read_study_file, to_toml
from pbwm.compare.studies import STUDIES
from tasks.base.errors import UnknownNameError

FILE = """
name = "noise"
question = "How much?"
tasks = ["sir2", "12ax"]
learners = ["pbwm"]
replicas = 24
epochs = 150
record = ["weights", "curves"]

[[conditions]]
name = "as recommended"

[[conditions]]
name = "none"
tasks = ["sir2"]
criterion = 4
[conditions.parameters]
exploration.sd = 0
striatum.rule.not_gated = 0.4
[conditions.task_parameters]
stores = 3

[[conditions]]
name = "an LSTM"
learners = ["lstm", "lstm-2000"]
"""


def test_a_file_says_what_is_built():
    study = from_toml(FILE)
    assert [row.label for row in study.rows()] == [
        "sir2 · pbwm · as recommended",
        "12ax · pbwm · as recommended",
        "sir2 · pbwm · none",
        "sir2 · lstm · an LSTM",
        "sir2 · lstm-2000 · an LSTM",
        "12ax · lstm · an LSTM",
        "12ax · lstm-2000 · an LSTM",
    ]
    job = study.rows()[2].job(range(3))
    params = job.entry.params(job.task.spec)
    assert (params.exploration.sd, params.striatum.rule.not_gated) == (0.0, 0.4)
    assert (job.task.stores, job.task.spec.criterion.zero_error_epochs, job.budget.epochs) == (3, 4, 150)


@pytest.mark.parametrize("name", STUDIES)
def test_declared_studies_come_back(name):
    assert from_toml(to_toml(STUDIES[name])) == STUDIES[name]


SEARCH = Study(
    name="find",
    tasks=("sir2",),
    learners=("lstm",),
    seed=5003,
    purpose="search",
    search=Search(
        space={"blocks": Range(low=2, high=9), "learning.optimiser.learning_rate": Range(low=1e-3, high=1.0, log=True)},
        points=8,
    ),
)


@pytest.mark.parametrize("study", [from_toml(FILE), SEARCH])
def test_a_study_comes_back(study):
    assert from_toml(to_toml(study)) == study


names = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=9)


@given(names, st.text(max_size=40), st.integers(1, 99), st.integers(0, 4999), st.none() | st.integers(1, 9), st.data())
def test_any_study_comes_back(name, question, replicas, seed, epochs, data):
    learners = data.draw(st.lists(st.sampled_from(["lstm", "lstm-2000"]), min_size=1, unique=True))
    rate = data.draw(st.floats(1e-9, 1e9))
    study = Study(
        name=name,
        question=question,
        replicas=replicas,
        seed=seed,
        epochs=epochs,
        tasks=("sir2",),
        learners=tuple(learners),
        conditions=(Condition(name="a"), Condition(name="b", parameters={"learning.optimiser.learning_rate": rate})),
    )
    assert from_toml(to_toml(study)) == study


@pytest.mark.parametrize(
    ("said", "instead", "error", "says"),
    [
        ("replicas", "replicsa", PlanError, "unknown key 'replicsa': did you mean 'replicas'"),
        ("replicas = 24", "replicas = 0", PlanError, "replicas = 0 must be a whole number of at least 1"),
        ('name = "noise"', "", PlanError, "name is missing"),
        ("criterion = 4", "criterion = 0.5", PlanError, r"condition 'none': criterion = 0\.5"),
        ("exploration.sd", "exploration.ds", UnknownNameError, r"condition 'none': .*did you mean 'sd'"),
        ("stores = 3", "stoers = 3", UnknownNameError, "did you mean 'stores'"),
        ('["pbwm"]', '["pbmw"]', UnknownNameError, "did you mean 'pbwm'"),
        ('"sir2", "12ax"', '"sir2", "12xa"', UnknownNameError, "did you mean '12ax'"),
        ('"weights"', '"wieghts"', PlanError, "must be one of 'curves', 'gates', 'weights'"),
        ("epochs = 150", "epochs = 150\nseed = 5000", PlanError, "seed = 5000 must be below 5000"),
        ("epochs = 150", 'purpose = "search"', PlanError, "seed = 0 must be 5000 or more in a search"),
        ('"an LSTM"', '"As recommended!"\ntasks = ["sir2"]\n', None, ""),
        ('"an LSTM"\nlearners = ["lstm", "lstm-2000"]', '"As recommended!"', PlanError, "differ in letters and digits"),
        ("[[conditions]]", "[conditions]", PlanError, "TOML"),
    ],
)
def test_what_cannot_be_is_named(said, instead, error, says):
    assert said in FILE
    text = FILE.replace(said, instead)
    if error is None:
        from_toml(text)
        return
    with pytest.raises(error, match=says):
        from_toml(text)


def test_errors_name_the_file(tmp_path):
    with pytest.raises(PlanError, match=r"none\.toml: cannot be read"):
        read_study_file(tmp_path / "none.toml")
    path = tmp_path / "own.toml"
    path.write_text(FILE.replace("replicas = 24", "replicas = -1"))
    with pytest.raises(PlanError, match=r"own\.toml: .*replicas = -1"):
        read_study_file(path)
