"""Parameters of an LSTM: form, size, initial values, and learning."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_baseline.checks import (
    require_at_least,
    require_choice,
    require_count,
    require_field,
    require_kinds,
    require_object,
    require_precision,
)
from lstm_baseline.kernels.squashing import Squashing
from lstm_baseline.rules import (
    SGD,
    Adam,
    Learning,
    Reward,
    Truncated,
)
from tasks.base.serialization import LATER

__all__ = ["GateBias", "Gating", "LSTMParams", "Output"]


HALF = 0.5
"""The middle between the targets of logistic outputs."""


class Output(StrEnum):
    """Kind of output units and their error."""

    SOFTMAX = "softmax"
    """Probabilities of the responses, and cross-entropy (Bridle, 1990)."""
    LOGISTIC = "logistic"
    """σ of each net input, and half the squared error (Hochreiter & Schmidhuber, 1997)."""


class Gating(StrEnum):
    """Arithmetic of input and output gates."""

    MULTIPLY = "multiply"
    """g · y_in and h · y_out (Hochreiter & Schmidhuber, 1997): 1 is open, 0 is closed."""
    SUBTRACT = "subtract"
    """g − y_in and h − y_out (Costa et al., 2017): 0 is open."""


@dataclass(frozen=True, kw_only=True)
class GateBias:
    """Initial bias of a kind of gate: `first`, plus `step` in each further block.

    Examples
    --------
    >>> GateBias(first=-0.5, step=-0.5).of_blocks(4)
    array([-0.5, -1. , -1.5, -2. ])
    """

    first: float = 0.0
    step: float = 0.0

    def __post_init__(self) -> None:
        require_kinds(self)

    def of_blocks(self, blocks: int) -> NDArray[np.float64]:
        """Biases of all blocks, shape (blocks,)."""
        return self.first + self.step * np.arange(blocks, dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class LSTMParams:
    """Form, size and learning rule of an LSTM; an invalid value, also in a part, raises `LSTMParameterError`.

    Start from a published form: `hochreiter_schmidhuber_1997`, `gers_2000`, `gers_2002`, `costa_2017` or `modern`.

    Attributes
    ----------
    g, h : Squashing
        Bounds of a cell's input and output.
    blocks, cells_per_block : int
        Memory blocks, and cells that share the gates of a block.
    gating : Gating
        Whether input and output gates multiply or subtract (g and h must then be ``LOGISTIC``).
    forget_gate, output_gate : bool
        Whether blocks have that gate; a missing gate is open.
    fixed_forget : bool
        Whether the forget gate is σ of a learned bias, without inputs.
    peepholes : bool
        Whether gates see the states of their block: input and forget gate s(t−1), output gate s(t).
    recurrent, gates_seen : bool
        Whether gates and cells see the previous cell outputs, and the previous gates.
    cells_recurrent : bool
        Whether cells do so; if not, only gates do.
    cell_bias, gate_bias, output_bias : bool
        Whether cells, gates and outputs have a bias. Cells can have one only if gates do.
    input_to_output : bool
        Whether output units also see the inputs.
    output : Output or None
        Kind of output units. None: a softmax for a choice, logistic units for a quantity.
    target_margin : float, in [0, 0.5)
        Targets of logistic outputs of a choice: `target_margin` instead of 0, and 1 − `target_margin` instead of 1.
    slope_constant : float, at least 0
        Added to y (1 − y) in the error of logistic outputs (Fahlman, 1988, Technical Report CMU-CS-88-162, with .1).
    reset_at_start : bool
        Whether states and outputs are reset to 0 at `Trials.starts`, even if the task does not require it.
    initial_weight : float
        Initial weights are uniform in ±this; the default is 1/√8, for 8 cells.
    initial_bias : float
        Other initial biases are uniform in ±this.
    input_gate_bias, forget_gate_bias, output_gate_bias : GateBias or None
        Initial biases of gates; None: like other biases.
    learning : Learning
        Learning rule and optimizer.
    dtype : {"float32", "float64"}
        Precision.
    """

    g: Squashing = Squashing.TANH
    h: Squashing = Squashing.TANH
    blocks: int = 8
    cells_per_block: int = 1
    gating: Gating = field(default=Gating.MULTIPLY, metadata=LATER)
    forget_gate: bool = True
    output_gate: bool = True
    fixed_forget: bool = field(default=False, metadata=LATER)
    peepholes: bool = False
    recurrent: bool = True
    gates_seen: bool = False
    cells_recurrent: bool = True
    cell_bias: bool = True
    gate_bias: bool = True
    output_bias: bool = True
    input_to_output: bool = False
    output: Output | None = None
    target_margin: float = 0.0
    slope_constant: float = 0.0
    reset_at_start: bool = False
    initial_weight: float = 0.35
    initial_bias: float = 0.0
    input_gate_bias: GateBias | None = field(default_factory=GateBias)
    forget_gate_bias: GateBias | None = field(default_factory=lambda: GateBias(first=1.0))
    output_gate_bias: GateBias | None = field(default_factory=GateBias)
    learning: Learning = field(default_factory=Learning)
    dtype: str = "float32"

    def __post_init__(self) -> None:
        for name in ("g", "h"):
            require_object(self, name, Squashing)
        require_choice(self, "gating", Gating)
        positive = self.gating is Gating.MULTIPLY or self.g is self.h is Squashing.LOGISTIC
        rule, remedy = "needs contents in (0, 1)", "set g and h to Squashing.LOGISTIC, or start from costa_2017()"
        require_field(positive, self, "gating", rule, remedy)
        require_kinds(self)
        require_count(self, "blocks", "cells_per_block")
        for name in ("input_gate_bias", "forget_gate_bias", "output_gate_bias"):
            require_object(self, name, GateBias, optional=True)
        if self.output is not None:
            require_choice(self, "output", Output)
        self._check_logistic()
        gates, remedy = self.gate_bias or not self.cell_bias, "set cell_bias=False, too"
        require_field(gates, self, "gate_bias", "leaves cells biased and gates not", remedy)
        alone = self.forget_gate and self.gate_bias and not self.peepholes
        rule, remedy = "needs a forget gate with a bias and without peepholes", "set forget_gate, gate_bias, peepholes"
        require_field(not self.fixed_forget or alone, self, "fixed_forget", rule, remedy)
        for name in ("initial_weight", "initial_bias"):
            require_at_least(self, name, 0.0)
        require_object(self, "learning", Learning)
        require_precision(self)

    def _check_logistic(self) -> None:
        require_at_least(self, "target_margin", 0.0)
        require_at_least(self, "slope_constant", 0.0)
        rule = "must be below 0.5, which would leave no difference between targets"
        require_field(self.target_margin < HALF, self, "target_margin", rule, "give a number such as 0.1")
        for name in ("target_margin", "slope_constant"):
            fits = getattr(self, name) == 0.0 or self.output is Output.LOGISTIC
            require_field(fits, self, name, "needs logistic outputs", "set output=Output.LOGISTIC")

    @classmethod
    def modern(cls, **changes: Any) -> "LSTMParams":
        """The LSTM of current libraries: g = h = tanh, one cell per block, biases everywhere.

        The bias of the forget gate starts at 1 (Jozefowicz, Zaremba & Sutskever, 2015).

        Examples
        --------
        >>> LSTMParams.modern(blocks=4).blocks
        4
        """
        return replace(cls(), **changes)

    @classmethod
    def hochreiter_schmidhuber_1997(cls, **changes: Any) -> "LSTMParams":
        """The LSTM of Hochreiter & Schmidhuber (1997), sized and biased as in experiment 4 (adding).

        g = 4σ−2, h = 2σ−1; no forget gate; units see inputs, and cells and gates of the previous step. Biases of input
        gates start at −3 and −6, other biases and weights in ±.1; states start from 0 in every sequence. Logistic
        outputs, squared error, truncated gradient after every step, learning rate .5.
        """
        form = cls(
            g=Squashing.LOGISTIC_2,
            h=Squashing.LOGISTIC_1,
            blocks=2,
            cells_per_block=2,
            forget_gate=False,
            gates_seen=True,
            output=Output.LOGISTIC,
            reset_at_start=True,
            initial_weight=0.1,
            initial_bias=0.1,
            input_gate_bias=GateBias(first=-3.0, step=-3.0),
            output_gate_bias=None,
            learning=Learning(rule=Truncated(), optimiser=SGD(learning_rate=0.5), clip_norm=None),
        )
        return replace(form, **changes)

    @classmethod
    def reward_only(cls, **changes: Any) -> "LSTMParams":
        """The modern form, learning from reward alone (`Reward`), with values chosen by the study ``search-reward``."""
        learning = Learning(rule=Reward(window=40, entropy=0.1), optimiser=Adam(learning_rate=0.03))
        return replace(cls(blocks=16, learning=learning), **changes)

    @classmethod
    def costa_2017(cls, **changes: Any) -> "LSTMParams":
        """The subLSTM of Costa et al. (2017): gates subtract, and cells and gates are logistic.

        s(t) = y_φ s(t−1) + σ(net_c) − y_in; y(t) = σ(s(t)) − y_out. With ``fixed_forget=True``, y_φ is a learned
        constant of each cell (fix-subLSTM). Everything else is as in `modern`.

        Examples
        --------
        >>> LSTMParams.costa_2017(fixed_forget=True).gating.value
        'subtract'
        """
        form = cls(gating=Gating.SUBTRACT, g=Squashing.LOGISTIC, h=Squashing.LOGISTIC)
        return replace(form, **changes)

    @classmethod
    def gers_2000(cls, **changes: Any) -> "LSTMParams":
        """The LSTM of Gers, Schmidhuber & Cummins (2000), section 4: 4 blocks of 2 cells, g = 4σ−2, h = 2σ−1.

        Cells have no bias. Biases of input and output gates start at −.5, −1, −1.5, −2, and those of forget gates at
        the same values with positive sign. Weights, and biases of outputs, start in ±.2. Logistic outputs also see the
        inputs. Truncated gradient after every step, learning rate .5; no resets.
        """
        closed, opened = GateBias(first=-0.5, step=-0.5), GateBias(first=0.5, step=0.5)
        form = cls(
            g=Squashing.LOGISTIC_2,
            h=Squashing.LOGISTIC_1,
            blocks=4,
            cells_per_block=2,
            cell_bias=False,
            input_to_output=True,
            output=Output.LOGISTIC,
            initial_weight=0.2,
            initial_bias=0.2,
            input_gate_bias=closed,
            forget_gate_bias=opened,
            output_gate_bias=closed,
            learning=Learning(rule=Truncated(), optimiser=SGD(learning_rate=0.5), clip_norm=None),
        )
        return replace(form, **changes)

    @classmethod
    def gers_2002(cls, **changes: Any) -> "LSTMParams":
        """The LSTM of Gers, Schraudolph & Schmidhuber (2002): `gers_2000` with peepholes, and h the identity."""
        return cls.gers_2000(**{"peepholes": True, "h": Squashing.IDENTITY, **changes})
