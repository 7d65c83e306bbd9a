"""Unavailable locks and failing disks: one line with the remedy."""

import errno
import os
from pathlib import Path

import pytest

from pbwm.compare.errors import CompareError, ResultsError
from pbwm.compare.experiment.claims import Claims
from tests.compare.experiment import rig


def failing(number):
    def fail(*_args, **_options):
        if number is None:
            raise NotImplementedError("FileSystem does not appear to support flock")
        raise OSError(number, os.strerror(number))

    return fail


CASES = [
    (errno.ENOLCK, "the file system has no locks"),
    (errno.EOPNOTSUPP, "the file system has no locks"),
    (None, "the file system has no locks"),
    (errno.EACCES, "belongs to another user; have its owner remove it"),
    (errno.EPERM, "belongs to another user"),
    (errno.EIO, "cannot be locked"),
    (errno.ESTALE, "cannot be locked"),
]


@pytest.mark.parametrize(("number", "says"), CASES)
def test_a_lock_that_cannot_be_had_says_why(number, says, tmp_path, monkeypatch):
    monkeypatch.setattr("filelock.FileLock.acquire", failing(number))
    claims = Claims(tmp_path)
    with pytest.raises(ResultsError, match=says), claims.claimed("store"):
        pass
    with pytest.raises(ResultsError, match=rf"store\.lock: .*{says}"), claims.waited_for("store"):
        pass


def test_a_lock_that_another_holds_is_no_failure(tmp_path):
    claims = Claims(tmp_path)
    with claims.claimed("block") as mine, claims.claimed("block") as again:
        assert mine
        assert not again
    assert not claims.held("block")
    with claims.waited_for("block"):
        assert claims.held("block")


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.ENOSPC, errno.EROFS])
@pytest.mark.parametrize("call", ["replace", "fsync"])
def test_a_disk_that_fails_to_write_is_one_line_and_what_is_done_stays(
    number, call, tmp_path, monkeypatch, clock_models
):
    rig.run(tmp_path, networks=16)
    before = rig.contents(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(f"os.{call}", failing(number))
        with pytest.raises(CompareError, match=f"cannot be written.*{os.strerror(number)}"):
            rig.run(tmp_path, networks=32)
    after = rig.contents(tmp_path)
    assert {name: after[name] for name in before if name.startswith("cells")} == {
        name: of for name, of in before.items() if name.startswith("cells")
    }


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE])
def test_a_cell_that_cannot_be_read_now_is_not_taken_for_a_damaged_one(number, tmp_path, monkeypatch, clock_models):
    rig.run(tmp_path, networks=16)
    before, read = rig.contents(tmp_path), Path.read_bytes

    def fail(path):
        return failing(number)() if "cells" in path.parts else read(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", fail)
        with pytest.raises(OSError, match=os.strerror(number)):
            rig.run(tmp_path, networks=16)
    assert rig.contents(tmp_path) == before
    assert not (tmp_path / "set-aside").exists()
