"""Checks of a user's task before a run: its specification, and the streams of its first epoch."""

from dataclasses import fields

import numpy as np

from tasks.base.addresses import require_seed
from tasks.base.drawing import draw_epochs, drawn
from tasks.base.errors import BrokenTaskError, require, shown
from tasks.base.fitting import fitted
from tasks.base.outside import told
from tasks.base.rng import Purpose, stream
from tasks.base.spec import TaskSpec
from tasks.base.task import SILENCE, GateAction, Role, Task, Trials

__all__ = ["require_sound"]


def require_sound(task: Task, seed: int) -> None:
    """Raise `BrokenTaskError` unless a task keeps its contract in the first epoch of network 0.

    Its specification must not change. Its streams must fit the specification and depend only on their length and `rng`.
    Only responses with a target may count or be rewarded. Where the ideal gate stores an item, a stimulus channel must
    show a symbol.
    """
    known, remedy = hasattr(type(task), "spec") or hasattr(task, "spec"), "give one such as TASKS['sir2'].build()"
    require(known, "require_sound: task", task, "must be a task", remedy)
    require_seed("require_sound: seed", seed)
    spec = task.spec
    _require_same_spec(task, spec)
    epoch = spec.sequences_per_epoch

    def draw(network: int = 0) -> Trials:
        return drawn(task, epoch, stream(seed, Purpose.TRIALS, network))

    given = draw()
    first = Trials(**{name: values.copy() for name, values in vars(given).items()})
    where = f"task {spec.name!r}: trials({epoch})"
    _require_same(
        where,
        first,
        draw(),
        "when drawn again with the same rng",
        "draw all random numbers from `rng`, and keep nothing between calls",
    )
    again = draw()
    draw(network=1)
    _require_same(where, first, again, "after another stream was drawn", "return new arrays at every call")
    _require_targets(where, first)
    with told(f"task {spec.name!r}: epochs cannot be drawn", "correct `draw_epochs` of the task"):
        block, _ = draw_epochs(task, seed, [0], range(1))
    fitted(block, spec, 1, BrokenTaskError)
    _require_contents(where, first, spec)


def _require_same_spec(task: Task, spec: TaskSpec) -> None:
    again = task.spec
    for field in fields(TaskSpec):
        one, other = getattr(spec, field.name), getattr(again, field.name)
        rule, remedy = f"is {shown(other)} when read again", "let it depend only on the parameters of the task"
        require(one == other, f"task {spec.name!r}: spec.{field.name}", one, rule, remedy, error=BrokenTaskError)


def _require_same(where: str, one: Trials, other: Trials, when: str, remedy: str) -> None:
    steps = len(other)
    rule = f"are {steps} {when}"
    require(len(one) == steps, f"{where}: steps", len(one), rule, remedy, error=BrokenTaskError)
    for field in fields(Trials):
        was, now = getattr(one, field.name), getattr(other, field.name)
        same = was.shape == now.shape and np.array_equal(was, now, equal_nan=was.dtype.kind == "f")
        if not same:
            step = int(np.flatnonzero([not np.array_equal(a, b) for a, b in zip(was, now, strict=True)])[0])
            place, rule = f"{where}: {field.name} at step {step}", f"is {now[step].tolist()} {when}"
            require(False, place, was[step].tolist(), rule, remedy, error=BrokenTaskError)


def _require_targets(where: str, trials: Trials) -> None:
    for name, does in (("counts", "counts"), ("rewarded", "is rewarded")):
        asked = getattr(trials, name) & (trials.target < 0)
        step = int(asked.argmax())
        rule, remedy = f"is none, and the response {does}", f"give a target there, or set {name} to False"
        place = f"{where}: target at step {step}"
        require(not asked.any(), place, int(trials.target[step]), rule, remedy, error=BrokenTaskError)


def _require_contents(where: str, trials: Trials, spec: TaskSpec) -> None:
    """Raise if an item is stored while all stimulus channels are silent."""
    if spec.analog or not spec.items:
        return
    stimuli = trials.symbols[:, spec.channels_with(Role.STIMULUS, Role.BOTH)]
    silent = (stimuli == SILENCE).all(axis=1)
    empty = silent[:, None] & (trials.ideal_gate == GateAction.STORE)
    step, item = divmod(int(empty.argmax()), len(spec.items))
    rule = f"stores item {spec.items[item]!r}, but no stimulus channel shows a symbol"
    remedy = "show the content on a channel with the role Role.STIMULUS or Role.BOTH"
    place = f"{where}: ideal_gate at step {step}"
    require(not empty.any(), place, GateAction.STORE.name, rule, remedy, error=BrokenTaskError)
