"""Weights by PyTorch's names: equal outputs, the same weights back, and learning continues."""

from dataclasses import replace

import numpy as np
import pytest

from lstm_baseline import GRU, LSTM, SRN, GRUParams, LSTMParams
from lstm_baseline.errors import LSTMParameterError, LSTMWeightsError
from tasks.base.errors import ParameterError
from tasks.base.learner import Population
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.catalog import TASKS

TASK = TASKS["12ax"].build()
CELLS = 5
KINDS = {"lstm": (LSTM, 4), "gru": (GRU, 3)}


def drawn(layer, seed=0, cells=CELLS, prefix="net."):
    """A state dictionary as of a module of torch."""
    rng, rows = np.random.default_rng(seed), KINDS[layer][1] * cells
    shapes = {
        f"{prefix}{layer}.weight_ih_l0": (rows, 8),
        f"{prefix}{layer}.weight_hh_l0": (rows, cells),
        f"{prefix}{layer}.bias_ih_l0": (rows,),
        f"{prefix}{layer}.bias_hh_l0": (rows,),
        f"{prefix}out.weight": (2, cells),
        f"{prefix}out.bias": (2,),
    }
    return {name: rng.uniform(-1, 1, shape) for name, shape in shapes.items()}


def block(networks, sequences=6):
    return TrialBlock.stack([TASK.trials(sequences, stream(3, Purpose.TRIALS, n)) for n in range(networks)])


def sigma(x):
    return 1 / (1 + np.exp(-x))


def torch_lstm(w, inputs):
    """The outputs h of torch.nn.LSTM by its documentation."""
    w_x, w_h, b_x, b_h = list(w.values())[:4]
    h = c = np.zeros(w_h.shape[1])
    said = []
    for x in inputs:
        i, f, g, o = np.split(w_x @ x + b_x + w_h @ h + b_h, 4)
        c = sigma(f) * c + sigma(i) * np.tanh(g)
        h = sigma(o) * np.tanh(c)
        said.append(h)
    return np.array(said)


def torch_gru(w, inputs):
    """The outputs h of torch.nn.GRU by its documentation."""
    w_x, w_h, b_x, b_h = list(w.values())[:4]
    h, said = np.zeros(w_h.shape[1]), []
    for x in inputs:
        (r_x, z_x, n_x), (r_h, z_h, n_h) = np.split(w_x @ x + b_x, 3), np.split(w_h @ h + b_h, 3)
        z, n = sigma(z_x + z_h), np.tanh(n_x + sigma(r_x + r_h) * n_h)
        h = (1 - z) * n + z * h
        said.append(h)
    return np.array(said)


FORWARD = {"lstm": torch_lstm, "gru": torch_gru}


def params(layer, **changes):
    kind = LSTMParams if layer == "lstm" else GRUParams
    return kind.modern(**{"blocks" if layer == "lstm" else "hidden": CELLS}, **changes)


def outputs(learner, trials):
    record = learner.run(trials, learn=False, record=True).record
    return record.signals["output"] if "output" in record.signals else record.memory[..., 0]


@pytest.fixture(params=KINDS)
def layer(request):
    return request.param


@pytest.mark.parametrize(("dtype", "most"), [("float64", 1e-12), ("float32", 1e-6)])
def test_outputs_are_those_of_the_module(layer, dtype, most):
    states, trials = [drawn(layer, seed) for seed in range(3)], block(3)
    learner = KINDS[layer][0].from_torch(TASK.spec, states, params=params(layer, dtype=dtype))
    found = outputs(learner, trials)
    for network, state in enumerate(states):
        shown = np.eye(8)[trials.symbols[network, : trials.length[network], 0]]
        wanted = FORWARD[layer](state, shown)
        np.testing.assert_allclose(found[network, : len(wanted)], wanted, rtol=0, atol=most)


def test_responses_are_those_of_the_module(layer):
    state, trials = drawn(layer), block(1)
    learner = KINDS[layer][0].from_torch(TASK.spec, state)
    assert learner.networks == 1
    shown = np.eye(8)[trials.symbols[0, : trials.length[0], 0]]
    said = FORWARD[layer](state, shown) @ state["net.out.weight"].T + state["net.out.bias"]
    np.testing.assert_array_equal(learner.run(trials, learn=False).response[0], said.argmax(1))


