"""PBWM in the form of O'Reilly & Frank (2006): kWTA inhibition, contrastive Hebbian learning, PVLV, three phases."""

from typing import TYPE_CHECKING

from tasks.base.exports import on_demand

if TYPE_CHECKING:
    from pbwm.form2006.circuit import Circuit2006, build_circuit
    from pbwm.form2006.gating import GateSelection, Prefrontal, RandomGo, Striatum
    from pbwm.form2006.learner import PBWM2006
    from pbwm.form2006.learning import ContrastiveLearning, Success, Values
    from pbwm.form2006.neurons import Phases, Unit, WinnersTakeAll
    from pbwm.form2006.params import PBWM2006Params, oreilly_frank_2006
else:
    __getattr__, __dir__ = on_demand(
        __name__,
        {
            "circuit": "Circuit2006 build_circuit",
            "gating": "GateSelection Prefrontal RandomGo Striatum",
            "learner": "PBWM2006",
            "learning": "ContrastiveLearning Success Values",
            "neurons": "Phases Unit WinnersTakeAll",
            "params": "PBWM2006Params oreilly_frank_2006",
        },
    )

__all__ = [
    "PBWM2006",
    "Circuit2006",
    "ContrastiveLearning",
    "GateSelection",
    "PBWM2006Params",
    "Phases",
    "Prefrontal",
    "RandomGo",
    "Striatum",
    "Success",
    "Unit",
    "Values",
    "WinnersTakeAll",
    "build_circuit",
    "oreilly_frank_2006",
]
