"""The circuit as a signed graph, and its pathways with their signs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pbwm.wiring import Influence, Modulation
from tasks.base.errors import nearest

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Drawable", "Pathway", "circuit_graph", "paths_between"]


class Drawable(Protocol):
    """A circuit that can be converted to a graph."""

    @property
    def layers(self) -> tuple[Any, ...]:
        """Layers: name, size, units, pools, cells, receptor, tonic excitation, striped."""
        ...

    @property
    def paths(self) -> tuple[Any, ...]:
        """Paths: sender, target, sign, wiring, plasticity, absolute strength, source."""
        ...

    @property
    def modulations(self) -> tuple[Modulation, ...]:
        """Modulations, which act without a conductance."""
        ...

    @property
    def modulators(self) -> Mapping[str, str]:
        """Signals with one value per network: name → cells."""
        ...

    def layer(self, name: str) -> int:
        """Index of a layer."""
        ...

    def senders(self, path: Any) -> NDArray[np.int64]:
        """Senders of every receiver of a path: int array (receiver, contact)."""
        ...

    def receivers(self, path: Any) -> slice:
        """Receiving units of a path."""
        ...


@dataclass(frozen=True)
class Pathway:
    """A pathway: nuclei in order, and the sign (1 or −1) of each projection."""

    nodes: tuple[str, ...]
    signs: tuple[int, ...]

    @property
    def sign(self) -> int:
        """1 if the first nucleus excites or disinhibits the last, −1 if it inhibits it."""
        return prod(self.signs)

    def __str__(self) -> str:
        steps = "".join(f" {'⊣→'[sign > 0]} {node}" for sign, node in zip(self.signs, self.nodes[1:], strict=True))
        return f"{self.nodes[0]}{steps}"


def circuit_graph(circuit: Drawable, *, by_stripe: bool = False) -> "nx.MultiDiGraph":
    """The signed graph of a circuit, by nucleus or, with `by_stripe`, by stripe (``gpi 3``).

    Nodes have the attributes `layer`, `stripe` (from 1; 0: none), `cells`, `receptor`, `units`, and `tonic`. Edges have
    `influence` (`Influence`), `sign` (1, −1), `pattern`, `plasticity`, `strength`, `effect`, and `source`.

    Examples
    --------
    >>> from pbwm.circuit import build_circuit
    >>> from pbwm.gate import Disinhibition
    >>> from pbwm.params import PBWMParams
    >>> from tasks.catalog import TASKS
    >>> graph = build_circuit(TASKS["12ax"].build().spec, PBWMParams(gate=Disinhibition())).graph()
    >>> [(str(pathway), pathway.sign) for pathway in paths_between(graph, "matrix_go", "thalamus", via=("gpi",))]
    [('matrix_go ⊣ gpi ⊣ thalamus', 1)]
    """
    import networkx as nx  # imported here, because it takes a tenth of the start-up time of a network

    graph: nx.MultiDiGraph = nx.MultiDiGraph()
    for layer in circuit.layers:
        for stripe in _stripes(layer, by_stripe):
            graph.add_node(
                _node(layer, stripe), layer=layer.name, stripe=stripe, cells=layer.cells, receptor=layer.receptor,
                units=layer.size if stripe else layer.units, tonic=layer.tonic,
            )  # fmt: skip
    for name, cells in circuit.modulators.items():
        graph.add_node(name, layer=name, stripe=0, cells=cells, receptor="", units=1, tonic=0.0)
    for path in circuit.paths:
        influence = Influence.EXCITATION if path.sign > 0 else Influence.INHIBITION
        for sender, target in _ends(circuit, path, by_stripe):
            graph.add_edge(
                sender, target, influence=influence, sign=path.sign, pattern=str(path.wiring),
                plasticity=path.plasticity, strength=path.absolute, effect="", source=path.source,
            )  # fmt: skip
    for m in circuit.modulations:
        for sender, target in _modulated(circuit, m, by_stripe):
            graph.add_edge(
                sender, target, influence=m.influence, sign=m.sign, pattern="", plasticity="", strength=1.0,
                effect=m.effect, source=m.source,
            )  # fmt: skip
    return graph


def _stripes(layer: Any, by_stripe: bool) -> range:
    return range(1, layer.pools + 1) if by_stripe and layer.striped else range(1)


def _node(layer: Any, stripe: int) -> str:
    return f"{layer.name} {stripe}" if stripe else layer.name


def _ends(circuit: Drawable, path: Any, by_stripe: bool) -> Iterator[tuple[str, str]]:
    sender, target = (circuit.layers[circuit.layer(name)] for name in (path.sender, path.target))
    senders = circuit.senders(path)
    receivers = np.arange(target.units)[circuit.receivers(path), None]
    s = senders // sender.size + 1 if by_stripe and sender.striped else np.zeros_like(senders)
    t = receivers // target.size + 1 if by_stripe and target.striped else np.zeros_like(receivers)
    for stripes in dict.fromkeys(zip(s.ravel().tolist(), np.broadcast_to(t, s.shape).ravel().tolist(), strict=True)):
        yield _node(sender, stripes[0]), _node(target, stripes[1])


def _modulated(circuit: Drawable, m: Modulation, by_stripe: bool) -> Iterator[tuple[str, str]]:

    def nodes(name: str) -> list[tuple[str, int]]:
        layer = circuit.layers[circuit.layer(name)] if name not in circuit.modulators else None
        return [(_node(layer, s), s) for s in _stripes(layer, by_stripe)] if layer else [(name, 0)]

    targets = nodes(m.target)
    for (sender, s), (target, t) in product(nodes(m.sender), targets):
        if not (s and t) or s == t + m.sender_group * len(targets):
            yield sender, target


def paths_between(
    graph: "nx.MultiDiGraph", sender: str, target: str, *, via: Iterable[str] | None = None
) -> list[Pathway]:
    """Pathways of excitation and inhibition between two nodes, shortest first.

    Parameters
    ----------
    graph
        A graph of `circuit_graph`.
    sender, target
        Its nodes.
    via
        Allowed intermediate nodes; by default all.

    Raises
    ------
    UnknownNameError
        If a name is not a node.
    """
    allowed = {sender, target, *(graph if via is None else via)}
    for name in allowed:
        if name not in graph:
            raise nearest("nucleus", name, graph)
    import networkx as nx

    signed: nx.DiGraph = nx.DiGraph()
    signed.add_nodes_from((sender, target))
    for a, b, edge in graph.edges(data=True):
        if {a, b} <= allowed and edge["influence"] in (Influence.EXCITATION, Influence.INHIBITION):
            signed.add_edge(a, b, sign=edge["sign"])
    found = [
        Pathway(tuple(nodes), tuple(signed.edges[step]["sign"] for step in nx.utils.pairwise(nodes)))
        for nodes in nx.all_simple_paths(signed, sender, target)
    ]
    return sorted(found, key=lambda pathway: (len(pathway.nodes), pathway.nodes))
