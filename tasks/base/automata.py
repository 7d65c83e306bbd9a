"""The automaton of a task (`tasks.base.task.FiniteStateTask`) from its transitions."""

from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from tasks.base.errors import require

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["MOST_STATES", "Move", "build_automaton", "ending_now"]

State = TypeVar("State", bound=Hashable)

MOST_STATES = 1000
"""Largest number of states."""


class Move(NamedTuple):
    """A possible step in a state: input, probability in that state, correct response or None, and next state."""

    symbol: str
    probability: float
    target: str | None
    then: Hashable


def build_automaton(
    task: str, start: State, moves: Callable[[State], Iterable[Move]], name: Callable[[State], str]
) -> "nx.MultiDiGraph":
    """The automaton of all reachable states.

    Its name is `task`, and its first state is `start`. Possible `moves` of a state that differ only in probability
    become one edge. `name` gives the name of a state.

    Raises
    ------
    ParameterError
        If there are more than `MOST_STATES` states.

    Examples
    --------
    >>> def moves(awake):
    ...     yield Move("knock", 1 / 4, "open" if awake else None, True)
    ...     yield Move("silence", 3 / 4, None, False)
    >>> graph = build_automaton("door", False, moves, {False: "asleep", True: "awake"}.get)
    >>> [(a, b, edge["symbol"], edge["target"]) for a, b, edge in graph.edges(data=True) if edge["symbol"] == "knock"]
    [('asleep', 'awake', 'knock', None), ('awake', 'awake', 'knock', 'open')]
    """
    import networkx as nx

    graph = nx.MultiDiGraph()
    graph.add_node(name(start), initial=True)
    found, ahead = {start}, [start]
    while ahead:
        state = ahead.pop(0)
        edges: dict[tuple[Any, str, str | None], float] = {}  # moves lead from states to states
        for move in moves(state):
            if move.probability > 0:
                key = (move.then, move.symbol, move.target)
                edges[key] = edges.get(key, 0.0) + move.probability
        for (then, symbol, target), probability in edges.items():
            if then not in found:
                found.add(then)
                ahead.append(then)
                graph.add_node(name(then), initial=False)
            graph.add_edge(name(state), name(then), symbol=symbol, probability=probability, target=target)
        rule, remedy = f"has more than {MOST_STATES} states", "give it fewer symbols or fewer items"
        require(len(found) <= MOST_STATES, "automaton of task", task, rule, remedy)
    return graph


def ending_now(done: int, least: int, most: int) -> float:
    """Probability that a number, uniform from `least` to `most`, is `done`, given that it is at least that.

    Examples
    --------
    >>> [ending_now(done, 1, 4) for done in range(5)]
    [0.0, 0.25, 0.3333333333333333, 0.5, 1.0]
    """
    return 1 / (most - done + 1) if done >= least else 0.0
