"""Manipulations: lesions, clamps, dopamine gains, and noise (docs/pbwm.md §8).

They change inputs of the kernels, never the state of a network. Outcomes and records list the active ones. Invalid
values raise `PBWMParameterError`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from math import hypot
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from pbwm.checks import require_at_least, require_kinds
from pbwm.circuit import Circuit
from pbwm.errors import PBWMParameterError
from pbwm.kernels.tables import INPUT, MATRIX, PFC_AGE, Net
from pbwm.layout import Places
from tasks.base.errors import is_count, is_number, require, require_choice
from tasks.base.rng import Purpose, stream

__all__ = ["ClampGate", "DopamineGain", "Drive", "Gate", "Lesion", "Manipulable", "Manipulation", "Noise"]


def _require(condition: bool, where: str, value: object, rule: str, remedy: str) -> None:
    require(condition, where, value, rule, remedy, error=PBWMParameterError)


def _whole(value: object, least: int = 0) -> bool:
    return is_count(value, least)


def _named(where: str, value: object) -> None:
    _require(isinstance(value, str), where, value, "is not the name of a layer", "give e.g. 'matrix_go'")


def _nucleus(circuit: Circuit, name: str) -> list[int]:
    """Indices of the named layer and, of the striatum, of the layer of the same neurons that sees ages."""
    ages = [i for i, layer in enumerate(circuit.layers) if layer.name == f"{name}_age"]
    return [circuit.layer(name), *ages]


class Manipulation:
    """A manipulation of all networks of a block; the methods of this class change nothing."""

    by_step: ClassVar[bool] = False
    """Whether it specifies every step of a run; a lesson must then be one run."""

    def of_networks(self, places: range, count: int) -> "Manipulation":  # noqa: ARG002
        """The part for the networks at some places among `count`.

        Raise `PBWMParameterError` if it does not apply to this number of networks.
        """
        return self

    def check(self, circuit: Circuit) -> None:
        """Raise `PBWMParameterError` or `UnknownNameError` unless it applies to this circuit."""

    def check_run(self, steps: int) -> None:
        """Raise `PBWMParameterError` if it cannot act in a run of `steps` steps (at least 1)."""

    def compile(self, net: Net, circuit: Circuit) -> Net:  # noqa: ARG002
        """The manipulated network for the kernels."""
        return net

    def silence(self, alive: NDArray[np.floating], places: Places, place: int, network: int) -> None:
        """Write 0 into `alive` (row, 16) for each silenced unit of network `network`, at a `place` of the block."""

    def force(self, forced: NDArray[np.floating], places: Places, part: range) -> None:
        """Write 1 over −1 where a gate is forced open, and 0 where it is shut.

        The array (step, row, 16) covers one run. ``row, lanes = places.of_stripe(stripe)`` is the place of a stripe.
        `part` gives the places of its networks in the block.
        """


@dataclass(frozen=True, kw_only=True)
class Lesion(Manipulation):
    """Silent units: activity 0, whatever their input. They do not learn, but count in the means of their layer.

    Attributes
    ----------
    layer
        Name of the layer (nucleus). `matrix_go` and `matrix_nogo` include the units that see ages, which
        `matrix_go_age` and `matrix_nogo_age` name alone.
    stripe
        Stripe, from 0: maintenance stripes, then output stripes; None: all.
    fraction
        Proportion of these units, in (0, 1], drawn for each network.
    seed
        Root seed of the draw.
    """

    layer: str
    stripe: int | None = None
    fraction: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        require_kinds(self)
        require_at_least(self, "seed", 0)
        _named("Lesion.layer", self.layer)
        fits = self.stripe is None or _whole(self.stripe)
        _require(fits, "Lesion.stripe", self.stripe, "is not a stripe", "count stripes from 0, or give None for all")
        _require(0 < self.fraction <= 1, "Lesion.fraction", self.fraction, "must lie in (0, 1]", "give 1.0 for all")

    def check(self, circuit: Circuit) -> None:
        """Require an existing layer and stripe, and a lesioned unit."""
        layers = [circuit.layers[i] for i in _nucleus(circuit, self.layer)]
        stripes = layers[0].pools if layers[0].striped else 0
        rule = f"must be one of the {stripes} stripes of layer {self.layer!r}"
        fits = self.stripe is None or self.stripe < stripes
        _require(fits, "Lesion.stripe", self.stripe, rule, "count them from 0, or give None for the whole layer")
        units = sum(layer.units if self.stripe is None else layer.size for layer in layers)
        rule = f"includes none of the {units} units of layer {self.layer!r}"
        taken = round(self.fraction * units)
        _require(taken > 0, "Lesion.fraction", self.fraction, rule, f"give {1 / units:.2g} or more")

    def silence(self, alive: NDArray[np.floating], places: Places, place: int, network: int) -> None:
        """Write 0 into `alive` (row, 16) for each unit of the lesion."""
        found = []
        for i in _nucleus(places.circuit, self.layer):
            size = places.circuit.layers[i].size
            own = slice(None) if self.stripe is None else slice(self.stripe * size, (self.stripe + 1) * size)
            found.append(places.of_layer(i)[own])
        lost = self.lost(np.concatenate(found), network)
        places.layout.write(alive, lost, place, np.zeros(len(lost)))

    def lost(self, units: NDArray[np.int64], number: int) -> NDArray[np.int64]:
        """The lesioned units among `units`, in network `number`."""
        order = stream(self.seed, Purpose.LESION, number).permutation(len(units))
        return units[order[: round(self.fraction * len(units))]]


class Gate(StrEnum):
    """The gates of a stripe."""

    INPUT = "input"
    OUTPUT = "output"


@dataclass(frozen=True, kw_only=True)
class ClampGate(Manipulation):
    """A gate that is held open or shut. Of two clamps of the same gate, the later one applies.

    Attributes
    ----------
    stripe
        Slot of the `GateRecord`, from 0.
    open
        Whether the gate is open or shut at every check.
    gate
        Which gate of the stripe.
    steps
        First and last step, from 0 in every run; None: all. A run without the first step is rejected; one without the
        last is clamped to its end.
    """

    stripe: int
    open: bool
    gate: Gate = Gate.INPUT
    steps: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        _require(_whole(self.stripe), "ClampGate.stripe", self.stripe, "is not a stripe", "count stripes from 0")
        _require(isinstance(self.open, bool), "ClampGate.open", self.open, "must be True or False", "give one of them")
        object.__setattr__(self, "gate", require_choice("ClampGate.gate", self.gate, Gate))
        span = self.steps
        ordered = isinstance(span, tuple) and len(span) == 2 and all(map(_whole, span)) and span[0] <= span[1]
        rule = "must be the first and the last step, from 0 on"
        _require(span is None or ordered, "ClampGate.steps", span, rule, "give such a pair, or None for all steps")

    def check(self, circuit: Circuit) -> None:
        """Require that the stripe exists."""
        rule = f"must be one of the {circuit.stripes} stripes of the network"
        _require(self.stripe < circuit.stripes, "ClampGate.stripe", self.stripe, rule, "count them from 0")
        there = self.gate is Gate.INPUT or circuit.stripe_groups == 2
        remedy = "clamp the input gate, or build PBWM networks with output_gating = True"
        _require(there, "ClampGate.gate", str(self.gate), "does not exist", remedy)

    def check_run(self, steps: int) -> None:
        """Require that the run has the first step of the clamp."""
        rule = f"begins after the last step of a run or epoch of {steps} steps"
        fits = self.steps is None or self.steps[0] < steps
        _require(fits, "ClampGate.steps", self.steps, rule, f"give a first step of at most {steps - 1}, or more trials")

    def force(self, forced: NDArray[np.floating], places: Places, part: range) -> None:  # noqa: ARG002
        """Write the clamp into `forced` (step, row, 16) at its steps."""
        row, lanes = places.of_stripe(self.stripe + places.circuit.stripes * (self.gate is Gate.OUTPUT))
        first, last = self.steps or (0, len(forced))
        forced[first : last + 1, row, lanes] = float(self.open)


@dataclass(frozen=True, kw_only=True)
class DopamineGain(Manipulation):
    """Increased or decreased dopamine.

    Attributes
    ----------
    burst, dip
        Factors on positive and negative dopamine. In Parkinson's disease, burst is below 1 off medication, and dip on
        medication (Frank, 2005, *J. Cogn. Neurosci.* 17:51).
    d1, d2
        Factors on the effect of dopamine on Go (D1) and NoGo (D2), in learning and for the tonic level.
    tonic
        Tonic dopamine above its usual level. It multiplies excitation by ``1 + d1 · tonic`` (Go) and ``1 − d2 · tonic``
        (NoGo, at least 0).
    """

    burst: float = 1.0
    dip: float = 1.0
    d1: float = 1.0
    d2: float = 1.0
    tonic: float = 0.0

    def __post_init__(self) -> None:
        require_kinds(self)
        for name in ("burst", "dip", "d1", "d2"):
            require_at_least(self, name, 0.0)

    def compile(self, net: Net, circuit: Circuit) -> Net:  # noqa: ARG002
        """The network with the gains."""
        s = net.striatum
        for row in net.layers:
            if row.kind == MATRIX:
                gain = self.d1 if row.dopamine_sign > 0 else self.d2
                row.excitability *= max(0.0, 1.0 + row.dopamine_sign * gain * self.tonic)
        return net._replace(
            striatum=s._replace(
                burst_gain=self.burst * s.burst_gain,
                dip_gain=self.dip * s.dip_gain,
                d1_gain=self.d1 * s.d1_gain,
                d2_gain=self.d2 * s.d2_gain,
            )
        )


class Drive(StrEnum):
    """Site of noise: excitatory conductance, or membrane current."""

    GE = "ge"
    VM = "vm"


@dataclass(frozen=True, kw_only=True)
class Noise(Manipulation):
    """Gaussian noise in every unit of a layer, one draw per unit and trial.

    Attributes
    ----------
    layer
        Name of the layer (nucleus), as in `Lesion`; not an input.
    sd
        Standard deviation of a conductance, or of a current in units of potential per membrane τ.
    on
        Conductance or current. A current affects only silent units, up to their threshold.
    """

    layer: str
    sd: float
    on: Drive = Drive.GE

    def __post_init__(self) -> None:
        _named("Noise.layer", self.layer)
        _require(
            is_number(self.sd, 0.0), "Noise.sd", self.sd, "must be a finite number of at least 0", "give e.g. 0.05"
        )
        object.__setattr__(self, "on", require_choice("Noise.on", self.on, Drive))

    def check(self, circuit: Circuit) -> None:
        """Require an existing layer that is not an input."""
        kind = circuit.layers[circuit.layer(self.layer)].kind
        _require(
            kind not in (INPUT, PFC_AGE),
            "Noise.layer",
            self.layer,
            "has the activity of an input",
            "give another layer",
        )

    def compile(self, net: Net, circuit: Circuit) -> Net:
        """The network with the variance added to that of the layer."""
        for row in (net.layers[i] for i in _nucleus(circuit, self.layer)):
            row[f"noise_{self.on}"], row.noisy = hypot(row[f"noise_{self.on}"], self.sd), True
        return net


class Manipulable(ABC):
    """Networks to which manipulations can be applied between runs."""

    circuit: Circuit
    networks: int
    manipulations: tuple[Manipulation, ...] = ()
    """The active manipulations, in the order of application."""
    manipulation_kinds: ClassVar[tuple[type[Manipulation], ...]] = (Manipulation,)
    """The kinds of manipulation that these networks accept."""

    @abstractmethod
    def _manipulate(self) -> None:
        """Pass the active manipulations to the kernels."""

    def apply(self, *manipulations: Manipulation) -> None:
        """Apply manipulations from the next run on, in addition to active ones.

        Raises
        ------
        PBWMParameterError, UnknownNameError
            If one does not apply to these networks; none is then applied.
        """
        for manipulation in manipulations:
            known = isinstance(manipulation, Manipulation)
            rule = "is not a manipulation"
            _require(known, "manipulation", manipulation, rule, "give e.g. Lesion(layer='matrix_nogo')")
            kinds = ", ".join(kind.__name__ for kind in self.manipulation_kinds)
            rule = f"does not apply to {type(self).__name__} networks"
            fits = isinstance(manipulation, self.manipulation_kinds)
            _require(fits, "manipulation", manipulation, rule, f"give one of {kinds}")
            manipulation.check(self.circuit)
            manipulation.of_networks(range(self.networks), self.networks)
        before = self.manipulations
        self.manipulations += manipulations
        try:
            self._manipulate()
        except BaseException:
            self.manipulations = before
            self._manipulate()
            raise

    def revert(self, *manipulations: Manipulation) -> None:
        """Revert manipulations, or all if none is named.

        Raises
        ------
        PBWMParameterError
            If one is not active; none is then reverted.
        """
        left = list(self.manipulations) if manipulations else []
        for manipulation in manipulations:
            rule = f"is not one of the active ones, {self.manipulations}"
            _require(manipulation in left, "manipulation", manipulation, rule, "revert what was applied")
            left.remove(manipulation)
        self.manipulations = tuple(left)
        self._manipulate()

    @contextmanager
    def manipulated(self, *manipulations: Manipulation) -> Iterator[Self]:
        """A context in which manipulations apply: ``with learner.manipulated(Lesion(layer="stn")): …``."""
        self.apply(*manipulations)
        try:
            yield self
        finally:
            if manipulations:  # to revert none would revert all
                self.revert(*manipulations)
