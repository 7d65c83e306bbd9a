"""The check of the cluster finds its recipes on the page, and sees what differs."""

import ast
import shlex
import sys

import pytest

from tests.cluster import check


def test_the_recipes_are_on_the_page_as_the_check_expects_them():
    assert "--shard $SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" in check.recipe("bash", "#SBATCH")
    lines = check.recipe("python", "SLURMCluster")
    assert all(asked in lines for asked in check.SMALLER)


def test_jobs_find_an_interpreter_whose_path_has_a_space(tmp_path, monkeypatch):
    python = str(tmp_path / "with a space" / "python")
    monkeypatch.setattr(sys, "executable", python)
    calls = [node for node in ast.walk(ast.parse(check.dask_script(tmp_path))) if isinstance(node, ast.Call)]
    [started] = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "SLURMCluster"]
    given = {keyword.arg: keyword.value.value for keyword in started.keywords}
    assert shlex.split(given["python"]) == [python]
    assert given["cores"] == 1


def test_a_recipe_that_is_not_there_ends_the_check():
    with pytest.raises(ValueError, match="not enough values"):
        check.recipe("bash", "no such line")


def test_contents_leave_out_bookkeeping_alone(tmp_path):
    for name in ("cells/row/a.json", "seconds/a.json", "working/a", "results.csv"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    assert check.contents(tmp_path) == {"cells/row/a.json": b"cells/row/a.json", "results.csv": b"results.csv"}
