"""A declaration of an anatomy rejects parts that do not fit, by name."""

from dataclasses import replace

import numpy as np
import pytest

from tasks.base.anatomy import Anatomy, Effect, Phase, ShownLayer, ShownPath
from tasks.base.errors import ParameterError

INPUT = ShownLayer(name="input", title="input", units=2, labels=("A", "B"))
GATE = ShownLayer(name="gate", title="gate", units=4, pools=2, first_slot=0, row="gate")
PATH = ShownPath(
    name="input->gate",
    sender="input",
    target="gate",
    effect=Effect.EXCITATION,
    receivers=np.arange(4),
    senders=np.broadcast_to(np.arange(2), (4, 2)),
)
WHOLE = {
    "layers": (INPUT, GATE),
    "paths": (PATH,),
    "phases": (Phase(name="minus", frames=75), Phase(name="plus", frames=25)),
    "slots": ("1", "2"),
    "rows": ("gate",),
    "column": ("input",),
}


def test_units_and_frames_are_those_of_all_layers_and_phases():
    anatomy = Anatomy(**WHOLE)
    assert (anatomy.units, anatomy.frames) == (6, 100)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"slots": ("1",)}, "does not lie within the 1 slots"),
        ({"rows": ()}, "is not one of the rows"),
        ({"column": ()}, "must name each of"),
        ({"column": ("input", "input")}, "must name each of"),
        ({"paths": (replace(PATH, sender="inputs"),)}, "sender = 'inputs' is not one of input, gate"),
        ({"paths": (replace(PATH, senders=np.full((4, 1), 2)),)}, "must be below the 2 units of 'input'"),
        ({"paths": (replace(PATH, receivers=np.arange(1, 5)),)}, "must be below the 4 units of 'gate'"),
    ],
)
def test_parts_that_do_not_fit_are_rejected(change, said):
    with pytest.raises(ParameterError, match=said):
        Anatomy(**{**WHOLE, **change})


@pytest.mark.parametrize(
    ("change", "said"), [({"pools": 3}, "equal groups of its units"), ({"labels": ("A",)}, "all of the 4 units")]
)
def test_layers_that_cannot_be_are_rejected(change, said):
    with pytest.raises(ParameterError, match=said):
        replace(GATE, **change)
