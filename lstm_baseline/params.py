"""Parameters of an LSTM: its form, its size, how it starts, and how it learns."""

from dataclasses import dataclass, field, replace
from math import inf, isfinite
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_baseline.errors import LSTMParameterError
from lstm_baseline.kernels.squashing import Squashing
from lstm_baseline.rules import Adam, Learning, Reward, need_count, need_number, need_one_of
from tasks.base.errors import require

__all__ = ["GateBias", "LSTMParams"]

DTYPES = ("float32", "float64")


def _need(condition: bool, field_name: str, value: object, rule: str, remedy: str) -> None:
    require(condition, field_name, value, rule, remedy, error=LSTMParameterError)


@dataclass(frozen=True, kw_only=True)
class GateBias:
    """The bias a kind of gate starts with: `first` in the first block, `step` more in each block after it.

    Examples
    --------
    >>> GateBias(first=-0.5, step=-0.5).of_blocks(4)
    array([-0.5, -1. , -1.5, -2. ])
    """

    first: float = 0.0
    step: float = 0.0

    def __post_init__(self) -> None:
        for name, value in (("first", self.first), ("step", self.step)):
            finite = isinstance(value, Real) and isfinite(value)
            _need(finite, f"GateBias.{name}", value, "must be a finite number", "give a bias such as -0.5")

    def of_blocks(self, blocks: int) -> NDArray[np.float64]:
        """The bias of every block, shape (blocks,)."""
        return self.first + self.step * np.arange(blocks, dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class LSTMParams:
    """What an LSTM is and how it learns. Start from `modern` or `gers_2000`.

    Attributes
    ----------
    g, h : Squashing
        Bounds of a cell's input and output.
    blocks, cells_per_block : int
        Memory blocks, and the cells that share the three gates of a block.
    cell_bias : bool
        Whether cells have a bias beside their gates.
    input_to_output : bool
        Whether output units see the inputs beside the cells.
    initial_weight : float
        First weights are uniform in ±this; the default is 1/√8, for 8 cells.
    input_gate_bias, forget_gate_bias, output_gate_bias : GateBias
        What the biases of gates start with; other biases start with 0.
    learning : Learning
        Learning rule and optimiser.
    dtype : {"float32", "float64"}
        Precision.
    """

    g: Squashing = Squashing.TANH
    h: Squashing = Squashing.TANH
    blocks: int = 8
    cells_per_block: int = 1
    cell_bias: bool = True
    input_to_output: bool = False
    initial_weight: float = 0.35
    input_gate_bias: GateBias = field(default_factory=GateBias)
    forget_gate_bias: GateBias = field(default_factory=lambda: GateBias(first=1.0))
    output_gate_bias: GateBias = field(default_factory=GateBias)
    learning: Learning = field(default_factory=Learning)
    dtype: str = "float32"

    def __post_init__(self) -> None:
        for name, kind in (("g", self.g), ("h", self.h)):
            known = isinstance(kind, Squashing)
            _need(known, f"LSTMParams.{name}", kind, "is no squashing function", "give a member of Squashing")
        for name in ("blocks", "cells_per_block"):
            need_count("LSTMParams", name, getattr(self, name))
        for name in ("input_gate_bias", "forget_gate_bias", "output_gate_bias"):
            bias = getattr(self, name)
            fits = isinstance(bias, GateBias)
            _need(fits, f"LSTMParams.{name}", bias, "is no GateBias", "give GateBias(first=…, step=…)")
        finite = (lambda x: 0.0 <= x < inf, "must be finite and not negative")
        need_number("LSTMParams", "initial_weight", self.initial_weight, *finite, "0.35")
        need_one_of("LSTMParams", "learning", self.learning, (Learning,))
        rule = f"is not one of {', '.join(DTYPES)}"
        _need(self.dtype in DTYPES, "LSTMParams.dtype", self.dtype, rule, "choose one of them")

    @classmethod
    def modern(cls, **changes: Any) -> "LSTMParams":
        """The LSTM of today's libraries: g = h = tanh, one cell per block, a forget gate that starts open.

        Every unit has a bias; that of the forget gate starts at 1 (Jozefowicz, Zaremba & Sutskever, 2015).

        Examples
        --------
        >>> LSTMParams.modern(blocks=4).blocks
        4
        """
        return replace(cls(), **changes)

    @classmethod
    def reward_only(cls, **changes: Any) -> "LSTMParams":
        """The modern form, learning from reward alone (`Reward`). Values were chosen by the study ``search-reward``."""
        learning = Learning(rule=Reward(window=40, entropy=0.1), optimiser=Adam(learning_rate=0.003))
        return replace(cls(blocks=16, learning=learning), **changes)

    @classmethod
    def gers_2000(cls, **changes: Any) -> "LSTMParams":
        """The circuit of Gers, Schmidhuber & Cummins (2000), section 4: 4 blocks of 2 cells, g = 4σ−2, h = 2σ−1.

        Gates and outputs are biased, cells are not; gate biases −.5, −1, −1.5, −2 (input, output) and the same with
        positive sign (forget); first weights in ±.2; outputs see the inputs too. The *form* is the paper's; outputs
        and learning are this package's (softmax, exact gradient in a window, Adam), not its truncated rule.
        """
        closed, opened = GateBias(first=-0.5, step=-0.5), GateBias(first=0.5, step=0.5)
        form = cls(
            g=Squashing.LOGISTIC_2,
            h=Squashing.LOGISTIC_1,
            blocks=4,
            cells_per_block=2,
            cell_bias=False,
            input_to_output=True,
            initial_weight=0.2,
            input_gate_bias=closed,
            forget_gate_bias=opened,
            output_gate_bias=closed,
        )
        return replace(form, **changes)
