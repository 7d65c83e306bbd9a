"""Stored compiled code: whole or absent, in the first writable place; old code goes, code in use stays."""

import os
import threading
import time
from pathlib import Path

import pytest

from tasks.engine.code_store import CHECKSUM, IN_USE, KEPT, CodeStore, KeptNowhereWarning, places, write_whole

NOWHERE = Path(os.devnull) / "cache"


def state(number):
    return f"{number:016x}"


def store(*folders, number=0):
    return CodeStore(folders, "model.kernels", state(number))


def folder(place, number=0):
    return place / "kernels-model.kernels" / state(number)


def test_what_is_saved_is_found_by_its_name_and_state(tmp_path):
    store(tmp_path).save("step", b"code")
    assert store(tmp_path).load("step") == b"code"
    assert store(tmp_path).load("other") is None
    assert store(tmp_path, number=1).load("step") is None
    assert [path.name for path in folder(tmp_path).iterdir()] == ["step.kernel"]


@pytest.mark.parametrize("spoilt", [b"", b"x", b"x" * CHECKSUM, b"x" * 100])
def test_damaged_code_is_not_loaded(tmp_path, spoilt):
    store(tmp_path).save("step", b"code")
    (folder(tmp_path) / "step.kernel").write_bytes(spoilt)
    assert store(tmp_path).load("step") is None


def test_it_is_kept_in_the_first_place_that_can_be_written(tmp_path):
    found = store(NOWHERE, tmp_path)
    found.save("step", b"code")
    assert found.load("step") == store(tmp_path).load("step") == b"code"
    assert found.writable() == folder(tmp_path)


def test_where_it_can_be_kept_nowhere_that_is_said_once(monkeypatch, recwarn):
    monkeypatch.setattr(CodeStore, "warned", False)
    with pytest.warns(KeptNowhereWarning, match=r"cannot be kept in .*cache .*; set NUMBA_CACHE_DIR"):
        store(NOWHERE).save("step", b"code")
    store(NOWHERE).save("step", b"code")
    assert store(NOWHERE).writable() is None
    assert not recwarn.list


def test_places_are_the_one_chosen_or_beside_the_module_then_at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    home = tmp_path / ".cache" / "pbwm"
    assert places(Path("here"), "") == (Path("here") / "__pycache__", home)
    assert places(Path("here"), "there") == (Path("there"), home)


def aged(place, number, seconds):
    store(place, number=number).save("step", b"code")
    used = time.time() - seconds
    os.utime(folder(place, number), (used, used))


def test_old_states_are_removed_but_the_newest_and_those_in_use(tmp_path):
    for number in range(1, 9):
        aged(tmp_path, number, 10 * IN_USE + number)
    for number in range(9, 15):
        aged(tmp_path, number, IN_USE / 2)
    left = {path.name for path in folder(tmp_path).parent.iterdir()}
    assert left == {state(number) for number in range(9, 15)}


def test_the_newest_states_stay_however_old_they_are(tmp_path):
    for number in range(1, 9):
        aged(tmp_path, number, 100 * IN_USE - number)
    store(tmp_path, number=20).save("step", b"code")
    left = {path.name for path in folder(tmp_path).parent.iterdir()}
    assert left == {state(number) for number in (20, 8, 7, 6)}
    assert len(left) == KEPT


def test_code_that_earlier_versions_kept_is_removed_unless_it_is_in_use(tmp_path):
    old, used, other = (tmp_path / f"kernels-{name}" for name in ("0123456789abcdef", "f" * 16, "0123456789abcde_"))
    for place in (old, used, other):
        (place / "kernels_of_numba").mkdir(parents=True)
        (place / "kernels_of_numba" / "step-1.py311.1.nbc").write_bytes(b"code")
    for place in (old, other):
        os.utime(place, (0, 0))
    store(tmp_path).save("step", b"code")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [used.name, other.name, folder(tmp_path).parent.name]
    )


def test_nothing_but_code_in_folders_of_states_is_removed(tmp_path):
    module = folder(tmp_path).parent
    for number in range(1, 9):
        aged(tmp_path, number, 100 * IN_USE - number)
        (folder(tmp_path, number) / "notes.txt").write_text("mine")
        past = time.time() - 100 * IN_USE + number
        os.utime(folder(tmp_path, number), (past, past))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "code.nbc").write_text("not ours")
    (module / state(99)).symlink_to(elsewhere)
    (module / "other").mkdir()
    store(tmp_path, number=20).save("step", b"code")
    assert (elsewhere / "code.nbc").exists()
    assert (module / "other").exists()
    assert all((folder(tmp_path, number) / "notes.txt").exists() for number in range(1, 9))
    assert not (folder(tmp_path, 1) / "step.kernel").exists()


def test_writing_reading_and_removing_at_once_never_shows_half_a_file(tmp_path):
    """Processes make the same calls; threads of one collide more often."""
    wrong, contents = [], [bytes([number]) * 50_000 for number in range(3)]

    def work(own):
        for _ in range(40):
            store(tmp_path).save("step", own)
            found = store(tmp_path).load("step")
            if found is not None and found not in contents:
                wrong.append(found[:4])
            write_whole(folder(tmp_path, 1), "other", own)

    threads = [threading.Thread(target=work, args=(own,)) for own in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert store(tmp_path).load("step") in contents
    assert {path.name for path in folder(tmp_path).iterdir()} == {"step.kernel"}
