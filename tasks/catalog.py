"""The one list of tasks: what can be asked of a model by name."""

from tasks.base.registry import Entry, Registry
from tasks.base.task import Task
from tasks.phonological_loop import PhonologicalLoop
from tasks.sir import SIR
from tasks.twelve_ax import TwelveAX

__all__ = ["TASKS"]

TASKS: Registry[Task] = Registry(
    "task",
    {
        "12ax": Entry(
            TwelveAX.oreilly_frank_2006,
            "1-2-AX of O'Reilly & Frank (2006): hold the task over an outer loop and a cue over each pair in it.",
        ),
        "12ax-current-task": Entry(
            TwelveAX.current_task,
            "1-2-AX in the other reading of the paper: a possible target is always the target of the current task.",
        ),
        "sir2": Entry(
            SIR.oreilly_frank_2006_shared,
            "Store, ignore and recall of O'Reilly & Frank (2006): two stores, and symbols that always look the same.",
        ),
        "sir2-dedicated": Entry(
            SIR.oreilly_frank_2006_dedicated,
            "The same with a unit for each symbol under each control, so that what to store can be seen at a glance.",
        ),
        "sir2-reference": Entry(
            SIR.reference_simulation,
            "Store, ignore and recall as emergent simulates it: four symbols, and a full store is never stored to.",
        ),
        "phonological-loop": Entry(
            PhonologicalLoop.oreilly_frank_2006,
            "The phonological loop of O'Reilly & Frank (2006): hear three phonemes, and say them again in their order.",
        ),
    },
)
"""Name → how to build the task, and a sentence about it. The builders take changes to parameters by keyword."""
