"""Tasks with an automaton: their streams are its walks, with its probabilities."""

from collections import Counter
from functools import cache
from itertools import accumulate

import numpy as np
import pytest
from scipy.stats import chisquare

from tasks.base.errors import ParameterError
from tasks.base.task import FiniteStateTask, Several
from tasks.catalog import TASKS
from tests.reference import streams


def _has_automaton(task):
    """Whether a task has an automaton with few enough states."""
    try:
        return isinstance(task, FiniteStateTask) and bool(task.automaton())
    except ParameterError:
        return False


FINITE = [name for name in TASKS if _has_automaton(TASKS[name].build())]
STEPS = 20_000
SURPRISING = 1e-4
"""Probability, over all states together, below which frequencies fail; seeds are fixed."""


@pytest.fixture(params=FINITE, scope="module")
def task(request):
    return TASKS[request.param].build()


@pytest.fixture(scope="module")
def graph(task):
    return task.automaton()


@pytest.fixture(scope="module")
def walk(task, graph):
    """A long stream as (symbol, target), and its possible states before each step and after the last."""
    spec = task.spec
    steps = len(task.trials(100, np.random.default_rng(0))) / 100
    stream = task.trials(int(STEPS / steps), np.random.default_rng(8))
    answers = streams.answers(spec, stream)
    if isinstance(spec.answer, Several):
        answers = [a and tuple(r for r in spec.responses if r in a) for a in answers]
    shown = [" ".join(s for s in now.values() if s is not None) for now in streams.shown(spec, stream)]
    passed = list(zip(shown, answers, strict=True))

    @cache
    def after(states, step):
        edges = graph.out_edges(states, data=True)
        return frozenset(b for _, b, edge in edges if (edge["symbol"], edge["target"]) == step)

    first = frozenset(state for state, initial in graph.nodes(data="initial") if initial)
    return passed, list(accumulate(passed, after, initial=first))


def test_states_and_edges_are_what_the_contract_says(task, graph):
    spec = task.spec
    assert any(initial for _, initial in graph.nodes(data="initial"))
    assert all(isinstance(name, str) for name in graph)
    for state in graph:
        edges = [edge for _, _, edge in graph.out_edges(state, data=True)]
        assert sum(edge["probability"] for edge in edges) == pytest.approx(1), state
        for edge in edges:
            assert 0 < edge["probability"] <= 1
            assert isinstance(edge["symbol"], str)
            target = edge["target"] if isinstance(edge["target"], tuple) else (edge["target"],)
            assert edge["target"] is None or set(target) <= set(spec.responses)


def test_every_stream_is_a_walk_and_every_edge_is_walked(graph, walk):
    """Every edge with twelve or more expected walks: the probability to miss one is e⁻¹²."""
    shown, states = walk
    assert all(states), "a step that the automaton has not"
    walked = {
        (a, b, now, target)
        for before, after, (now, target) in zip(states, states[1:], shown, strict=False)
        for a in before
        for b in after
    }
    visits = Counter(state for before in states[:-1] for state in before)
    often = [edge for edge in graph.edges(data=True) if visits[edge[0]] * edge[2]["probability"] >= 12]
    assert often
    for a, b, edge in often:
        assert (a, b, edge["symbol"], edge["target"]) in walked


def test_steps_come_with_their_probabilities(graph, walk):
    """In states that the symbols determine."""
    shown, states = walk
    taken = Counter(
        (state, now) for before, (now, _) in zip(states, shown, strict=False) if len(before) == 1 for state in before
    )
    tested = 0
    for state in graph:
        edges = [edge for _, _, edge in graph.out_edges(state, data=True)]
        counts = np.array([taken[state, edge["symbol"]] for edge in edges])
        expected = counts.sum() * np.array([edge["probability"] for edge in edges])
        if len({edge["symbol"] for edge in edges}) == len(edges) > 1 and expected.min() >= 5:
            tested += 1
            assert chisquare(counts, expected).pvalue > SURPRISING, state
    assert tested
