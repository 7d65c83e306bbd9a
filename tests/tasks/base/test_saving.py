"""Files of networks are read as written, and other files are rejected by name."""

import json
import struct
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from tasks.base.errors import SavedFileError
from tasks.base.learner import Outcome, Population
from tasks.base.saving import METADATA, Saveable, Snapshot, checksum, model_of, read_snapshot, write_snapshot
from tasks.sir import SIR

SPEC = SIR().spec


@dataclass(frozen=True)
class Pace:
    ticks: int = 7
    rate: float = 0.1

    def __post_init__(self):
        if self.ticks > 9:
            raise ValueError(f"Pace.ticks = {self.ticks} must be at most 9; give fewer")


class Clock(Saveable):
    """Networks that count their runs, from their network number on."""

    name = "clock"
    params_kind = Pace

    def __init__(self, spec, networks, params=None, kept=None):
        self.spec, self.params, self.numbers, self.networks = spec, params or Pace(), networks, len(networks)
        self.count = np.array(networks, np.float32) if kept is None else kept

    def run(self, block, *, learn=True, record=False):
        self.count = self.count + self.params.rate
        return Outcome.of(block, block.target)

    def snapshot(self):
        return Snapshot(
            model=self.name,
            spec=self.spec,
            params=self.params,
            seed=3,
            networks=self.numbers,
            dtype="float32",
            state={"count": self.count.copy(), "weights of a": np.pi * self.count[:, None]},
        )

    @classmethod
    def from_snapshot(cls, snapshot, **options):
        return cls(snapshot.spec, snapshot.networks, snapshot.params, snapshot.state["count"])


@pytest.fixture
def path(tmp_path):
    return tmp_path / "clocks.safetensors"


@pytest.fixture
def saved(path):
    Clock(SPEC, range(3, 7)).save(path)
    return path


def test_what_is_read_is_what_was_written(path):
    clock = Clock(SPEC, range(3, 11, 2), Pace(rate=1 / 3))
    clock.save(path)
    written, read = clock.snapshot(), read_snapshot(path, "clock", Pace)
    assert replace(read, state={}) == replace(written, state={})
    assert read.state.keys() == written.state.keys()
    for name, values in written.state.items():
        np.testing.assert_array_equal(read.state[name], values)
        assert read.state[name].dtype == values.dtype
    assert Clock.load(str(path)).count.tolist() == [3, 5, 7, 9]
    assert model_of(path) == "clock"


def test_the_same_networks_make_the_same_file(path, saved):
    before = saved.read_bytes()
    Clock(SPEC, range(3, 7)).save(path)
    assert path.read_bytes() == before


def test_a_population_is_one_file(path):
    population = Population(lambda r: Clock(SPEC, r), 37)
    population.save(path)
    again = Population.load(path, Clock, threads=2)
    assert [block.numbers for block in again.blocks] == [range(16), range(16, 32), range(32, 37)]
    np.testing.assert_array_equal(again.snapshot().state["count"], np.arange(37))


def test_a_block_is_a_population_too(saved):
    population = Population.load(saved, Clock)
    assert population.networks == 4
    assert population.snapshot().networks == range(3, 7)


def test_an_earlier_file_stays_if_writing_fails(saved, monkeypatch):
    def fails(*_):
        raise OSError(28, "No space left on device")

    before = saved.read_bytes()
    monkeypatch.setattr(Path, "write_bytes", fails)
    with pytest.raises(SavedFileError, match=r"clocks.safetensors: cannot be written \(No space left on device\)"):
        Clock(SPEC, range(2)).save(saved)
    assert [p.read_bytes() for p in saved.parent.iterdir()] == [before]


def test_parameters_that_would_not_come_back_are_not_written(path):
    with pytest.raises(SavedFileError, match=r"params.rate = '0.1' is not of type float"):
        Clock(SPEC, range(2), Pace(rate="0.1")).save(path)
    assert not path.exists()


def test_places_that_cannot_be_written_are_named(tmp_path):
    with pytest.raises(SavedFileError, match=r"nowhere/x.safetensors: cannot be written"):
        Clock(SPEC, range(2)).save(tmp_path / "nowhere" / "x.safetensors")


@pytest.mark.parametrize("given", [None, 3, b"clocks.safetensors"])
def test_what_is_no_path_is_rejected(given):
    for load in (Clock.load, lambda path: Population.load(path, Clock)):
        with pytest.raises(SavedFileError, match=r"load: path = .* is not a path; give a file that `save` has written"):
            load(given)
    for networks in (Clock(SPEC, range(2)), Population(lambda r: Clock(SPEC, r), 2)):
        with pytest.raises(SavedFileError, match=r"save: path = .* is not a path; give the path of a file"):
            networks.save(given)


