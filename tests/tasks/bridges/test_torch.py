"""Learners of PyTorch modules learn like a plain loop, carry state, and can be saved; with torch."""

import numpy as np
import pytest

from pbwm.compare.models import MODELS
from tasks.base.outside import OutsideError
from tasks.base.own import OwnModelError
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.base.training import draw_lesson
from tasks.bridges.torch import TorchLearner, TorchParams
from tasks.catalog import TASKS
from tests.docs.examples import example

torch = pytest.importorskip("torch", reason="torch is not installed (pip install .[torch])")

TASK = TASKS["12ax"].build()
EXAMPLES = ("mygru.py:MyGRU", "transformer.py:Transformer")


def networks(name, numbers=range(2), task=TASK, **given):
    return MODELS[example(name)].build(task.spec, networks=numbers, **given)


def block(count=2, sequences=5, task=TASK):
    return TrialBlock.stack([task.trials(sequences, stream(3, Purpose.TRIALS, n)) for n in range(count)])


def coded(trials, network):
    inputs = np.zeros((int(trials.length[network]), 8), np.float32)
    inputs[np.arange(len(inputs)), trials.symbols[network, : len(inputs), 0]] = 1
    return torch.from_numpy(inputs)


def plain_loop(module, inputs, target, *, window=20, learning_rate=0.01):
    """Results of a loop over windows with a module that carries a state: responses, and final weights."""
    adam, state, said = torch.optim.Adam(module.parameters(), lr=learning_rate), None, []
    for first in range(0, len(inputs), window):
        outputs, state = module(inputs[None, first : first + window], state)
        state = state.detach()
        adam.zero_grad()
        torch.nn.functional.cross_entropy(outputs[0], target[first : first + window]).backward()
        torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0)
        adam.step()
        said.append(outputs[0].detach().argmax(1))
    return torch.cat(said).numpy()


def test_it_learns_as_a_plain_loop_does():
    learner, trials = networks("mygru.py:MyGRU"), block()
    module = learner._modules[1]
    copy = type(module)(8, 2)
    copy.load_state_dict(module.state_dict())
    outcome = learner.run(trials)
    length = int(trials.length[1])
    target = torch.from_numpy(trials.target[1, :length].astype(np.int64))
    np.testing.assert_array_equal(plain_loop(copy, coded(trials, 1), target), outcome.response[1, :length])
    for name, values in copy.state_dict().items():
        np.testing.assert_allclose(values.numpy(), learner.state()[f"module {name}"][1], atol=1e-6)


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_learns_a_task(name):
    task = TASKS["1-back"].build()
    learner = networks(name, task=task)
    training = learner.train(draw_lesson(task, 0, range(2), range(80)))
    errors, counted = (of.sum(2) for of in (training.errors, training.counted))
    chance = errors[:, 0] / counted[:, 0]
    for network, done in enumerate(training.done.tolist()):
        last = slice(max(done - 5, 0), done)
        assert errors[network, last].sum() < 0.5 * chance[network] * counted[network, last].sum()


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_network_is_the_same_alone_and_among_others(name):
    several, alone = networks(name, range(3)), networks(name, range(2, 3))
    trials = block(3)
    several.run(trials)
    own = TrialBlock(**{n: values[2:] for n, values in vars(trials).items()})
    alone.run(own)
    for key, values in alone.state().items():
        np.testing.assert_array_equal(values[0], several.state()[key][2], err_msg=key)


@pytest.mark.parametrize("name", EXAMPLES)
def test_without_learning_a_stream_can_be_cut(name):
    learner, trials = networks(name), block()
    learner.run(trials)
    before = learner.state()
    whole = learner.run(trials, learn=False).response
    learner.set_state(before)
    steps = [learner.run(learner._step(trials, step), learn=False).response for step in range(trials.steps)]
    np.testing.assert_array_equal(whole, np.concatenate(steps, axis=1))


@pytest.mark.parametrize("name", EXAMPLES)
def test_networks_saved_and_loaded_go_on_the_same(name, tmp_path):
    learner, trials = networks(name, seed=4), block()
    learner.run(trials)
    learner.save(tmp_path / "n.safetensors")
    other = type(learner).load(tmp_path / "n.safetensors")
    np.testing.assert_array_equal(learner.run(trials).response, other.run(trials).response)
    for key, values in learner.state().items():
        np.testing.assert_array_equal(values, other.state()[key], err_msg=key)
    fresh = networks(name, seed=4)
    fresh.set_state(networks(name, seed=4).state())
    np.testing.assert_array_equal(fresh.run(trials).response, networks(name, seed=4).run(trials).response)


@pytest.mark.parametrize("name", EXAMPLES)
def test_memory_is_reset_where_the_task_says(name):
    task = TASKS["12ax-reset"].build()
    learner, trials = networks(name, task=task), block(task=task)
    response = learner.run(trials, learn=False).response
    start = int(np.flatnonzero(trials.starts[0])[2])
    other = networks(name, task=task)
    part = TrialBlock(
        **{n: v[:, start:] for n, v in vars(trials).items() if n != "length"}, length=trials.length - start
    )
    again = other.run(part, learn=False).response
    np.testing.assert_array_equal(response[0, start : trials.length[0]], again[0, : trials.length[0] - start])


def test_it_takes_real_values():
    task = TASKS["adding"].build()
    with pytest.raises(ValueError, match="requires a quantity, which MyGRU cannot give"):
        networks("mygru.py:MyGRU", task=task)


