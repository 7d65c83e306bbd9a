"""Merge equivalent states of an automaton, so that a large automaton can be drawn."""

from collections.abc import Hashable, Mapping

import networkx as nx

from tasks.base.arguments import checked

__all__ = ["merged_states"]

DIGITS = 9
"""Number of digits to which probabilities must agree to count as equal."""


@checked()
def merged_states(graph: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """Merge states of an automaton (`tasks.base.task.FiniteStateTask`) that differ only in names.

    Two states are equivalent if their steps can be paired so that paired steps have the same probability and correct
    response, and lead to equivalent states (Moore, 1956, Gedanken-experiments on sequential machines).

    Parameters
    ----------
    graph
        States with `initial`, steps with `symbol`, `target` and `probability`.

    Returns
    -------
    MultiDiGraph
        A state per group, with name and steps of its first member, all `members`, and `initial` if one of them is.

    Examples
    --------
    >>> from tasks.n_back import NBack
    >>> merged = merged_states(NBack(n=2).automaton())
    >>> [(state, len(members)) for state, members in merged.nodes(data="members")]
    [('start', 1), ('A', 5), ('AA', 25)]
    """
    group: dict[str, int] = dict.fromkeys(graph, 0)
    while True:
        numbers: dict[Hashable, int] = {}
        split = {
            state: numbers.setdefault((group[state], _pattern(graph, state, group)), len(numbers)) for state in graph
        }
        if len(numbers) == len(set(group.values())):
            return _merged(graph, split)
        group = split


def _pattern(graph: nx.MultiDiGraph, state: str, group: Mapping[str, int]) -> Hashable:
    """Steps of a state without names: by correct response, probabilities and next groups."""
    by_target: dict[Hashable, list[tuple[float, int]]] = {}
    for _, then, step in graph.out_edges(state, data=True):
        by_target.setdefault(step["target"], []).append((round(float(step["probability"]), DIGITS), group[then]))
    return tuple(sorted((target is None, tuple(sorted(steps))) for target, steps in by_target.items()))


def _merged(graph: nx.MultiDiGraph, group: Mapping[str, int]) -> nx.MultiDiGraph:
    members: dict[int, list[str]] = {}
    for state in graph:
        members.setdefault(group[state], []).append(state)
    merged = nx.MultiDiGraph()
    for states in members.values():
        merged.add_node(states[0], members=states, initial=any(graph.nodes[state]["initial"] for state in states))
    for states in members.values():
        for _, then, step in graph.out_edges(states[0], data=True):
            merged.add_edge(states[0], members[group[then]][0], **step)
    return merged
