"""The specification of a task, from which models are built."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from tasks.base.answers import Answer, Choice, Quantity
from tasks.base.errors import require, require_choice, require_integer, require_name, require_real, require_truth
from tasks.base.serialization import LATER

__all__ = ["AnalogChannel", "Channel", "Criterion", "GateAction", "Role", "TaskSpec", "require_spec"]

MOST_SEQUENCES = 1_000_000
"""Most sequences of an epoch, which is drawn as a whole."""


class GateAction(IntEnum):
    """Action of a perfect memory on an item at a step: the *ideal gate*."""

    NONE = 0
    STORE = 1
    HOLD = 2
    READ = 3
    CLEAR = 4


class Role(StrEnum):
    """Role of a channel: content to remember, instruction, or both.

    Memory stores symbols of stimulus channels. An instruction that must be remembered needs a channel that is both.
    """

    STIMULUS = "stimulus"
    CONTROL = "control"
    BOTH = "stimulus and control"


@dataclass(frozen=True, kw_only=True)
class Channel:
    """An input channel: its symbols (one unit each) and its role; an invalid value raises `ParameterError`."""

    name: str
    symbols: tuple[str, ...]
    role: Role

    def __post_init__(self) -> None:
        require_name("Channel.name", self.name)
        where = f"Channel {self.name!r}"
        object.__setattr__(self, "symbols", _names(f"{where}.symbols", self.symbols))
        if not isinstance(self.role, Role):
            object.__setattr__(self, "role", require_choice(f"{where}.role", self.role, Role))
        require(len(self.symbols) > 0, f"{where}.symbols", self.symbols, "is empty", "name its symbols")


@dataclass(frozen=True, kw_only=True)
class AnalogChannel:
    """An input unit with a real value from `low` to `high`, possibly infinite; errors as for `Channel`."""

    name: str
    low: float
    high: float
    role: Role

    def __post_init__(self) -> None:
        require_name("AnalogChannel.name", self.name)
        if not isinstance(self.role, Role):
            object.__setattr__(self, "role", require_choice(f"AnalogChannel {self.name!r}.role", self.role, Role))
        for name in ("low", "high"):
            require_real(f"AnalogChannel {self.name!r}.{name}", getattr(self, name))
        require(
            self.low < self.high,
            f"AnalogChannel {self.name!r}.low",
            self.low,
            f"must be below high = {self.high!r}",
            "give the least and the greatest value",
        )


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """Definition of learned: `zero_error_epochs` successive epochs without an error."""

    zero_error_epochs: int

    def __post_init__(self) -> None:
        require_integer("Criterion.zero_error_epochs", self.zero_error_epochs, least=1)

    def __str__(self) -> str:
        count = self.zero_error_epochs
        return f"{count} successive epochs without an error" if count > 1 else "one epoch without an error"


@dataclass(frozen=True, kw_only=True)
class TaskSpec:
    """Specification of a task, from which learners are built.

    Attributes
    ----------
    name
        Name in the catalog.
    source
        The paper that defines the task.
    channels
        Input channels; one unit per symbol.
    responses
        Names of the responses. For a quantity, only its name.
    events
        Names of the kinds of step.
    items
        Names of the items to be remembered; columns of `Trials.ideal_gate`.
    sequence
        Name of a sequence ("outer loop", "trial").
    sequences_per_epoch
        Sequences in an epoch: 1 to `MOST_SEQUENCES`.
    criterion
        When a network has learned.
    analog
        Analog channels; columns of `Trials.values`.
    answer
        Kind of answer; by default one response.
    resets_memory
        Whether memory is reset at every start (`Trials.starts`): only weights persist, and no error crosses it.

    Raises
    ------
    ParameterError
        If an input, choice, kind of step, or sequence is missing, a field has the wrong type, two names are equal, or
        an epoch is too long.
    """

    name: str
    source: str
    channels: tuple[Channel, ...]
    responses: tuple[str, ...]
    events: tuple[str, ...]
    items: tuple[str, ...]
    sequence: str
    sequences_per_epoch: int
    criterion: Criterion
    analog: tuple[AnalogChannel, ...] = field(default=(), metadata=LATER)
    answer: Answer = field(default_factory=Choice, metadata=LATER)
    resets_memory: bool = field(default=False, metadata=LATER)

    def __post_init__(self) -> None:
        self._check_kinds()
        inputs = len(self.channels) + len(self.analog)
        require(inputs > 0, "TaskSpec.channels", self.channels, "is empty", "give at least one channel")
        if isinstance(self.answer, Quantity):
            rule = "must be one name, because the answer is a quantity"
            require(len(self.responses) == 1, "TaskSpec.responses", self.responses, rule, "name the quantity")
        else:
            rule = "leaves no choice"
            require(len(self.responses) > 1, "TaskSpec.responses", self.responses, rule, "give at least two")
        require(len(self.events) > 0, "TaskSpec.events", self.events, "is empty", "name at least one kind of step")
        require_integer("TaskSpec.sequences_per_epoch", self.sequences_per_epoch, least=1, most=MOST_SEQUENCES)

    def _check_kinds(self) -> None:
        require_name("TaskSpec.name", self.name)
        for name in ("responses", "events", "items"):
            object.__setattr__(self, name, _names(f"TaskSpec.{name}", getattr(self, name)))
        for name, kind in (("channels", Channel), ("analog", AnalogChannel)):
            values = getattr(self, name)
            fits = isinstance(values, tuple | list) and all(isinstance(value, kind) for value in values)
            rule, remedy = f"must be a tuple of {kind.__name__}", f"give ({kind.__name__}(…),) for a single one"
            require(fits, f"TaskSpec.{name}", values, rule, remedy)
            object.__setattr__(self, name, tuple(values))
        _names("TaskSpec: names of channels", [*(c.name for c in self.channels), *(c.name for c in self.analog)])
        for name, kinds in (("source", str), ("sequence", str), ("criterion", Criterion), ("answer", Answer)):
            value, wanted = getattr(self, name), "a string" if kinds is str else f"of type {name.capitalize()}"
            require(isinstance(value, kinds), f"TaskSpec.{name}", value, f"must be {wanted}", "give one")
        require_truth("TaskSpec.resets_memory", self.resets_memory)

    def channels_with(self, *roles: Role) -> tuple[int, ...]:
        """Indices of the channels with one of the `roles`."""
        return tuple(i for i, channel in enumerate(self.channels) if channel.role in roles)


def require_spec(field: str, spec: object, *, error: type[Exception]) -> None:
    """Raise `error` unless `spec` is a `TaskSpec`."""
    require(isinstance(spec, TaskSpec), field, spec, "is not a TaskSpec", "give the `spec` of a task", error=error)


def _names(where: str, values: object) -> tuple[str, ...]:
    listed = values if isinstance(values, tuple | list) else ()
    fits = isinstance(values, tuple | list) and all(isinstance(name, str) and name for name in listed)
    rule, remedy = "must be a tuple of names", "give a tuple of strings, as in ('A',)"
    require(fits, where, values, rule, remedy)
    require(len(set(listed)) == len(listed), where, values, "has a name twice", "give each a different name")
    return tuple(listed)
