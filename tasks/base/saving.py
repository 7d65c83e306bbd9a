"""Networks in files: a safetensors file with weights, activity, task and parameters of a population.

Tensors are the state, each (network, …). The metadata is one JSON text with a checksum. Loaded networks continue bit
for bit.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from tasks.base.errors import SavedFileError, require
from tasks.base.files import path_of, written_whole
from tasks.base.serialization import from_plain, to_plain
from tasks.base.task import TaskSpec

__all__ = [
    "SUFFIX",
    "Saveable",
    "Snapshot",
    "check_state",
    "model_of",
    "read_snapshot",
    "require_in_state",
    "require_precision",
    "require_state",
    "snapshot_bytes",
    "write_snapshot",
]

SUFFIX = ".safetensors"
FORMAT, VERSION = "gated working memory networks", 2
"""Format in the metadata, and version of the layout."""
NUMBERS = {1: "replicas", 2: "networks"}
"""Name of the network numbers in each readable version."""
METADATA = "networks"


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Complete state of a population at one moment.

    Attributes
    ----------
    model, spec, params
        Name of the model, task, and parameters.
    seed, networks
        Root seed of the study, and network numbers.
    dtype
        Precision.
    state
        Weights, activity and other state by name, each (network, …).
    """

    model: str
    spec: TaskSpec
    params: Any
    seed: int
    networks: range
    dtype: str
    state: Mapping[str, NDArray[Any]]

    @classmethod
    def joined(cls, parts: Sequence["Snapshot"]) -> "Snapshot":
        """Blocks with consecutive network numbers as one."""
        first, last = parts[0], parts[-1]
        networks = range(first.networks.start, last.networks.stop, first.networks.step)
        state = {name: np.concatenate([part.state[name] for part in parts]) for name in first.state}
        return replace(first, networks=networks, state=state)

    def part(self, places: range) -> "Snapshot":
        """The networks at some `places`."""
        where = slice(places.start, places.stop)
        state = {name: values[where] for name, values in self.state.items()}
        return replace(self, networks=self.networks[where], state=state)


class Saveable(ABC):
    """A block of networks that can be saved and loaded."""

    name: ClassVar[str]
    params_kind: ClassVar[type]

    @abstractmethod
    def snapshot(self) -> Snapshot:
        """Copies of the complete state of the networks."""

    @classmethod
    @abstractmethod
    def from_snapshot(cls, snapshot: Snapshot, **options: Any) -> Self:
        """The networks of a snapshot, which continue bit for bit."""

    def save(self, path: str | PathLike[str]) -> None:
        """Write the networks to a file (``.safetensors``), atomically.

        Raises
        ------
        SavedFileError
            If it cannot be written.
        """
        write_snapshot(path_of("save: path", path, "give the path of a file"), self.snapshot())

    @classmethod
    def load(cls, path: str | PathLike[str], **options: Any) -> Self:
        """The networks of a file that `save` has written.

        `options` are arguments of the constructor on which results do not depend.

        Raises
        ------
        SavedFileError
            If the file is missing, damaged, of another kind, or does not fit this version.
        """
        file = path_of("load: path", path, "give a file that `save` has written")
        return cls.from_snapshot(read_snapshot(file, cls.name, cls.params_kind), **options)


def write_snapshot(path: Path, snapshot: Snapshot) -> None:
    """Write a snapshot to a file, atomically.

    Raises
    ------
    SavedFileError
        If it cannot be written, or the parameters could not be read back.
    """
    data = snapshot_bytes(snapshot)
    with written_whole(path) as temporary:
        temporary.write_bytes(data)


def snapshot_bytes(snapshot: Snapshot) -> bytes:
    """Content of the file of a snapshot (errors: `write_snapshot`)."""
    state = {name: np.ascontiguousarray(values) for name, values in snapshot.state.items()}
    about = {
        "format": FORMAT,
        "version": VERSION,
        "package": package_version(),
        "model": snapshot.model,
        "spec": to_plain(snapshot.spec, "spec"),
        "params": to_plain(snapshot.params, "params"),
        "seed": int(snapshot.seed),
        "networks": [snapshot.networks.start, snapshot.networks.stop, snapshot.networks.step],
        "dtype": snapshot.dtype,
    }
    again = from_plain(about["params"], type(snapshot.params), "params")
    _require(again == snapshot.params, "params", snapshot.params, f"would be read back as {again!r}", "fix its types")
    metadata = {METADATA: json.dumps(about | {"sha256": checksum(about, state)}, ensure_ascii=False)}
    # Not `save_file`: its own temporary file would remain if the process were killed.
    return save(state, metadata)


