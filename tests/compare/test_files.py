"""Files on disk: whole or not at all."""

import json
import math
import os
import stat

import pytest

from pbwm.compare.errors import ResultsError
from pbwm.compare.files import json_text, make_directory, write_csv, written_whole


def test_json_is_json_and_has_no_nan():
    value = {"a": [1, None, 0.5], "b": [[1, 2], []], "c": {}, "d": "µ", "e": [{"f": [1]}]}
    assert json.loads(json_text(value)) == value
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text({"a": [math.nan]})


def test_a_file_whose_writing_fails_leaves_the_old_one(tmp_path):
    path = tmp_path / "table.csv"
    write_csv(path, ["a"], [[1], [None], [math.nan]])
    assert path.read_text() == 'a\n1\n""\n""\n'

    def write_half():
        with written_whole(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert path.read_text().startswith("a\n1\n")
    assert [p.name for p in tmp_path.iterdir()] == ["table.csv"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_file_has_the_permissions_that_the_umask_leaves(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        write_csv(tmp_path / "table.csv", ["a"], [[1]])
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "table.csv").stat().st_mode) == mode


def test_places_that_cannot_be_written_are_named(tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ResultsError, match="file: no directory can be made there"):
        make_directory(file)
    with pytest.raises(ResultsError, match="cannot be written"), written_whole(file / "x.csv"):
        pass