def test_weights_come_back_under_the_names_of_torch(layer):
    states = [drawn(layer, seed, prefix="") for seed in range(2)]
    kind = KINDS[layer][0]
    back = kind.from_torch(TASK.spec, states, params=params(layer, dtype="float64")).to_torch()
    for state, found in zip(states, back, strict=True):
        assert list(found) == [name.replace("out.", "readout.") for name in state]
        for name, wanted in zip(found, state.values(), strict=True):
            if "bias" not in name or "readout" in name:
                np.testing.assert_array_equal(found[name], wanted)
    again = kind.from_torch(TASK.spec, back, params=params(layer, dtype="float64"))
    for one, other in zip(again.to_torch(), back, strict=True):
        for name, values in one.items():
            np.testing.assert_array_equal(values, other[name])


def test_networks_learn_further_as_any_others(layer):
    kind, trials = KINDS[layer][0], block(2)
    made = kind.from_torch(TASK.spec, [drawn(layer), drawn(layer, 1)], seed=3)
    other = kind(TASK.spec, networks=range(2), seed=3, params=made.params)
    other.set_weights(made.weights())
    before = made.weights()["readout"]
    for each in (made, other):
        each.run(trials)
    assert (made.weights()["readout"] != before).any()
    for name, values in made.state().items():
        np.testing.assert_array_equal(values, other.state()[name], err_msg=name)


def test_modules_of_torch_give_the_same(layer):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    module = torch.nn.ModuleDict(
        {layer: (torch.nn.LSTM if layer == "lstm" else torch.nn.GRU)(8, CELLS), "readout": torch.nn.Linear(CELLS, 2)}
    )
    learner, trials = KINDS[layer][0].from_torch(TASK.spec, module.state_dict()), block(1)
    shown = torch.eye(8)[torch.from_numpy(trials.symbols[0, : trials.length[0], 0].astype(np.int64))]
    wanted = module[layer](shown)[0].detach().numpy()
    np.testing.assert_allclose(outputs(learner, trials)[0], wanted, rtol=0, atol=1e-6)
    learner.run(trials)
    module.load_state_dict({name: torch.from_numpy(of) for name, of in learner.to_torch()[0].items()})
    learner.set_state(learner.state() | {k: np.zeros_like(v) for k, v in learner.state().items() if k in CARRIED})
    wanted = module[layer](shown)[0].detach().numpy()
    np.testing.assert_allclose(outputs(learner, trials)[0], wanted, rtol=0, atol=1e-6)


CARRIED = ("y_c", "s", "cells")
"""Activity that persists between calls."""


def without(state, end):
    return {name: of for name, of in state.items() if not name.endswith(end)}


def test_biases_that_are_left_out_are_0(layer):
    state = drawn(layer)
    zeros = {name: np.zeros_like(of) if "bias" in name else of for name, of in state.items()}
    kind = KINDS[layer][0]
    one = kind.from_torch(TASK.spec, {name: of for name, of in state.items() if "bias" not in name})
    for name, values in kind.from_torch(TASK.spec, zeros).weights().items():
        np.testing.assert_array_equal(values, one.weights()[name])


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        (lambda s: without(s, "weight_hh_l0"), LSTMWeightsError, "must hold one array 'weight_hh_l0'"),
        (lambda s: s | {"net.lstm.weight_ih_l1": np.zeros((20, 5))}, LSTMWeightsError, "more than one layer"),
        (lambda s: s | {"net.lstm.weight_ih_l0_reverse": np.zeros((20, 8))}, LSTMWeightsError, "more than one layer"),
        (lambda s: without(s, "out.weight"), LSTMWeightsError, "must hold the weight of one linear readout"),
        (lambda s: s | {"net.more.weight": np.zeros((3, 5))}, LSTMWeightsError, "one linear readout"),
        (lambda s: s | {"net.out.weight": np.zeros((2, 4))}, LSTMWeightsError, r"must be \(outputs, 5\)"),
        (lambda s: s | {"net.lstm.bias_hh_l0": np.zeros(19)}, LSTMWeightsError, r"must be \(20,\): 4 gates of 5 cells"),
        (
            lambda s: s | {"net.lstm.weight_ih_l0": np.zeros((20, 9))},
            LSTMWeightsError,
            "inputs = 9 must be 8, the symbols",
        ),
        (lambda s: s | {"net.out.weight": np.zeros((3, 5))}, LSTMWeightsError, "outputs = 3 must be 2, the responses"),
        (lambda s: s | {"net.out.bias": np.zeros((2, 2))}, LSTMWeightsError, r"readout_bias.* has shape"),
        (lambda s: s | {"net.lstm.weight_hh_l0": np.array(1.0)}, LSTMWeightsError, "must have 2 dimensions"),
        (lambda s: s | {"net.out.bias": [[1.0], [1.0, 2.0]]}, LSTMWeightsError, "must hold real numbers"),
        (lambda s: {1: s["net.out.bias"]}, LSTMWeightsError, "is not a state dictionary; give module.state_dict"),
        (lambda s: [s, 3], LSTMWeightsError, "state_dict = 3 is not a state dictionary"),
        (lambda s: None, LSTMWeightsError, "state_dict = None is not a state dictionary"),
        (lambda s: "weights.pt", LSTMWeightsError, "state_dict = 'weights.pt' is not a state dictionary"),
        (lambda s: s | {"net.out.bias": np.zeros(2, int)}, LSTMWeightsError, "must hold real numbers"),
        (lambda s: s | {"net.out.bias": np.full(2, np.nan)}, LSTMWeightsError, "holds nan"),
        (lambda s: [s, drawn("lstm", cells=4)], LSTMWeightsError, "networks of different sizes"),
        (lambda s: [], LSTMWeightsError, "holds no network"),
        (lambda s: [s] * 17, LSTMParameterError, "LSTM.networks"),
    ],
)
def test_what_is_no_such_module_is_rejected(changed, error, says):
    with pytest.raises(error, match=says):
        LSTM.from_torch(TASK.spec, changed(drawn("lstm")))


