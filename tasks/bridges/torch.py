"""Learners of PyTorch modules: you write a module; optimizer, loss, criterion, record and files come from here.

The arguments of `forward` determine how a module is called:

- *step by step*, ``forward(inputs, state)`` → ``(outputs, state)``, with a window of steps and the state at its
  beginning (None at first). It returns the state at its end: a tensor, or tuples, lists or dictionaries of tensors;
- *by sequence*, ``forward(inputs)`` → ``outputs``, at every step with the last `TorchParams.context` inputs (0 before
  the first step). Its last output is the answer.

Inputs are (batch, step, unit), with a unit for every symbol of every channel and every real value; outputs are (batch,
step, response), before the softmax. Every network has its own module.
"""

import inspect
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.base.errors import is_number, require, require_integer
from tasks.base.outside import told
from tasks.base.own import OwnLearner, OwnModelError
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock

__all__ = ["TorchLearner", "TorchParams"]


class _OnDemand:
    """torch, imported when it is first needed."""

    def __getattr__(self, name: str) -> Any:
        try:
            value = getattr(import_module("torch"), name)
        except ImportError as error:
            raise OwnModelError(
                f"PyTorch cannot be imported ({error}); install it: pip install 'pbwm[torch]'"
            ) from None
        setattr(self, name, value)
        return value


torch = _OnDemand()
Tensor = Any
Module = Any

_generator, _counting = Lock(), Lock()
_counts = {"running": 0, "threads": 1}


