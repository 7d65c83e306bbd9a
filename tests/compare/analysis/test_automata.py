"""States that are alike are merged, and no others: compared with every pairing of steps."""

from functools import partial
from itertools import product

import networkx as nx
import pytest

from pbwm.compare.analysis.automata import merged_states
from tasks.ax_cpt import AXCPT
from tasks.n_back import NBack
from tasks.sir import SIR
from tasks.twelve_ax import TwelveAX


def steps_of(graph, state):
    return [
        (b, step["symbol"], step["target"], step["probability"]) for _, b, step in graph.out_edges(state, data=True)
    ]


def can_be_paired(one, other, alike, pairs=()):
    """Whether steps can be paired: equally probable, to states that are alike, right responses renamed one to one."""
    if not one or not other:
        return not one and not other
    (then, _, target, probability), *rest = one
    for i, (then_too, _, target_too, probability_too) in enumerate(other):
        fits = probability == pytest.approx(probability_too) and alike(then, then_too)
        renamed = [(target is None) == (target_too is None), *((target == t) == (target_too == u) for t, u in pairs)]
        if fits and all(renamed):
            others = [*other[:i], *other[i + 1 :]]
            if can_be_paired(rest, others, alike, (*pairs, (target, target_too))):
                return True
    return False


def _not_in(pairs, a, b):
    return (a, b) not in pairs


def told_apart(graph):
    """Pairs of states that differ, by any pairing of their steps."""
    apart = set()
    while True:
        alike = partial(_not_in, frozenset(apart))
        open_pairs = (pair for pair in product(graph, repeat=2) if pair not in apart)
        more = {(a, b) for a, b in open_pairs if not can_be_paired(steps_of(graph, a), steps_of(graph, b), alike)}
        if not more:
            return apart
        apart |= more


TASKS = [TwelveAX(max_pairs=2), AXCPT(), NBack(letters=3), SIR(stimuli=2)]


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_states_are_merged_that_no_pairing_of_steps_tells_apart(task):
    graph = task.automaton()
    merged, apart = merged_states(graph), told_apart(graph)
    group = {state: first for first, members in merged.nodes(data="members") for state in members}
    assert set(group) == set(graph)
    for a, b in product(graph, repeat=2):
        assert (group[a] == group[b]) == ((a, b) not in apart), (a, b)


def test_a_merged_state_has_the_steps_of_the_first_of_its_members():
    graph = TwelveAX().automaton()
    merged = merged_states(graph)
    assert merged.nodes["1: A"]["members"] == ["1: A", "2: B"]
    assert [edge[1:] for edge in steps_of(merged, "1: A")] == [edge[1:] for edge in steps_of(graph, "1: A")]
    assert {then for then, *_ in steps_of(merged, "1: A")} == {"1 after 1"}
    assert {state for state, initial in merged.nodes(data="initial") if initial} == {"start"}


def test_a_state_that_asks_for_a_response_is_not_like_one_that_asks_for_none():
    graph = nx.MultiDiGraph()
    for state, target in (("asks", "L"), ("asks too", "R"), ("asks for none", None)):
        graph.add_node(state, initial=True)
        graph.add_edge(state, state, symbol="A", target=target, probability=1.0)
    merged = merged_states(graph)
    assert dict(merged.nodes(data="members")) == {"asks": ["asks", "asks too"], "asks for none": ["asks for none"]}
