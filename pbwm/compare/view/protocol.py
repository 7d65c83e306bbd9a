"""The protocol between a session and its pages.

A page sends requests, one JSON object each; ``do`` names the kind, and `REQUESTS` lists its fields. Anything else
raises a `ViewError`. A session sends messages:

============  ======  =================================================================================================
type          form    contents
============  ======  =================================================================================================
``schema``    JSON    the task, and of every model layers, projections, phases, forms of manipulations (sent once)
``state``     JSON    number of steps, cursor, network, learning, manipulations, next input, training
``at``        JSON    the cursor alone: step, and cycle in hundredths of the step
``steps``     JSON    summaries of steps from ``first`` on, which replace earlier summaries
``curves``    JSON    of every model, errors by network and epoch from ``first`` on, and epochs to criterion
``file``      JSON    a text to be saved: name and text
``error``     JSON    what could not be done, and why
``frames``    binary  one step: its number, its summary, and per model an array (frame, unit)
``weights``   binary  per model and projection an array (receiver, contact)
============  ======  =================================================================================================

A binary message consists of the length of its header in bytes (uint32), a JSON header, and the arrays that the header
lists under ``arrays``: name, type, shape, and offset in bytes from the end of the header, which is padded with spaces
to end at a multiple of 8. Numbers are little-endian. Types are ``float32`` and ``uint8``; the latter are quantized
between the two values in ``kept`` of their layer, and 255 is NaN.

The summary of a step has its input (``symbols``, ``values``, ``target``, ``counts``, ``rewarded``, ``event``,
``starts``, ``ideal``, ``by_hand``, ``learned``), and per model ``response``, ``correct``, ``gates``, ``memory`` and
``signals`` of the `GateRecord`. NaN is null.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.errors import ViewError

__all__ = ["CYCLES", "LONGEST", "REQUESTS", "packed", "request"]

CYCLES = 100
"""Positions of the cursor within a step, for every number of frames."""

LONGEST = 65536
"""Largest number of bytes of a request."""

Check = Callable[[Any], bool]


def whole(least: int, most: int) -> Check:
    """A check for whole numbers within limits."""
    return lambda value: type(value) is int and least <= value <= most


def text(value: Any) -> bool:
    """Whether a value is a short text."""
    return isinstance(value, str) and len(value) <= 200


def truth(value: Any) -> bool:
    """Whether a value is true or false."""
    return isinstance(value, bool)


def given(value: Any) -> bool:
    """Whether a value is an object of numbers, texts, booleans, nulls, and lists of these, by name."""
    plain = (int, float, str, bool, type(None))
    return isinstance(value, dict) and all(
        text(name) and (isinstance(v, plain) or (isinstance(v, list) and all(isinstance(x, plain) for x in v)))
        for name, v in value.items()
    )


def symbols(value: Any) -> bool:
    """Whether a value is null or a short list of whole numbers."""
    return value is None or (isinstance(value, list) and len(value) <= 100 and all(type(x) is int for x in value))


def or_none(check: Check) -> Check:
    """A check that also allows null."""
    return lambda value: value is None or check(value)


MANY = 1_000_000

REQUESTS: Mapping[str, Mapping[str, Check]] = {
    "hello": {},
    "move": {"cycles": whole(-MANY, MANY)},
    "step": {},
    "sequence": {},
    "look": {"step": whole(0, MANY), "cycle": whole(0, CYCLES - 1)},
    "back": {"step": whole(0, MANY)},
    "frames": {"step": whole(0, MANY)},
    "weights": {},
    "network": {"network": whole(0, MANY)},
    "restart": {"seed": whole(0, 2**32 - 1)},
    "learn": {"on": truth},
    "input": {"symbols": symbols, "target": whole(-1, MANY)},
    "apply": {"model": text, "kind": text, "fields": given, "replace": or_none(whole(0, MANY))},
    "revert": {"number": or_none(whole(0, MANY))},
    "train": {"epochs": whole(1, 100_000)},
    "stop": {},
    "script": {},
    "replay": {},
}
"""Request → its required fields, each with its check."""


def request(message: Any) -> dict[str, Any]:
    """A checked request, from JSON text or an object.

    Raises
    ------
    ViewError
        If it is not a valid request.

    Examples
    --------
    >>> request('{"do": "look", "step": 3, "cycle": 40}')
    {'do': 'look', 'step': 3, 'cycle': 40}
    >>> request('{"do": "look", "step": "3", "cycle": 40}')
    Traceback (most recent call last):
    pbwm.compare.errors.ViewError: look.step = '3' is not allowed; see the protocol
    """
    if isinstance(message, str):
        try:
            message = json.loads(message)
        except (ValueError, RecursionError):
            raise ViewError("request: is not JSON; see pbwm.compare.view.protocol") from None
    kind = message.get("do") if isinstance(message, dict) else None
    if not isinstance(kind, str) or kind not in REQUESTS:
        raise ViewError(f"request.do = {str(kind)[:40]!r} is not known; give one of {', '.join(REQUESTS)}")
    wanted = REQUESTS[kind]
    if message.keys() != {"do", *wanted}:
        raise ViewError(f"{kind}: has the fields {sorted(map(str, message))}; give {', '.join(['do', *wanted])}")
    for name, check in wanted.items():
        if not check(message[name]):
            raise ViewError(f"{kind}.{name} = {str(message[name])[:40]!r} is not allowed; see the protocol")
    return dict(message)


def packed(header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """A binary message; `arrays` are float32 or uint8, by name."""
    listed, parts, offset = [], [], 0
    for name, values in arrays.items():
        data = np.ascontiguousarray(values).tobytes()
        data += bytes(-len(data) % 4)
        listed.append({"name": name, "type": values.dtype.name, "shape": list(values.shape), "offset": offset})
        parts.append(data)
        offset += len(data)
    told = json.dumps({**header, "arrays": listed}, separators=(",", ":")).encode()
    told += b" " * (-(len(told) + 4) % 8)
    return b"".join([len(told).to_bytes(4, "little"), told, *parts])