def test_a_record_has_the_state_of_the_module():
    outcome = networks("mygru.py:MyGRU").run(block(), learn=False, record=True)
    assert outcome.record.memory.shape[2:] == (1, 16)
    live = outcome.record.memory[0, : block().length[0], 0]
    assert (np.diff(live, axis=0) != 0).any(1).all()
    assert networks("transformer.py:Transformer").run(block(), learn=False, record=True).record.memory.shape[3] == 1


class OfTorch(TorchLearner):
    def module(self, inputs, outputs):
        return self.made(inputs, outputs)


class Pair(torch.nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.linear = torch.nn.Linear(inputs, outputs)

    def forward(self, inputs, state=None):
        return self.linear(inputs)


def of_forward(forward):
    return type("Linear", (Pair,), {"forward": forward})


class Diverging(Pair):
    def forward(self, inputs):
        return self.linear(inputs) * torch.inf


class Nested(Pair):
    def forward(self, inputs, state=None):
        before = {"sum": inputs[:, :1] * 0, "rest": [torch.zeros(1)]} if state is None else state
        total = before["sum"] + inputs.sum(1, keepdim=True)
        return self.linear(inputs + before["sum"]), {"sum": total, "rest": [before["rest"][0] + 1]}


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda i, o: 3, "OfTorch.module = 'int' is not a torch module"),
        (lambda i, o: torch.nn.Linear(i, o + 1), r"OfTorch.module = \(1, 32, 3\) must be \(1, 32, 2\)"),
        (lambda i: None, "OfTorch.module cannot be made .TypeError: .*; correct it"),
        (lambda i, o: torch.nn.Identity(), "'Identity' has no parameter that learns"),
        (lambda i, o: torch.nn.Linear(i, o).half(), "OfTorch.module cannot be called .RuntimeError: .*; correct it"),
        (of_forward(lambda made, inputs: made.linear(inputs).long()), "torch.int64 must be a tensor of real numbers"),
        (of_forward(lambda made, inputs: (made.linear(inputs), None)), "'tuple' must be a tensor of real numbers"),
        (of_forward(lambda made: None), "OfTorch.module cannot be called"),
        (Pair, r"must give \(outputs, state\), as forward takes a state"),
    ],
)
def test_a_module_that_does_not_fit_is_rejected(made, says):
    kind = type("OfTorch", (OfTorch,), {"made": staticmethod(made)})
    with pytest.raises((OwnModelError, OutsideError), match=says):
        kind(TASK.spec, networks=range(1))


def test_networks_of_different_forms_are_rejected():
    sizes = iter((4, 5))
    made = staticmethod(lambda i, o: torch.nn.Sequential(torch.nn.Linear(i, n := next(sizes)), torch.nn.Linear(n, o)))
    with pytest.raises(OwnModelError, match=r"differs from .* of another network; give all the same form"):
        type("OfTorch", (OfTorch,), {"made": made})(TASK.spec, networks=range(2))


@pytest.mark.parametrize(
    ("forward", "says"),
    [
        (lambda made, inputs: made.linear(inputs).detach(), "gives outputs through which no gradient flows"),
        (lambda made, inputs, state: (made.linear(inputs), inputs), "give a state whose size does not change"),
    ],
)
def test_a_module_that_cannot_be_trained_is_rejected(forward, says):
    kind = type("OfTorch", (OfTorch,), {"made": staticmethod(of_forward(forward))})
    with pytest.raises(OwnModelError, match=says):
        kind(TASK.spec, networks=range(1)).run(block(1))


def test_arguments_by_keyword_alone_are_left_at_their_defaults():
    made = of_forward(lambda made, inputs, *, mask=None: made.linear(inputs))
    kind = type("OfTorch", (OfTorch,), {"made": staticmethod(made)})
    kind(TASK.spec, networks=range(1)).run(block(1))


def test_a_loss_that_is_not_finite_names_the_network():
    kind = type("OfTorch", (OfTorch,), {"made": staticmethod(Diverging)})
    with pytest.raises(OwnModelError, match="OfTorch, network 5: the loss is not finite; lower learning_rate"):
        kind(TASK.spec, networks=range(5, 6)).run(block(1))


def test_states_may_be_nested():
    kind = type("OfTorch", (OfTorch,), {"made": staticmethod(Nested)})
    learner, trials = kind(TASK.spec, networks=range(2)), block()
    learner.run(trials)
    state = learner.state()
    assert state["state 1"].tolist() == [[2.0], [2.0]] or state["state 1"].min() >= 2
    other = kind(TASK.spec, networks=range(2))
    other.set_state(state)
    np.testing.assert_array_equal(learner.run(trials).response, other.run(trials).response)


@pytest.mark.parametrize(
    ("field", "value"),
    [("learning_rate", 0.0), ("learning_rate", None), ("clip_norm", -1.0), ("window", 0), ("context", 2.5)],
)
def test_parameters_that_cannot_be_are_rejected(field, value):
    with pytest.raises(ValueError, match=f"TorchParams.{field} = {value!r} must be"):
        TorchParams(**{field: value})


def test_the_number_of_threads_of_torch_is_left_as_it_was():
    before = torch.get_num_threads()
    networks("mygru.py:MyGRU").run(block())
    assert torch.get_num_threads() == before
