"""Weights from and to ``torch.nn.LSTM`` and ``torch.nn.GRU``, with a ``torch.nn.Linear`` as readout.

PyTorch stacks the weights of a layer gate by gate: ``weight_ih_l0`` (gates × cells, inputs), ``weight_hh_l0`` (gates ×
cells, cells), and two biases per row. Arrays are NumPy's, so that torch need not be installed.
"""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from lstm_baseline.errors import LSTMParameterError, LSTMWeightsError
from tasks.base.errors import require
from tasks.base.task import TaskSpec

__all__ = ["Stacked", "TorchWeights"]

LAYER = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
OTHERS = ("_l1", "_reverse", "weight_hr")
"""Parts of names in networks with several layers, both directions, or a projection."""


class Stacked(NamedTuple):
    """Weights of one network as PyTorch stacks them.

    Attributes
    ----------
    of_inputs, of_cells : array (gate × cell, input), (gate × cell, cell)
    bias, second_bias : array (gate × cell,)
    readout, readout_bias : array (output, cell), (output,)
    """

    of_inputs: NDArray[Any]
    of_cells: NDArray[Any]
    bias: NDArray[Any]
    second_bias: NDArray[Any]
    readout: NDArray[Any]
    readout_bias: NDArray[Any]

    @property
    def cells(self) -> int:
        """Number of cells."""
        return int(self.of_cells.shape[1])

    @classmethod
    def of(cls, state: Mapping[str, Any], gates: int) -> "Stacked":
        """The weights in a state dictionary, for any names of its modules.

        Raises
        ------
        LSTMWeightsError
            Unless it has one layer with this number of `gates`, and one linear readout.
        """
        rule, remedy = "is not a state dictionary", "give module.state_dict(), or one for each network in a list"
        named = isinstance(state, Mapping) and all(isinstance(name, str) for name in state)
        _need(named, "state_dict", state, rule, remedy)
        arrays = {name: _array(name, value) for name, value in state.items()}
        names = sorted(arrays)
        found: dict[str, NDArray[Any]] = {}
        for part in LAYER:
            own = [name for name in names if name.rpartition(".")[2] == part]
            if own or part.startswith("weight"):
                rule = f"must hold one array {part!r}"
                _need(len(own) == 1, "state_dict", names, rule, "give a network of one recurrent layer")
                found[part] = arrays.pop(own[0])
        many = [name for name in arrays if any(other in name.rpartition(".")[2] for other in OTHERS)]
        rule = "belong to more than one layer of one direction"
        _need(not many, "state_dict", many, rule, "give a network of one layer without projection")
        for part, dimensions in (("weight_ih_l0", 2), ("weight_hh_l0", 2)):
            shape = found[part].shape
            rule, remedy = f"must have {dimensions} dimensions", "load it as a layer of its own type"
            _need(len(shape) == dimensions, f"{part}: shape", shape, rule, remedy)
        of_cells = found["weight_hh_l0"]
        cells = of_cells.shape[1]
        rows = gates * cells
        for part, values in found.items():
            wanted = {"weight_ih_l0": (rows, values.shape[-1]), "weight_hh_l0": (rows, cells)}.get(part, (rows,))
            rule = f"must be {wanted}: {gates} gates of {cells} cells"
            _need(values.shape == wanted, f"{part}: shape", values.shape, rule, "load it as a layer of its own type")
        linear = {name: of for name, of in arrays.items() if name.endswith("weight") and of.ndim == 2}
        rule, remedy = "must hold the weight of one linear readout", "leave out other modules, or add the readout"
        _need(len(linear) == 1, "state_dict", sorted(arrays), rule, remedy)
        [(name, readout)] = linear.items()
        rule, remedy = f"must be (outputs, {cells})", "give the readout of the layer's cells"
        _need(readout.shape[1] == cells, f"{name}: shape", readout.shape, rule, remedy)
        nothing = np.zeros(rows, of_cells.dtype)
        readout_bias = arrays.get(f"{name.removesuffix('weight')}bias", np.zeros(len(readout), readout.dtype))
        return cls(
            found["weight_ih_l0"],
            of_cells,
            found.get("bias_ih_l0", nothing),
            found.get("bias_hh_l0", nothing),
            readout,
            readout_bias,
        )


def _need(condition: bool, field: str, value: object, rule: str, remedy: str) -> None:
    require(condition, field, value, rule, remedy, error=LSTMWeightsError)


def _array(name: str, value: Any) -> NDArray[Any]:
    what, rule, remedy = f"state_dict[{name!r}]", "must hold real numbers", "convert it to a dense array of float32"
    try:
        array = np.asarray(value.detach().cpu() if hasattr(value, "detach") else value)
    except (TypeError, ValueError):  # rows of several lengths; bfloat16 and sparse tensors, which NumPy does not have
        array = np.empty(0, object)
    _need(array.dtype.kind == "f", what, getattr(value, "dtype", array.dtype), rule, remedy)
    return array