@dataclass(frozen=True, kw_only=True)
class TorchParams:
    """Learning of the networks. The loss is the mean cross-entropy over the targets of a window.

    Attributes
    ----------
    learning_rate : float
        Learning rate of Adam (Kingma & Ba, 2015), whose other parameters are those of the paper.
    window : int, steps
        Errors flow back through this many steps; one update per window. Default: as in the LSTM.
    clip_norm : float or None
        Largest norm of the gradient (Pascanu et al., 2013); None: no limit. Default: as in the LSTM.
    context : int, steps
        Number of last inputs that a module called by sequence receives at every step.
    """

    learning_rate: float = 0.01
    window: int = 20
    clip_norm: float | None = 1.0
    context: int = 32

    def __post_init__(self) -> None:
        name = type(self).__name__
        for field in ("learning_rate", "clip_norm"):
            value = getattr(self, field)
            fits = (value is None and field == "clip_norm") or (is_number(value, 0.0) and value > 0)
            require(fits, f"{name}.{field}", value, "must be above 0 and finite", "give e.g. 0.01", error=OwnModelError)
        require_integer(f"{name}.window", self.window, least=1)
        require_integer(f"{name}.context", self.context, least=1)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Run torch on one thread, so that results do not depend on cores."""
    with _counting:
        if _counts["running"] == 0:
            _counts["threads"] = torch.get_num_threads()
            torch.set_num_threads(1)
        _counts["running"] += 1
    try:
        yield
    finally:
        with _counting:
            _counts["running"] -= 1
            if _counts["running"] == 0:
                torch.set_num_threads(_counts["threads"])


class TorchLearner(OwnLearner):
    """Up to 16 networks, each a PyTorch module; a subclass defines `module`.

    Parameters are those of `tasks.base.own.OwnLearner`, with `TorchParams`. Modules run on the CPU in single precision,
    in training mode while they learn, else in evaluation mode. Dropout uses torch's generator, and is not reproducible.
    Windows are counted from the start of a call.
    """

    params_kind = TorchParams
    analog = True
    resets = True

    @abstractmethod
    def module(self, inputs: int, outputs: int) -> Module:
        """A new module with these numbers of input and output units."""

    def begin(self) -> None:
        """Make a seeded module and an optimizer for every network."""
        channels = (len(channel.symbols) for channel in self.spec.channels)
        self._inputs = sum(channels) + len(self.spec.analog)
        self._modules, self._optimizers = [], []
        for number in self.numbers:
            seed = int(stream(self.seed, Purpose.WEIGHTS, number).integers(2**62))
            with _generator, torch.random.fork_rng(devices=[]), self._told("cannot be made"):
                torch.manual_seed(seed)
                made = self.module(self._inputs, len(self.spec.responses))
            self._check(made)
            self._modules.append(made)
            self._optimizers.append(_adam(made, self.params.learning_rate))
        named = self._modules[0].state_dict().items()
        self._lasting = [name for name, tensor in named if torch.isfinite(tensor).all()]  # masks have infinities
        parameters = inspect.signature(self._modules[0].forward).parameters.values()
        self._stateful = sum(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters) > 1
        self._like = self._tried()
        self._states: list[Any] = [None] * self.networks
        self._context = torch.zeros(self.networks, self.params.context - 1, self._inputs)

    def _told(self, what: str) -> AbstractContextManager[None]:
        return told(f"{type(self).__name__}.module {what}", "correct it (docs/bringing_your_own.md)")

    def _require(self, condition: bool, value: object, rule: str, remedy: str) -> None:
        require(condition, f"{type(self).__name__}.module", value, rule, remedy, error=OwnModelError)

    def _check(self, made: Module) -> None:
        self._require(isinstance(made, torch.nn.Module), type(made).__name__, "is not a torch module", "return one")
        learns = any(parameter.requires_grad for parameter in made.parameters())
        self._require(learns, type(made).__name__, "has no parameter that learns", "give it layers with weights")
        first = self._modules[0] if self._modules else made
        shapes, others = ({n: tuple(t.shape) for n, t in of.state_dict().items()} for of in (made, first))
        self._require(shapes == others, shapes, f"differs from {others} of another network", "give all the same form")

    def _tried(self) -> list[Tensor]:
        """Tensors of a state, after a call with silence."""
        steps = 1 if self._stateful else self.params.context
        silence = torch.zeros(1, steps, self._inputs)
        self._modules[0].eval()
        with torch.no_grad(), self._told("cannot be called"):
            found = self._modules[0](silence, None) if self._stateful else (self._modules[0](silence), ())
        pair = isinstance(found, tuple) and len(found) == 2
        form = "must give (outputs, state), as forward takes a state"
        self._require(pair, type(found).__name__, form, "return both")
        real = isinstance(found[0], torch.Tensor) and found[0].is_floating_point()
        kind, remedy = getattr(found[0], "dtype", type(found[0]).__name__), "give outputs (batch, step, response)"
        self._require(real, kind, "must be a tensor of real numbers", remedy)
        shape, wanted = tuple(found[0].shape), (1, steps, len(self.spec.responses))
        self._require(shape == wanted, shape, f"must be {wanted}", remedy)
        self._structure = found[1]
        return _tensors(found[1])

    def answer(self, block: TrialBlock, learn: bool) -> NDArray[np.integer]:
        """Run every module through its stream by windows, and learn if `learn`."""
        response = np.full(block.target.shape, -1, np.int64)
        inputs = self._coded(block)
        asked = np.where(block.counts, block.target, -1).astype(np.int64)
        resets = block.starts & self.spec.resets_memory
        with _one_thread():
            for network, length in enumerate(block.length.tolist()):
                self._modules[network].train(learn)
                target = torch.from_numpy(asked[network])
                for first, stop in _windows(resets[network, :length], self.params.window):
                    if resets[network, first]:
                        self._states[network] = None
                        self._context[network] = 0.0
                    shown = inputs[network, first:stop]
                    answered = self._window(network, shown, target[first:stop] if learn else None)
                    response[network, first:stop] = answered.numpy()
        return response

    def _coded(self, block: TrialBlock) -> Tensor:
        """Inputs, float32 (network, step, unit)."""
        coded = np.zeros((*block.target.shape, self._inputs), np.float32)
        first = 0
        for i, channel in enumerate(self.spec.channels):
            symbol = block.symbols[:, :, i]
            network, step = np.nonzero(symbol >= 0)
            coded[network, step, first + symbol[network, step]] = 1.0
            first += len(channel.symbols)
        coded[:, :, first:] = block.values
        return torch.from_numpy(coded)

    def _window(self, network: int, shown: Tensor, target: Tensor | None) -> Tensor:
        """Responses (step,) of a module to a window; it learns from any `target` (step,)."""
        learns = target is not None and bool((target >= 0).any())
        with torch.set_grad_enabled(learns):
            outputs = self._outputs(network, shown)
        if learns:
            rule, remedy = "gives outputs through which no gradient flows", "return them without detach()"
            self._require(outputs.requires_grad, type(self._modules[network]).__name__, rule, remedy)
            loss = torch.nn.functional.cross_entropy(outputs, target, ignore_index=-1)
            if not torch.isfinite(loss):
                what = f"network {self.numbers[network]}: the loss is not finite"
                raise OwnModelError(f"{type(self).__name__}, {what}; lower learning_rate")
            module, optimizer = self._modules[network], self._optimizers[network]
            optimizer.zero_grad()
            loss.backward()
            if self.params.clip_norm is not None:
                torch.nn.utils.clip_grad_norm_(module.parameters(), self.params.clip_norm)
            optimizer.step()
        return outputs.detach().argmax(1)

    def _outputs(self, network: int, shown: Tensor) -> Tensor:
        module = self._modules[network]
        if self._stateful:
            outputs, state = module(shown[None], self._states[network])
            self._states[network] = _mapped(state, lambda tensor: tensor.detach())
            if state is not None:
                shapes, wanted = ([tuple(t.shape) for t in of] for of in (_tensors(state), self._like))
                rule = f"must have the shapes of the state after the first step, {wanted}"
                self._require(shapes == wanted, shapes, rule, "give a state whose size does not change")
            return outputs[0]
        seen = torch.cat([self._context[network], shown])
        self._context[network] = seen[len(shown) :]
        batch = seen.unfold(0, self.params.context, 1).transpose(1, 2)
        return module(batch)[:, -1]

    def memory(self) -> NDArray[np.floating]:
        """State of every network, (network, unit); 0 without state."""
        if not self._like:
            return super().memory()
        rows = [[tensor.numpy().ravel() for tensor in (self._like if s is None else _tensors(s))] for s in self._states]
        held = np.stack([np.concatenate([np.zeros(0, np.float32), *row]) for row in rows])
        none = np.array([state is None for state in self._states])
        return np.where(none[:, None], np.float32(0), held)

    def kept(self) -> dict[str, NDArray[Any]]:
        """Weights, moments of Adam, and state or context by name, each (network, …)."""
        kept: dict[str, NDArray[Any]] = {}
        for name in self._lasting:
            kept[f"module {name}"] = _stacked(module.state_dict()[name] for module in self._modules)
        for name, _ in self._modules[0].named_parameters():
            for key in ("step", "exp_avg", "exp_avg_sq"):
                kept[f"adam {key} {name}"] = _stacked(state[key] for state in self._moments(name))
        if not self._stateful:
            return kept | {"context": self._context.numpy().copy()}
        kept["begun"] = np.array([[state is not None] for state in self._states], np.float32)
        for i, like in enumerate(self._like):
            parts = (torch.zeros_like(like) if s is None else _tensors(s)[i] for s in self._states)
            kept[f"state {i}"] = _stacked(parts)
        return kept

    def keep(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Restore what `kept` returned."""
        for network, module in enumerate(self._modules):
            given = {name: torch.tensor(state[f"module {name}"][network]) for name in self._lasting}
            module.load_state_dict(given, strict=False)
            if not self._stateful:
                self._context[network] = torch.tensor(state["context"][network])
            elif state["begun"][network, 0] > 0:
                tensors = iter([torch.tensor(state[f"state {i}"][network]) for i in range(len(self._like))])
                self._states[network] = _mapped(self._structure, lambda _, tensors=tensors: next(tensors))
            else:
                self._states[network] = None
        for name, _ in self._modules[0].named_parameters():
            for network, moments in enumerate(self._moments(name)):
                for key in ("step", "exp_avg", "exp_avg_sq"):
                    moments[key] = torch.tensor(state[f"adam {key} {name}"][network])

    def _moments(self, name: str) -> Iterator[dict[str, Any]]:
        for module, optimizer in zip(self._modules, self._optimizers, strict=True):
            yield optimizer.state[module.get_parameter(name)]


