"""A study is the same object, declared in Python or in TOML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbwm.compare.errors import PlanError
from pbwm.compare.experiment import Condition, Range, Search, Study, from_toml, read_study_file, to_toml
from pbwm.compare.experiment.goals import FaultlessRun
from pbwm.compare.experiment.toml import old_keys
from pbwm.compare.published import PAPERS
from pbwm.compare.studies import STUDIES
from tasks.base.errors import UnknownNameError

FILE = """
name = "noise"
question = "How much?"
tasks = ["sir2", "12ax"]
models = ["pbwm"]
networks = 24
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
striatum.rule.output_rate = 0.4
[conditions.task_parameters]
stores = 3

[[conditions]]
name = "an LSTM"
models = ["lstm", "lstm-2000"]
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
    assert (params.exploration.sd, params.striatum.rule.output_rate) == (0.0, 0.4)
    assert (job.task.stores, job.task.spec.criterion.zero_error_epochs, job.epochs) == (3, 4, 150)


PARTS = {part.study.name: part.study for paper in PAPERS.values() for part in paper.parts.values()}


@pytest.mark.parametrize("study", [*STUDIES.values(), *PARTS.values()], ids=lambda study: study.name)
def test_declared_studies_come_back(study):
    assert from_toml(to_toml(study)) == study


def test_keys_of_earlier_versions_are_read_and_named():
    old = FILE.replace("networks = 24", "replicas = 24").replace("models =", "learners =")
    assert from_toml(old) == from_toml(FILE)
    assert old_keys(old) == ["'learners' is now 'models'", "'replicas' is now 'networks'"]
    assert old_keys(FILE) == []
    with pytest.raises(PlanError, match="replicas and networks are the same"):
        from_toml(FILE.replace("networks = 24", "networks = 24\nreplicas = 24"))


GOAL = """
name = "lags"
tasks = ["long-lag-2a"]
models = ["lstm-1997"]
epochs = 4000

[[conditions]]
name = "a goal"
[conditions.goal]
kind = "FaultlessRun"
sequences = 200
tolerance = 0.25
"""


def test_a_goal_is_declared_by_its_kind():
    [row] = from_toml(GOAL).rows()
    assert row.goal == FaultlessRun(sequences=200, tolerance=0.25)
    assert (row.unit, row.key["criterion"], row.key["goal"]["kind"]) == ("sequences", None, "FaultlessRun")


@pytest.mark.parametrize(
    ("said", "instead", "says"),
    [
        ('"FaultlessRun"', '"FaultlesRun"', "did you mean 'FaultlessRun'"),
        ('"FaultlessRun"', "[1]", r"conditions\[0\]: unknown goal.kind \[1\]"),
        ('kind = "FaultlessRun"\n', "", "must be a table with its kind"),
        ("sequences", "sequence", "did you mean 'sequences'"),
        ("tolerance = 0.25", "", "tolerance is missing"),
        ("sequences = 200", "sequences = 0", r"study: conditions\[0\]: goal: FaultlessRun\.sequences = 0"),
        ('name = "a goal"', 'name = "a goal"\ncriterion = 3', "cannot be combined with a goal"),
    ],
)
def test_a_goal_that_cannot_be_is_named(said, instead, says):
    with pytest.raises((PlanError, UnknownNameError), match=says):
        from_toml(GOAL.replace(said, instead))


SEARCH = Study(
    name="find",
    tasks=("sir2",),
    models=("lstm",),
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
def test_any_study_comes_back(name, question, networks, seed, epochs, data):
    models = data.draw(st.lists(st.sampled_from(["lstm", "lstm-2000"]), min_size=1, unique=True))
    rate = data.draw(st.floats(1e-9, 1e9))
    study = Study(
        name=name,
        question=question,
        networks=networks,
        seed=seed,
        epochs=epochs,
        tasks=("sir2",),
        models=tuple(models),
        conditions=(Condition(name="a"), Condition(name="b", parameters={"learning.optimiser.learning_rate": rate})),
    )
    assert from_toml(to_toml(study)) == study


@pytest.mark.parametrize(
    ("said", "instead", "error", "says"),
    [
        ("networks", "netwroks", PlanError, "unknown key 'netwroks': did you mean 'networks'"),
        ("networks = 24", "networks = 0", PlanError, "networks = 0 must be a whole number of at least 1"),
        ('name = "noise"', "", PlanError, "name is missing"),
        ("criterion = 4", "criterion = 0.5", PlanError, r"study: conditions\[1\]: condition 'none': criterion = 0\.5"),
        ("exploration.sd", "exploration.ds", UnknownNameError, r"condition 'none': .*did you mean 'sd'"),
        ("stores = 3", "stoers = 3", UnknownNameError, "did you mean 'stores'"),
        ('["pbwm"]', '["pbmw"]', UnknownNameError, "did you mean 'pbwm'"),
        ('"sir2", "12ax"', '"sir2", "12xa"', UnknownNameError, "did you mean '12ax'"),
        ('"weights"', '"wieghts"', PlanError, "must be one of 'curves', 'gates', 'weights'"),
        ("epochs = 150", "epochs = 150\nseed = 5000", PlanError, "seed = 5000 must be below 5000"),
        ("epochs = 150", 'purpose = "search"', PlanError, "seed = 0 must be 5000 or more in a search"),
        ('"an LSTM"', '"As recommended!"\ntasks = ["sir2"]\n', None, ""),
        ('["pbwm"]', '["pbwm", "pbwm"]', PlanError, r"study 'noise': models = \['pbwm', 'pbwm'\] has a name twice"),
        ('tasks = ["sir2", "12ax"]', "", PlanError, r"tasks = \[\] is empty; name tasks, here or in every condition"),
        ("exploration.sd = 0", "stripes.sd = 0", PlanError, r"stripes = 16 is a single value without parts"),
        ("exploration.sd = 0", "stripes.class = 0", PlanError, r"stripes = 16 is a single value without parts"),
        ('"an LSTM"\nmodels = ["lstm", "lstm-2000"]', '"As recommended!"', PlanError, "differ in letters and digits"),
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
    path.write_text(FILE.replace("networks = 24", "networks = -1"))
    with pytest.raises(PlanError, match=r"own\.toml: .*networks = -1"):
        read_study_file(path)


@pytest.mark.parametrize(
    ("given_range", "says"),
    [
        ("{ low = 9, high = 4 }", r"find: search.space 'blocks': range = \(9, 4\) must increase"),
        ("{ low = 1, hihg = 4 }", r"find: search.space 'blocks': unknown key 'hihg': did you mean 'high'"),
        ("3", r"find: search.space 'blocks' = 3 is not a range"),
    ],
)
def test_an_error_in_a_range_names_its_parameter(given_range, says):
    text = to_toml(SEARCH)
    text = text[: text.index("[search.space")] + f"[search.space]\nblocks = {given_range}\n"
    with pytest.raises(PlanError, match=says):
        from_toml(text, "find")
