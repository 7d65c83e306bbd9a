"""A visit as one self-contained page: the front end, and the messages of the visit, compressed, inside it.

Activity is quantized to 255 values between the bounds of its layer, and compressed with zlib; the page unpacks it with
what browsers have. Nothing is loaded from anywhere.
"""

import base64
import hashlib
import html
import json
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.view.assets import POLICY, page, script, style
from pbwm.compare.view.protocol import packed
from pbwm.compare.view.schema import schema
from tasks.base.anatomy import Anatomy

if TYPE_CHECKING:
    from pbwm.compare.view.session import Session

__all__ = ["quantized", "replay_page"]

LEVELS = 254
"""The greatest of the numbers that stand for values; the one above it stands for none."""


def quantized(anatomy: Anatomy, activity: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Activity (frame, unit) as whole numbers from 0 to 254 between the bounds of each layer; 255 is NaN."""
    low = np.concatenate([np.full(layer.units, layer.low) for layer in anatomy.layers])
    high = np.concatenate([np.full(layer.units, layer.high) for layer in anatomy.layers])
    share = (np.nan_to_num(activity, nan=0.0) - low) / (high - low)
    levels = np.rint(np.clip(share, 0, 1) * LEVELS)
    return np.where(np.isnan(activity), LEVELS + 1, levels).astype(np.uint8)


def framed(message: Any) -> bytes:
    """A message with its length, and whether it is binary."""
    binary = isinstance(message, bytes)
    body = message if binary else json.dumps(message, separators=(",", ":")).encode()
    return len(body).to_bytes(4, "little") + bytes([binary, 0, 0, 0]) + body


def messages(session: "Session") -> list[Any]:
    """What a page needs to play a visit back."""
    state = session.state() | {"training": False, "problem": None, "chosen": None, "step": 0, "cycle": 0}
    found: list[Any] = [schema(session.task, session.stages, live=False), session.steps_from(0), state]
    found += [session.curves(name, 0) for name in session.stages]
    for step in range(len(session.history)):
        observed = session.history.observed(step)
        arrays = {name: quantized(session.stages[name].anatomy, o.activity[0]) for name, o in observed.items()}
        found.append(packed({"type": "frames", "step": step, "summary": session.summaries[step]}, arrays))
    return [*found, session.weights()]


def replay_page(session: "Session") -> str:
    """The page. Weights are those at the end of the visit."""
    data = zlib.compress(b"".join(framed(message) for message in messages(session)), 9)
    code = script() + "\nstartFromRecording();\n"
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    policy = POLICY.format(script=f"'sha256-{digest}'", connect="'none'")
    title = html.escape(f"pbwm: {session.task.spec.name}")
    recording = f'<script type="text/plain" id="recording">{base64.b64encode(data).decode()}</script>'
    body = f'{recording}\n<script type="module">{code}</script>'
    return page(title, policy, f"<style>{style()}</style>", body)