@pytest.mark.parametrize("of", [lambda t: t.bfloat16(), lambda t: t.to_sparse()], ids=["bfloat16", "sparse"])
def test_tensors_that_are_no_arrays_are_rejected(of):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    states = {name: of(torch.from_numpy(values)) for name, values in drawn("lstm").items()}
    with pytest.raises(LSTMWeightsError, match="convert it to a dense array of float32"):
        LSTM.from_torch(TASK.spec, states)


def test_a_layer_of_another_kind_is_rejected():
    with pytest.raises(LSTMWeightsError, match="3 gates of 5 cells; load it as a layer of its own type"):
        GRU.from_torch(TASK.spec, drawn("lstm"))


@pytest.mark.parametrize(
    ("params", "says"),
    [
        (LSTMParams.modern(blocks=4), "cells = 4 must be the 5 of the module"),
        (LSTMParams.modern(blocks=5, peepholes=True), "LSTMParams.peepholes = True is not that of torch.nn.LSTM"),
        (LSTMParams.gers_2000(output=None), "LSTMParams.g = "),
        (3, "LSTM.params = 3 is not of type LSTMParams"),
    ],
)
def test_parameters_of_another_form_are_rejected(params, says):
    with pytest.raises(LSTMParameterError, match=says):
        LSTM.from_torch(TASK.spec, drawn("lstm"), params=params)


def test_networks_of_another_form_have_no_names_in_torch():
    learner = LSTM(TASK.spec, params=replace(LSTMParams.modern(), cell_bias=False))
    with pytest.raises(LSTMParameterError, match=r"LSTMParams\.cell_bias = False is not that of torch\.nn\.LSTM"):
        learner.to_torch()


def test_a_population_gives_the_weights_of_all_its_networks(layer):
    kind = KINDS[layer][0]
    form = params(layer)
    population = Population(lambda networks: kind(TASK.spec, networks=networks, seed=3, params=form), 19)
    given = population.to_torch()
    assert len(given) == 19
    for place in (0, 15, 16, 18):
        (alone,) = kind(TASK.spec, networks=range(place, place + 1), seed=3, params=form).to_torch()
        assert set(given[place]) == set(alone)
        for name, values in alone.items():
            np.testing.assert_array_equal(given[place][name], values)


def test_a_population_of_another_model_has_no_weights_of_pytorch():
    population = Population(lambda networks: SRN(TASK.spec, networks=networks), 17)
    with pytest.raises(ParameterError, match=r"model = 'SRN' has no weights in the naming of PyTorch.*LSTM or GRU"):
        population.to_torch()


def test_a_module_may_have_any_name():
    """Only the last part of a name distinguishes layers."""
    state = {name.replace("out", "readout_l1"): values for name, values in drawn("lstm").items()}
    loaded = LSTM.from_torch(TASK.spec, state)
    np.testing.assert_allclose(loaded.weights()["readout"][0], state["net.readout_l1.weight"], rtol=1e-6)
    with pytest.raises(LSTMWeightsError, match="belong to more than one layer"):
        LSTM.from_torch(TASK.spec, state | {"net.lstm.weight_ih_l1": state["net.lstm.weight_hh_l0"]})