def read_snapshot(path: Path, model: str, params_kind: type) -> Snapshot:
    """Read the networks of a `model` with parameters of `params_kind`.

    Raises
    ------
    SavedFileError
        If the file is missing, damaged, of another kind or model, or does not fit this version.
    """
    about, state = _contents(path)
    of_model = f"networks of {about.get('model')!r}"
    _file(path, about.get("model") == model, f"holds {of_model}, not of {model!r}", "load it as that model")
    try:
        networks = from_plain(about.get(NUMBERS[about["version"]]), tuple[int, int, int], "networks")
        _require(networks[2] != 0 and len(range(*networks)) > 0, "networks", networks, "hold no network", REWRITE)
        for name, values in state.items():
            rule = f"must have a row for each of the {len(range(*networks))} networks"
            _require(values.shape[:1] == (len(range(*networks)),), f"state {name!r}", values.shape, rule, REWRITE)
        snapshot = Snapshot(
            model=model,
            spec=from_plain(about.get("spec"), TaskSpec, "spec"),
            params=from_plain(about.get("params"), params_kind, "params"),
            seed=from_plain(about.get("seed"), int, "seed"),
            networks=range(*networks),
            dtype=from_plain(about.get("dtype"), str, "dtype"),
            state=state,
        )
    except (ValueError, OverflowError) as error:  # ours, and those of the parameters' own checks
        raise SavedFileError(f"{path}, written by version {about.get('package')}: {error}") from error
    return snapshot


def model_of(path: Path) -> str:
    """Name of the model in a file.

    Raises
    ------
    SavedFileError
        If the file is missing, damaged, or of another kind.
    """
    return str(_contents(path_of("model_of: path", path, "give the file of networks"))[0].get("model"))


def require_state(state: object) -> None:
    """Raise `SavedFileError` unless a state is a dictionary."""
    _require(isinstance(state, Mapping), "state", type(state).__name__, "must be a dictionary of arrays", REWRITE)


def require_precision(snapshot: Snapshot, precision: str) -> None:
    """Raise `SavedFileError` unless a snapshot has the `precision` of its networks, "float32" or "float64"."""
    rule = f"must be {precision!r}, the precision of these networks"
    _require(snapshot.dtype == precision, "dtype", snapshot.dtype, rule, REWRITE)


def check_state(model: str, state: Mapping[str, NDArray[Any]], like: Mapping[str, NDArray[Any]]) -> None:
    """Raise `SavedFileError` unless a `state` has the names, shapes and precision of `like`.

    Numbers must be finite, except where `like` networks have NaN.
    """
    require_state(state)
    for says, names in (("not known", state.keys() - like.keys()), ("missing", like.keys() - state.keys())):
        _require(not names, f"state: arrays {says}", sorted(names), f"to {model!r}", REWRITE)
    for name, values in state.items():
        kind, rule = type(values).__name__, "must be a NumPy array"
        _require(isinstance(values, np.ndarray), f"state {name!r}", kind, rule, REWRITE)
        found, wanted = (values.shape, values.dtype.name), (like[name].shape, like[name].dtype.name)
        _require(found == wanted, f"state {name!r}", found, f"must be {wanted} (shape, precision)", REWRITE)
        held = np.isnan(values) & np.isnan(like[name])
        require_in_state(name, values, np.isfinite(values) | held, "must be finite")


def require_in_state(name: str, values: NDArray[Any], right: NDArray[np.bool_], rule: str) -> None:
    """Raise `SavedFileError` unless all `values` (network, …) are `right`."""
    if not right.all():
        place = tuple(int(i) for i in np.argwhere(~right)[0])
        rule, remedy = f"{rule} (network {place[0]}, place {place[1:]})", "leave the network out, or load another file"
        _require(False, f"state {name!r}", float(values[place]), rule, remedy)


def package_version() -> str | None:
    """Version of this package, if it is installed."""
    try:
        return version("pbwm")
    except PackageNotFoundError:
        return None


def checksum(about: Mapping[str, Any], state: Mapping[str, NDArray[Any]]) -> str:
    """SHA-256 of metadata and state, name by name."""
    digest = sha256(json.dumps(about, sort_keys=True).encode())
    for name in sorted(state):
        digest.update(f"{name} {state[name].dtype} {state[name].shape}".encode())
        digest.update(state[name].tobytes())
    return digest.hexdigest()


REWRITE = "load it with the version that wrote it"


def _require(condition: bool, where: str, value: object, rule: str, remedy: str) -> None:
    require(condition, where, value, rule, remedy, error=SavedFileError)


def _file(path: Path, condition: bool, rule: str, remedy: str) -> None:
    if not condition:
        raise SavedFileError(f"{path}: {rule}; {remedy}")


def _contents(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    another = "give a file that `save` has written"
    try:
        with safe_open(path, framework="numpy") as file:
            text = (file.metadata() or {}).get(METADATA, "{}")
            state = {name: np.array(file.get_tensor(name)) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        missing = isinstance(error, FileNotFoundError)
        rule = "there is no such file" if missing else f"is not a safetensors file, or is truncated ({error})"
        raise SavedFileError(f"{path}: {rule}; {another}") from None
    try:
        about = json.loads(text)
    except ValueError:
        about = None
    ours = isinstance(about, dict) and about.get("format") == FORMAT
    _file(path, ours, "contains no networks of this package", another)
    theirs = f"is of version {about.get('version')!r}, and {VERSION} is the newest known here"
    _file(path, about.get("version") in (*NUMBERS,), theirs, f"it was written by pbwm {about.get('package')}: use that")
    said = about.pop("sha256", None)
    _file(path, said == checksum(about, state), "is damaged: its checksum does not match its contents", "use a backup")
    return about, state
