"""Parameters of an LSTM: its form, its size, how it starts, and how it learns."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_baseline.errors import LSTMParameterError
from lstm_baseline.kernels.squashing import Squashing
from tasks.base.errors import require

__all__ = ["GateBias", "LSTMParams"]

DTYPES = ("float32", "float64")


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

    def of_blocks(self, blocks: int) -> NDArray[np.float64]:
        """The bias of every block, shape (blocks,)."""
        return self.first + self.step * np.arange(blocks, dtype=np.float64)


def _positive_integer(name: str, value: int, remedy: str) -> None:
    _need(isinstance(value, int | np.integer) and value >= 1, name, value, "must be an integer of at least 1", remedy)


def _need(condition: bool, name: str, value: object, rule: str, remedy: str) -> None:
    require(bool(condition), f"LSTMParams.{name}", value, rule, remedy, error=LSTMParameterError)


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
        First weights are uniform in ±this.
    input_gate_bias, forget_gate_bias, output_gate_bias : GateBias
        What the biases of gates start with; other biases start with 0.
    window : int, steps
        Errors flow back through this many steps and are cut at the edge; the state is carried over.
    learning_rate : float, per update
        Step size α of Adam (Kingma & Ba, 2015).
    beta1, beta2 : float, in [0, 1)
        Decay per update of Adam's first and second moment: .9 and .999 in the paper.
    epsilon : float
        Adam's ε, 1e−8 in the paper.
    clip_norm : float or None
        Largest norm of a network's gradient (Pascanu et al., 2013); None: as large as it is.
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
    window: int = 20
    learning_rate: float = 0.02
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    clip_norm: float | None = 1.0
    dtype: str = "float32"

    def __post_init__(self) -> None:
        for name, kind in (("g", self.g), ("h", self.h)):
            _need(isinstance(kind, Squashing), name, kind, "is no squashing function", "give a member of Squashing")
        _positive_integer("blocks", self.blocks, "give the number of memory blocks")
        _positive_integer("cells_per_block", self.cells_per_block, "give the cells that share gates")
        _positive_integer("window", self.window, "give the steps through which errors flow back")
        _need(
            np.isfinite(self.initial_weight) and self.initial_weight >= 0.0,
            "initial_weight",
            self.initial_weight,
            "must be finite and not negative",
            "give half the width of the range of first weights, e.g. 0.35",
        )
        for name in ("learning_rate", "epsilon"):
            value = getattr(self, name)
            _need(np.isfinite(value) and value > 0.0, name, value, "must be finite and above 0", "see the default")
        for name in ("beta1", "beta2"):
            value = getattr(self, name)
            _need(0.0 <= value < 1.0, name, value, "must lie in [0, 1)", "give the decay of a moment, e.g. 0.9")
        _need(
            self.clip_norm is None or self.clip_norm > 0.0,
            "clip_norm",
            self.clip_norm,
            "must be above 0",
            "give the largest norm of the gradient, or None not to clip",
        )
        _need(self.dtype in DTYPES, "dtype", self.dtype, f"is not one of {', '.join(DTYPES)}", "choose one of them")

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
