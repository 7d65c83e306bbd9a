"""The specification of a task, from which models are built: channels, answers, events, criterion (`TaskSpec`)."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from tasks.base.answers import Answer, Choice, Quantity
from tasks.base.errors import require, require_real
from tasks.base.serialization import LATER

__all__ = ["AnalogChannel", "Channel", "Criterion", "GateAction", "Role", "TaskSpec", "require_spec"]


class GateAction(IntEnum):
    """Action of a perfect memory on one item at one step: the task's *ideal gate*."""

    NONE = 0
    STORE = 1
    HOLD = 2
    READ = 3
    CLEAR = 4


class Role(StrEnum):
    """Role of a channel: content to remember, instruction, or both."""

    STIMULUS = "stimulus"
    CONTROL = "control"
    BOTH = "stimulus and control"


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One input channel: its symbols (one unit each) and its role."""

    name: str
    symbols: tuple[str, ...]
    role: Role

    def __post_init__(self) -> None:
        require(len(self.symbols) > 0, f"Channel {self.name!r}.symbols", self.symbols, "is empty", "name its symbols")


@dataclass(frozen=True, kw_only=True)
class AnalogChannel:
    """One input unit that shows a real value at every step.

    Attributes
    ----------
    name
        Its name.
    low, high
        Smallest and largest value; infinite without a limit.
    role
        Its role.

    Raises
    ------
    ParameterError
        If the limits are not such.
    """

    name: str
    low: float
    high: float
    role: Role

    def __post_init__(self) -> None:
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
    """When a network has learned: `zero_error_epochs` successive epochs without an error."""

    zero_error_epochs: int

    def __post_init__(self) -> None:
        require(
            self.zero_error_epochs >= 1,
            "Criterion.zero_error_epochs",
            self.zero_error_epochs,
            "must be at least 1",
            "give the number of successive epochs without an error",
        )

    def __str__(self) -> str:
        count = self.zero_error_epochs
        return f"{count} successive epochs without an error" if count > 1 else "one epoch without an error"


@dataclass(frozen=True, kw_only=True)
class TaskSpec:
    """Specification of a task, from which learners are built.

    Attributes
    ----------
    name
        Name in the catalogue.
    source
        The paper that defines the task.
    channels
        Input channels; one unit per symbol.
    responses
        Names of the responses; `Trials.target` indexes them. For a quantity, only its name.
    events
        Names of the kinds of step; `Trials.event` indexes them.
    items
        Names of the items that must be remembered; columns of `Trials.ideal_gate`.
    sequence
        Name of a sequence ("outer loop", "trial").
    sequences_per_epoch
        Sequences in an epoch.
    criterion
        When a network has learned.
    analog
        Input units that show real values; `Trials.values` has a column for each.
    answer
        Kind of answer; by default one response.
    resets_memory
        Whether memory is reset at every start (`Trials.starts`). Only learned weights persist: activity, errors and
        traces of activity do not cross a start.

    Raises
    ------
    ParameterError
        If there is no input, no choice, or no sequence in an epoch.
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
        inputs = len(self.channels) + len(self.analog)
        require(inputs > 0, "TaskSpec.channels", self.channels, "is empty", "give at least one channel")
        if isinstance(self.answer, Quantity):
            rule = "must be one name, because the answer is a quantity"
            require(len(self.responses) == 1, "TaskSpec.responses", self.responses, rule, "name the quantity")
        else:
            rule = "leaves no choice"
            require(len(self.responses) > 1, "TaskSpec.responses", self.responses, rule, "give at least two")
        require(
            self.sequences_per_epoch >= 1,
            "TaskSpec.sequences_per_epoch",
            self.sequences_per_epoch,
            "must be at least 1",
            "give the number of sequences in an epoch",
        )

    def channels_with(self, *roles: Role) -> tuple[int, ...]:
        """Indices of the channels of symbols that have one of the `roles`."""
        return tuple(i for i, channel in enumerate(self.channels) if channel.role in roles)


def require_spec(field: str, spec: object, *, error: type[Exception]) -> None:
    """Raise `error` unless a value is the specification of a task, and not its name or the task itself."""
    require(isinstance(spec, TaskSpec), field, spec, "is not a TaskSpec", "give the `spec` of a task", error=error)
