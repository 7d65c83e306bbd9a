"""A session as one self-contained page: the front end with the compressed messages of the session.

Activity is quantized by layer and compressed with zlib.
"""

import base64
import hashlib
import html
import json
import zlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.view.assets import POLICY, page, script, style
from pbwm.compare.view.protocol import packed
from pbwm.compare.view.schema import schema
from tasks.base.anatomy import Anatomy

if TYPE_CHECKING:
    from pbwm.compare.view.session import Session

__all__ = ["bounds", "is_replay", "quantized", "replay_page"]

RECORDING = '<script type="text/plain" id="recording">'
"""What precedes the messages in a page."""
LEVELS = 254
"""The largest quantized value; the next one is NaN."""


def bounds(anatomy: Anatomy, activities: Iterable[NDArray[np.floating]]) -> list[tuple[float, float]]:
    """The declared limits of every layer, extended to the values of a recording."""
    ends = np.cumsum([layer.units for layer in anatomy.layers])
    found = [(layer.low, layer.high) for layer in anatomy.layers]
    for activity in activities:
        parts = np.split(activity, ends[:-1], axis=1)
        found = [
            (min(low, float(np.nanmin(part, initial=low))), max(high, float(np.nanmax(part, initial=high))))
            for (low, high), part in zip(found, parts, strict=True)
        ]
    return found


def quantized(
    anatomy: Anatomy, activity: NDArray[np.floating], limits: Sequence[tuple[float, float]]
) -> NDArray[np.uint8]:
    """Activity (frame, unit) as whole numbers from 0 to 254 between the limits of each layer; 255 is NaN."""
    units = [layer.units for layer in anatomy.layers]
    low, high = (np.repeat([limit[i] for limit in limits], units) for i in (0, 1))
    share = (np.nan_to_num(activity, nan=0.0) - low) / (high - low)
    levels = np.rint(np.clip(share, 0, 1) * LEVELS)
    return np.where(np.isnan(activity), LEVELS + 1, levels).astype(np.uint8)


def framed(message: Any) -> bytes:
    """A message with its length, and whether it is binary."""
    binary = isinstance(message, bytes)
    body = message if binary else json.dumps(message, separators=(",", ":")).encode()
    return len(body).to_bytes(4, "little") + bytes([binary, 0, 0, 0]) + body


def messages(session: "Session") -> list[Any]:
    """The messages that a page needs to replay a session."""
    state = session.state() | {"training": False, "problem": None, "chosen": None, "step": 0, "cycle": 0}
    anatomies = {name: stage.anatomy for name, stage in session.stages.items()}
    seen = [session.history.observed(step) for step in range(len(session.history))]
    limits = {name: bounds(own, (o[name].activity[0] for o in seen)) for name, own in anatomies.items()}
    told = schema(session.task, session.stages, live=False)
    for model in told["models"]:
        for layer, kept in zip(model["layers"], limits[model["name"]], strict=True):
            layer["kept"] = list(kept)
    found: list[Any] = [told, session.steps_from(0), state]
    found += [session.curves(name, 0) for name in session.stages]
    for step, observed in enumerate(seen):
        arrays = {name: quantized(anatomies[name], o.activity[0], limits[name]) for name, o in observed.items()}
        found.append(packed({"type": "frames", "step": step, "summary": session.summaries[step]}, arrays))
    return [*found, session.weights()]


def replay_page(session: "Session") -> str:
    """The page. Weights are those at the end of the session."""
    data = zlib.compress(b"".join(framed(message) for message in messages(session)), 9)
    code = script() + "\nstartFromRecording();\n"
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    policy = POLICY.format(script=f"'sha256-{digest}'", connect="'none'")
    title = html.escape(f"pbwm: {session.task.spec.name}")
    recording = f"{RECORDING}{base64.b64encode(data).decode()}</script>"
    body = f'{recording}\n<script type="module">{code}</script>'
    return page(title, policy, f"<style>{style()}</style>", body)


def is_replay(text: str) -> bool:
    """Whether a text is such a page.

    Examples
    --------
    >>> is_replay("<!doctype html>")
    False
    """
    return RECORDING in text
