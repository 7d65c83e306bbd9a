"""Hierarchical rules: one feature determines which of two others matters, and thus what to remember.

A trial shows a color, a shape, and an orientation in succession. The last requires one of three keys. Under the
*hierarchical* rule, the color determines whether the shape or the orientation matters; each of its three values has a
key. Under the *flat* rule, the key depends on all three features.

If the color comes first, a memory can store only the feature that matters (input gating). If it comes last, a memory
must hold both and release one (output gating).

Source: Badre, Kayser & D'Esposito (2010), Neuron 66:315-326, where a stimulus shows all features at once. The order,
with the context first or last, is from Chatham, Frank & Badre (2014), Neuron 81:930-942.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from tasks.base.automata import Move, build_automaton
from tasks.base.errors import require_choice, require_integer, require_probability
from tasks.base.rng import require_draw
from tasks.base.task import SILENCE, Channel, Criterion, GateAction, Role, TaskSpec, Trials

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Event", "HierarchicalRules", "Order", "Rule"]

COLORS = ("red", "blue")
SHAPES = ("circle", "square", "star")
ORIENTATIONS = ("left", "upright", "right")
KEYS = ("key 1", "key 2", "key 3")
COLOR, SHAPE, ORIENTATION = 0, 1, 2
"""Columns of the ideal gate and of the table of values."""
FIRST_SYMBOL = np.array([0, len(COLORS), len(COLORS) + len(SHAPES)])
ALL = 3
"""Stands for all features, under the flat rule."""


class Event(IntEnum):
    """The kinds of step; the last step of a trial is named by the feature that matters."""

    FEATURE = 0
    SHAPE_DECIDES = 1
    ORIENTATION_DECIDES = 2


EVERYTHING_DECIDES = 1
"""The last step of a trial under the flat rule."""


class Rule(StrEnum):
    """Assignment of stimuli to keys."""

    HIERARCHICAL = "hierarchical"
    FLAT = "flat"


class Order(StrEnum):
    """When the color is shown; saved results have these values."""

    COLOR_FIRST = "colour first"
    COLOR_LAST = "colour last"


@dataclass(frozen=True, kw_only=True)
class HierarchicalRules:
    """The task of hierarchical rules.

    Only the response to the last feature of a trial counts and is rewarded. Shape and orientation have a random order.

    Attributes
    ----------
    name
        Name in the catalog.
    rule
        ``"hierarchical"``: the shape of red stimuli and the orientation of blue stimuli determine the key. ``"flat"``:
        value i of the shape, j of the orientation, and k of the color, from 0, have key (i + 2 j + k) mod 3 + 1. Keys
        are then equally frequent, and no two features determine the key.
    order
        When the color is shown: ``"colour first"`` or ``"colour last"``.
    shape_probability
        Probability of the color red (under the hierarchical rule, that the shape matters). Published: one half.
    trials_per_epoch, zero_error_epochs
        100 and 2, as in SIR.

    Raises
    ------
    ParameterError
        If a value is invalid.

    Examples
    --------
    >>> task = HierarchicalRules()
    >>> stream = task.trials(3, np.random.default_rng(2))
    >>> symbols, keys = task.spec.channels[0].symbols, task.spec.responses
    >>> [symbols[s] + (f" {keys[t]}" if t >= 0 else "") for s, t in zip(stream.symbols[:, 0], stream.target)]
    ['red', 'circle', 'right key 1', 'blue', 'star', 'left key 1', 'red', 'square', 'upright key 2']
    """

    name: str = "hierarchical-rules"
    rule: Rule = Rule.HIERARCHICAL
    order: Order = Order.COLOR_FIRST
    shape_probability: float = 0.5
    trials_per_epoch: int = 100
    zero_error_epochs: int = 2

    def __post_init__(self) -> None:
        object.__setattr__(self, "rule", require_choice("HierarchicalRules.rule", self.rule, Rule))
        object.__setattr__(self, "order", require_choice("HierarchicalRules.order", self.order, Order))
        require_probability("HierarchicalRules.shape_probability", self.shape_probability)
        require_integer("HierarchicalRules.trials_per_epoch", self.trials_per_epoch, least=1)
        require_integer("HierarchicalRules.zero_error_epochs", self.zero_error_epochs, least=1)

    @classmethod
    def badre_2010(cls, **changes: Any) -> Self:
        """The hierarchical rule of Badre, Kayser & D'Esposito (2010), with the color first."""
        return cls(**changes)

    @classmethod
    def badre_2010_flat(cls, **changes: Any) -> Self:
        """A flat rule over the same 18 stimuli."""
        return cls(**{"name": "flat-rules", "rule": Rule.FLAT, **changes})

    @classmethod
    def chatham_2014_context_last(cls, **changes: Any) -> Self:
        """The hierarchical rule with the color last, as in Chatham, Frank & Badre (2014)."""
        return cls(**{"name": "hierarchical-rules-last", "order": Order.COLOR_LAST, **changes})

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        first, hierarchical = self.order is Order.COLOR_FIRST, self.rule is Rule.HIERARCHICAL
        decides = ("shape decides", "orientation decides") if hierarchical else ("everything decides",)
        return TaskSpec(
            name=self.name,
            source="Badre, Kayser & D'Esposito (2010), Neuron 66:315-326"
            if first
            else "Chatham, Frank & Badre (2014), Neuron 81:930-942",
            channels=(Channel(name="feature", symbols=(*COLORS, *SHAPES, *ORIENTATIONS), role=Role.BOTH),),
            responses=KEYS,
            events=("feature", *decides),
            items=("color", "shape", "orientation")[0 if first else 1 :],
            sequence="trial",
            sequences_per_epoch=self.trials_per_epoch,
            criterion=Criterion(zero_error_epochs=self.zero_error_epochs),
        )

    def automaton(self) -> "nx.MultiDiGraph":
        """States are named by the features shown so far."""
        values = {"color": COLORS, "shape": SHAPES, "orientation": ORIENTATIONS}
        red = self.shape_probability
        chances = {name: dict.fromkeys(features, 1 / len(features)) for name, features in values.items()}
        chances["color"] = dict(zip(COLORS, (red, 1 - red), strict=True))

        def kind(feature: str) -> str:
            return next(name for name, features in values.items() if feature in features)

        def moves(seen: tuple[str, ...]) -> Iterator[Move]:
            left = [name for name in values if name not in map(kind, seen)]
            others = [name for name in left if name != "color"]
            turn = self.order is Order.COLOR_FIRST if not seen else not others
            names = ["color"] if turn else others
            for name in names:
                for feature, chance in chances[name].items():
                    now = (*seen, feature)
                    if len(now) < len(values):
                        yield Move(feature, chance / len(names), None, now)
                        continue
                    numbers = [next(i for i, value in enumerate(of) if value in now) for of in values.values()]
                    yield Move(feature, chance / len(names), KEYS[self._key(*numbers)], ())

        return build_automaton(self.name, (), moves, lambda seen: " ".join(seen) or "start")

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` trials of four draws each (`Task.trials`)."""
        require_draw("HierarchicalRules", n, rng)
        draws = rng.random((n, 4))
        value = np.stack([draws[:, 0] >= self.shape_probability, 3 * draws[:, 1], 3 * draws[:, 2]], 1).astype(np.intp)
        if self.rule is Rule.HIERARCHICAL:
            decides = np.where(value[:, COLOR] == 0, SHAPE, ORIENTATION)
            key = value[np.arange(n), decides]
            event = np.where(decides == SHAPE, Event.SHAPE_DECIDES, Event.ORIENTATION_DECIDES)
        else:
            decides, event = np.full(n, ALL), np.full(n, EVERYTHING_DECIDES)
            key = (value[:, SHAPE] + 2 * value[:, ORIENTATION] + value[:, COLOR]) % len(KEYS)
        shape_first = draws[:, 3:] < 0.5
        others = np.where(shape_first, [SHAPE, ORIENTATION], [ORIENTATION, SHAPE])
        color = np.full((n, 1), COLOR)
        order = np.hstack([color, others] if self.order is Order.COLOR_FIRST else [others, color])

        last = np.arange(order.shape[1]) == order.shape[1] - 1
        symbols = np.take_along_axis(value, order, 1) + FIRST_SYMBOL[order]
        answers: NDArray[np.bool_] = np.broadcast_to(last, order.shape).ravel()
        return Trials(
            symbols=symbols.reshape(-1, 1).astype(np.int16),
            target=np.where(last, key[:, None], SILENCE).ravel().astype(np.int16),
            counts=answers,
            rewarded=answers.copy(),
            event=np.where(last, event[:, None], Event.FEATURE).ravel().astype(np.int16),
            starts=np.broadcast_to(np.arange(order.shape[1]) == 0, order.shape).ravel(),
            ideal_gate=self._ideal_gate(order, decides),
        )

    def _key(self, color: int, shape: int, orientation: int) -> int:
        if self.rule is Rule.FLAT:
            return (shape + 2 * orientation + color) % len(KEYS)
        return orientation if color else shape

    def _ideal_gate(self, order: NDArray[np.intp], decides: NDArray[np.intp]) -> NDArray[np.int8]:
        color_first = self.order is Order.COLOR_FIRST
        step, item = np.arange(order.shape[1])[:, None], np.arange(3)
        place = order.argsort(1)[:, None, :]
        does = (decides[:, None] == ALL) | (item == COLOR) | (item == decides[:, None])
        # If the color comes last, both other features may still be relevant.
        may = (does if color_first else np.ones_like(does))[:, None, :]
        gate = np.where(step == place, GateAction.STORE, np.where(step > place, GateAction.HOLD, GateAction.NONE))
        final = np.where(place == step, GateAction.NONE, np.where(does[:, None, :], GateAction.READ, GateAction.HOLD))
        gate = np.where(step == order.shape[1] - 1, final, gate)
        gate = np.where(may, gate, GateAction.NONE)
        return gate[:, :, 0 if color_first else 1 :].reshape(order.size, -1).astype(np.int8)
