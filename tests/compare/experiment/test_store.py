"""A store runs what is missing, each cell once, with any number of processes; a failure loses no finished cell."""

import errno
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from pbwm.compare import models
from pbwm.compare.errors import PlanError, ResultsError, RunFailedError
from pbwm.compare.experiment import Condition, Shard, Store, read_study, run_study
from pbwm.compare.models import Models
from tests.compare.conftest import FailingLearner, entry
from tests.compare.experiment.heard import Heard, run
from tests.compare.experiment.rig import clocks, contents

pytestmark = pytest.mark.usefixtures("clock_models")


def test_only_what_is_missing_is_run(tmp_path):
    assert len(run(tmp_path / "a").blocks) == 4
    assert run(tmp_path / "a").blocks == []
    more = run(tmp_path / "a", clocks(40))
    assert [networks for _, networks in more.blocks] == [range(32, 40)] * 2
    run(tmp_path / "b", clocks(40), workers=3)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_networks_are_added_within_a_block(tmp_path):
    run(tmp_path, clocks(20))
    run(tmp_path, clocks(32))
    cells = Store(tmp_path).cells(clocks().rows()[0])[0]
    assert [cell.networks for cell in cells] == [range(16), range(16, 20), range(20, 32)]
    grown = read_study(clocks(32), Store(tmp_path))
    run(tmp_path / "whole", clocks(32))
    whole = read_study(clocks(32), Store(tmp_path / "whole"))
    for one, other in zip(grown, whole, strict=True):
        assert one.times.epochs.tolist() == other.times.epochs.tolist()
        assert one.final_error.tolist() == other.final_error.tolist()


def test_shards_together_are_the_study(tmp_path):
    run(tmp_path / "whole")
    blocks = [run(tmp_path / "parts", shard=Shard(i, 3)).blocks for i in (1, 2, 3)]
    assert sorted(map(len, blocks)) == [1, 1, 2]
    assert contents(tmp_path / "parts") == contents(tmp_path / "whole")


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "a/b", "-1/3", "١/٣"])
def test_a_shard_that_is_not_there_is_rejected(text):
    with pytest.raises(PlanError, match="i from 1 to n"):
        Shard.parsed(text)


def test_two_at_once_on_one_store_run_no_cell_twice(tmp_path):
    both = [Heard(), Heard()]
    with ThreadPoolExecutor(1) as first, ThreadPoolExecutor(1) as second, ThreadPoolExecutor(2) as users:
        runs = [
            users.submit(run_study, clocks(96), tmp_path / "both", pool, monitor=heard)
            for pool, heard in zip((first, second), both, strict=True)
        ]
        for future in runs:
            future.result()
    built = [networks for name in ("even", "stuck") for networks in _built(name) if len(networks) > 1]
    assert len(built) == 12 + 1  # every block once, and one to compile what both rows need
    run(tmp_path / "one", clocks(96))
    assert contents(tmp_path / "both") == contents(tmp_path / "one")


def _built(name):
    return [learner.numbers for learner in models.MODELS[name].build.built]


def test_a_claim_is_held_by_one_and_free_when_it_ends(tmp_path):
    claims = Store(tmp_path).claims
    with claims.claimed("a") as mine:
        assert mine
        assert claims.held("a")
        with claims.claimed("a") as again, claims.claimed("b") as other:
            assert (again, other) == (False, True)
    assert not claims.held("a")


def test_networks_that_cannot_go_on_keep_no_other_from_it(tmp_path, monkeypatch):
    failing = entry(kind=FailingLearner, name="failing", fluent_after=lambda r: 2)
    catalog = Models({"failing": failing, "even": entry(name="even", fluent_after=lambda r: r % 7)})
    monkeypatch.setattr("pbwm.compare.models.MODELS", catalog)
    condition = Condition(name="failing", models=("failing",))
    study = replace(clocks(32), conditions=(condition, clocks().conditions[0]))
    with pytest.raises(RunFailedError, match=r"2 of 4 blocks failed: sir2 · failing .*not finite"):
        run(tmp_path, study)
    assert [r.times.networks for r in read_study(study, Store(tmp_path))] == [0, 32]


def test_a_write_that_fails_loses_nothing_that_is_done(tmp_path, monkeypatch):
    study = clocks(48)
    replaced, count = os.replace, []

    def full(source, target):
        if Path(target).parent.parent.name == "cells":
            count.append(target)
            if len(count) > 7:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return replaced(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        with pytest.raises(ResultsError, match=r"No space left on device.*free space"):
            run(tmp_path / "a", study)
    done = [r.times.networks for r in read_study(study, Store(tmp_path / "a"))]
    assert sum(done) == 2 * 16
    run(tmp_path / "a", study)
    run(tmp_path / "b", study)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_a_write_that_fails_keeps_the_networks_that_were_to_be_trained_further(tmp_path, monkeypatch):
    run(tmp_path / "a", clocks(16, epochs=5))
    before, written = contents(tmp_path / "a" / "cells"), Path.write_bytes

    def full(path, data):
        if path.suffix == ".h5":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return written(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(ResultsError, match=r"networks-0000-0015\.h5: .*No space left on device.*free space"):
            run(tmp_path / "a", clocks(16))
    assert contents(tmp_path / "a" / "cells") == before
    assert not list((tmp_path / "a" / "working").glob(".*"))
    assert run(tmp_path / "a", clocks(16)).messages == []


@pytest.fixture
def small_disk(tmp_path):
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if os.name != "posix" or os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_stops_the_study_and_loses_nothing_that_is_done(small_disk, tmp_path):
    study = clocks(64)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(2 * 1024**2 - 160 * 1024))
    with pytest.raises(ResultsError, match=r"No space left on device.*free space"):
        run(small_disk / "a", study)
    done = sum(r.times.networks for r in read_study(study, Store(small_disk / "a")))
    assert 16 <= done < 128
    ballast.unlink()
    heard = run(small_disk / "a", study)
    assert len(heard.blocks) == 8 - done // 16
    run(tmp_path / "b", study)
    assert contents(small_disk / "a") == contents(tmp_path / "b")