def header(data):
    size = struct.unpack("<Q", data[:8])[0]
    return data[:8], data[8 : 8 + size], data[8 + size :]


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda data: data[:-1], "is not a safetensors file, or is truncated"),
        (lambda data: data[:100], "is not a safetensors file, or is truncated"),
        (lambda data: b"", "is not a safetensors file, or is truncated"),
        (lambda data: b"PK\x03\x04 something else altogether", "is not a safetensors file, or is truncated"),
        (lambda data: flipped(data, len(data) - 1), "is damaged: its checksum does not match its contents"),
        (lambda data: data.replace(b'\\"seed\\": 3', b'\\"seed\\": 4'), "is damaged: its checksum"),
        (lambda data: data.replace(b"0.1", b"0.2"), "is damaged: its checksum"),
        (lambda data: data.replace(b"count", b"cuont"), "is damaged: its checksum"),
    ],
)
def test_damaged_files_are_rejected(saved, harm, message):
    before = saved.read_bytes()
    saved.write_bytes(harm(before))
    assert saved.read_bytes() != before
    with pytest.raises(SavedFileError, match=f"clocks.safetensors: {message}"):
        Clock.load(saved)


def test_every_byte_is_watched(saved):
    before = saved.read_bytes()
    blank = {at for at in range(len(before)) if before[at : at + 1] == b" "}  # JSON may have other blanks
    for at in range(0, len(before), 7):
        saved.write_bytes(flipped(before, at))
        if at not in blank:
            with pytest.raises(SavedFileError, match=r"clocks.safetensors"):
                Clock.load(saved)


def test_a_file_that_is_not_there_and_a_directory(tmp_path):
    with pytest.raises(SavedFileError, match=r"none.safetensors: there is no such file"):
        Clock.load(tmp_path / "none.safetensors")
    with pytest.raises(SavedFileError, match="is not a safetensors file"):
        Clock.load(tmp_path)


def test_tensors_of_others_are_rejected(path):
    for metadata in (None, {"format": "pt"}, {METADATA: "{"}, {METADATA: "[]"}, {METADATA: '{"format": "x"}'}):
        save_file({"count": np.zeros(3)}, path, metadata)
        with pytest.raises(SavedFileError, match=r"clocks.safetensors: contains no networks of this package"):
            Clock.load(path)


def rewritten(path, **changes):
    """The file with changed metadata and a valid checksum."""
    snapshot = Clock(SPEC, range(2)).snapshot()
    write_snapshot(path, snapshot)
    about = json.loads(json.loads(header(path.read_bytes())[1])["__metadata__"][METADATA])
    del about["sha256"]
    about = {name: value for name, value in (about | changes).items() if value is not None}
    state = dict(snapshot.state)
    save_file(state, path, {METADATA: json.dumps(about | {"sha256": checksum(about, state)})})
    return path


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"version": 3, "package": "9.1"},
            "is of version 3, and 2 is the newest known here; it was written by pbwm 9.1",
        ),
        ({"version": [2]}, r"is of version \[2\], and 2 is the newest known here"),
        ({"model": "watch"}, "holds networks of 'watch', not of 'clock'; load it as that model"),
        (
            {"params": {"class": "Pace", "ticks": 3}},
            r"params: missing fields = \['rate'\] of Pace; load it with",
        ),
        (
            {"params": {"class": "Pace", "ticks": 3, "rate": 1.0, "tempo": 2}},
            r"unknown fields = \['tempo'\]",
        ),
        ({"params": {"class": "Pace", "ticks": 10, "rate": 1.0}}, "Pace.ticks = 10 must be at most 9; give fewer"),
        ({"spec": {"class": "Task"}}, "spec.class = 'Task' must be one of 'TaskSpec'"),
        ({"seed": "3"}, "seed = '3' is not of type int"),
        ({"seed": None}, "seed = None is not of type int"),
        ({"networks": [0, 0, 1]}, r"networks = \(0, 0, 1\) hold no network"),
    ],
)
def test_files_that_do_not_fit_are_rejected(path, changes, message):
    with pytest.raises(SavedFileError, match=f"clocks.safetensors.*{message}"):
        Clock.load(rewritten(path, **changes))


@pytest.mark.parametrize("numbers", [[0, 1, 1], [0, 4, 1], [0, 4, 4]])
def test_a_state_with_rows_of_other_networks_is_rejected(path, numbers):
    there = len(range(*numbers))
    message = rf"state 'count' = \(2,\) must have a row for each of the {there} networks; load it with the version"
    for load in (Clock.load, lambda path: Population.load(path, Clock)):
        with pytest.raises(SavedFileError, match=f"clocks.safetensors.*{message}"):
            load(rewritten(path, networks=numbers))


def test_a_file_of_version_1_is_read(path):
    """It called the numbers of networks `replicas`."""
    before = rewritten(path, version=1, networks=None, replicas=[3, 5, 1])
    assert read_snapshot(before, "clock", Pace).networks == range(3, 5)


def test_a_rewritten_file_without_changes_is_read(path):
    assert Clock.load(rewritten(path)).count.tolist() == [0, 1]