class TorchWeights:
    """Networks that can be converted from and to PyTorch weights."""

    torch_layer: ClassVar[str]
    """Name of the recurrent module in `to_torch`: ``lstm``, ``gru``."""
    torch_gates: ClassVar[tuple[str, ...]]
    """Our names of the weights, in PyTorch's order."""
    spec: TaskSpec
    params: Any
    networks: int

    @classmethod
    @abstractmethod
    def _torch_params(cls, cells: int) -> Any:
        """Parameters of networks with these cells in PyTorch's form."""

    @classmethod
    @abstractmethod
    def _torch_biases(cls, stacked: Stacked) -> dict[str, NDArray[Any]]:
        """Biases of one network by our names, each (row, column)."""

    @abstractmethod
    def _stacked_biases(self, weights: Mapping[str, NDArray[Any]]) -> tuple[NDArray[Any], NDArray[Any]]:
        """The two stacked biases of one network."""

    @classmethod
    def _check_form(cls, params: Any) -> None:
        """Raise `LSTMParameterError` unless the form is that of PyTorch."""

    @classmethod
    def from_torch(
        cls,
        spec: TaskSpec,
        state_dict: Mapping[str, Any] | Sequence[Mapping[str, Any]],
        *,
        seed: int = 0,
        params: Any | None = None,
    ) -> Self:
        """Networks with the weights of PyTorch modules of one recurrent layer and a linear readout.

        Parameters
        ----------
        spec
            The task. Inputs are its channels in order, a unit per symbol.
        state_dict
            ``module.state_dict()`` of one network, or of each of up to 16, with arrays or tensors and any module names.
            Missing biases are 0.
        seed
            Root seed of the study.
        params
            Learning and form, which must be that of PyTorch.

        Raises
        ------
        LSTMWeightsError
            If the arrays are not those of such a module, or do not fit the task.
        LSTMParameterError
            If the parameters are of another form, or of another number of cells.
        """
        one = isinstance(state_dict, Mapping) or not isinstance(state_dict, Iterable) or isinstance(state_dict, str)
        states: list[Any] = [state_dict] if one else list(state_dict)
        _need(len(states) > 0, "state_dict", states, "holds no network", "give one or more")
        stacked = [Stacked.of(state, len(cls.torch_gates)) for state in states]
        cells = stacked[0].cells
        params = cls._torch_params(cells) if params is None else params
        model: Any = cls  # a mixin: its model has the constructor
        made = model(spec, networks=range(len(states)), seed=seed, params=params)
        cls._check_form(params)
        for part, found, wanted, what in (
            ("weight_ih_l0: inputs", stacked[0].of_inputs.shape[1], made.circuit.inputs, "symbols and real values"),
            ("readout: outputs", len(stacked[0].readout), len(spec.responses), "responses"),
        ):
            rule, remedy = f"must be {wanted}, the {what} of task {spec.name!r}", "give a module for this task"
            _need(found == wanted, part, found, rule, remedy)
        each = [cls._ours(one) for one in stacked]
        shapes = {tuple(sorted((name, of.shape) for name, of in one.items())) for one in each}
        _need(len(shapes) == 1, "state_dict", len(states), "hold networks of different sizes", "give those of one size")
        size = made.circuit.cells
        rule, remedy = f"must be the {cells} of the module", "leave out params, or give as many"
        require(size == cells, f"{cls.__name__}.params: cells", size, rule, remedy, error=LSTMParameterError)
        made.set_weights({name: np.stack([one[name] for one in each]) for name in each[0]})
        networks: Self = made
        return networks

    @classmethod
    def _ours(cls, stacked: Stacked) -> dict[str, NDArray[Any]]:
        both = np.concatenate([stacked.of_inputs, stacked.of_cells], axis=1)
        found = dict(zip(cls.torch_gates, np.split(both, len(cls.torch_gates)), strict=True))
        found |= cls._torch_biases(stacked)
        return found | {"readout": stacked.readout, "readout_bias": stacked.readout_bias[:, None]}

    def to_torch(self) -> list[dict[str, NDArray[Any]]]:
        """The weights of every network as arrays, by PyTorch's names.

        Names are ``lstm.weight_ih_l0`` (or ``gru.…``) and so on, and ``readout.weight`` and ``readout.bias``.

        Raises
        ------
        LSTMParameterError
            If PyTorch does not have the form of the networks.
        """
        self._check_form(self.params)
        learner: Any = self
        weights, inputs, layer = learner.weights(), learner.circuit.inputs, self.torch_layer
        found = []
        for network in range(self.networks):
            own = {name: values[network] for name, values in weights.items()}
            both = np.concatenate([own[name] for name in self.torch_gates])
            bias, second = self._stacked_biases(own)
            found.append(
                {
                    f"{layer}.weight_ih_l0": both[:, :inputs].copy(),
                    f"{layer}.weight_hh_l0": both[:, inputs:].copy(),
                    f"{layer}.bias_ih_l0": bias,
                    f"{layer}.bias_hh_l0": second,
                    "readout.weight": own["readout"],
                    "readout.bias": own["readout_bias"][:, 0],
                }
            )
        return found