def _adam(module: Module, learning_rate: float) -> Any:
    adam = torch.optim.Adam(module.parameters(), lr=learning_rate, foreach=False)
    for parameter in module.parameters():
        zeros = [torch.zeros_like(parameter, memory_format=torch.preserve_format) for _ in range(2)]
        adam.state[parameter] = {"step": torch.tensor(0.0), "exp_avg": zeros[0], "exp_avg_sq": zeros[1]}
    return adam


def _windows(resets: NDArray[np.bool_], window: int) -> Iterator[tuple[int, int]]:
    """First step and end of each window; windows are counted from resets."""
    edges = sorted({0, *np.flatnonzero(resets).tolist(), len(resets)})
    for first, stop in pairwise(edges):
        for start in range(first, stop, window):
            yield start, min(start + window, stop)


def _tensors(state: Any) -> list[Tensor]:
    found: list[Tensor] = []
    _mapped(state, lambda tensor: found.append(tensor))
    return found


def _mapped(state: Any, of: Any) -> Any:
    if isinstance(state, torch.Tensor):
        return of(state)
    if isinstance(state, tuple | list):
        return type(state)(_mapped(part, of) for part in state)
    if isinstance(state, dict):
        return {key: _mapped(part, of) for key, part in state.items()}
    require(state is None, "state", type(state).__name__, "is not a tensor", "use tensors only", error=OwnModelError)
    return None


def _stacked(tensors: Iterator[Tensor]) -> NDArray[Any]:
    return np.stack([tensor.detach().numpy() for tensor in tensors])
