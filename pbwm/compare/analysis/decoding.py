"""A linear decoder of each item from memory, by the time since it was stored.

A least-squares fit gives one number per content; the content with the largest is the answer (Hastie, Tibshirani &
Friedman, 2009, *The Elements of Statistical Learning*, §4.2). Half of the stretches over which an item is held are for
the fit, the others for the test.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve

from pbwm.compare.analysis.recording import NOTHING, Recording
from pbwm.compare.errors import FigureError
from tasks.base.arguments import checked
from tasks.base.task import GateAction

__all__ = ["SOURCES", "Decoding", "decode", "linear_decoder"]

SOURCES = ("memory", "let out")
"""The content of slots, or its part that output gates release."""

PENALTY = 1e-3
"""Ridge penalty, relative to the mean variance of the features."""

CONSTANT = 1e-12
"""Mean variance below which features are constant; the most frequent content is then the answer."""


@dataclass(frozen=True, kw_only=True)
class Decoding:
    """Accuracy of a linear decoder of items.

    Attributes
    ----------
    source, items
        One of `SOURCES`, and names of the items.
    lags : int array (lag,)
        Steps since the item was stored; 0: the step that stores it.
    accuracy : float array (network, item, lag), in [0, 1]
        Proportion right on the other half of the stretches, for contents that are in the fit; NaN for values.
    chance : float array (network, item), in [0, 1]
        Proportion right of the best constant answer.
    count : int array (network, item, lag)
        Steps tested.
    """

    source: str
    items: tuple[str, ...]
    lags: NDArray[np.intp]
    accuracy: NDArray[np.float64]
    chance: NDArray[np.float64]
    count: NDArray[np.intp]


@checked(features=("sample", "feature"), classes=("sample",))
def linear_decoder(features: NDArray[np.floating], classes: NDArray[np.integer]) -> NDArray[np.float64]:
    """Weights (class, feature + 1) of the decoder; the answer to ``x`` is the largest of ``weights @ [x, 1]``.

    Parameters
    ----------
    features : float array (step, feature)
    classes : int array (step,)
        From 0 on.

    Examples
    --------
    >>> weights = linear_decoder(np.array([[0.0], [0.1], [0.9], [1.0]]), np.array([0, 0, 1, 1]))
    >>> (weights @ [0.8, 1.0]).argmax().item()
    1
    """
    x = np.c_[features, np.ones(len(features))].astype(np.float64)
    wanted = np.eye(int(classes.max()) + 1)[classes]
    variance = float(features.var(0).mean())
    found: NDArray[np.float64] = np.zeros((wanted.shape[1], x.shape[1]))
    if variance < CONSTANT:
        found[:, -1] = wanted.mean(0)
        return found
    ridge = PENALTY * len(x) * variance
    inner = x.T @ x + ridge * np.eye(x.shape[1])
    found = solve(inner, x.T @ wanted, assume_a="pos").T
    return found


def since_stored(content: NDArray[np.intp], stores: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """At each step, the stretch over which an item is held, and the steps since it began: arrays (step,); −1: none."""
    steps = np.arange(len(content))
    held = content != NOTHING
    stretch = np.cumsum(stores) - 1
    lag = steps - np.maximum.accumulate(np.where(stores, steps, 0))
    return np.where(held, stretch, -1), np.where(held, lag, -1)


@checked(most=1)
def decode(recording: Recording, source: str = "memory", most: int = 10) -> Decoding:
    """Decode items from content or output of slots, up to `most` steps after they were stored.

    Raises
    ------
    FigureError
        If `source` is not one of `SOURCES`.
    """
    if source not in SOURCES:
        raise FigureError(f"source = {source!r} is not a source; give one of {', '.join(map(repr, SOURCES))}")
    values = recording.record.memory if source == "memory" else recording.let_out
    values = values.reshape(*values.shape[:2], -1)
    networks, items = recording.networks, len(recording.spec.items)
    right = np.zeros((networks, items, most + 1), np.intp)
    count, chance = np.zeros_like(right), np.full((networks, items), np.nan)
    for network in range(networks):
        own = recording.live[network]
        for item in range(items):
            action = recording.trials.ideal_gate[network, own, item]
            content = np.where(action == GateAction.NONE, NOTHING, recording.contents[network, own, item])
            stores = (action == GateAction.STORE) & (content != NOTHING)
            told = _told(values[network, own], content, stores)
            if told is None:
                continue
            correct, tested, lag, chance[network, item] = told
            for here in range(most + 1):
                at = tested & (lag == here)
                count[network, item, here], right[network, item, here] = at.sum(), (correct & at).sum()
    accuracy = np.divide(right, count, out=np.full(right.shape, np.nan), where=count > 0)
    return Decoding(
        source=source,
        items=recording.spec.items,
        lags=np.arange(most + 1),
        accuracy=accuracy,
        chance=chance,
        count=count,
    )


def _told(
    values: NDArray[np.floating], content: NDArray[np.intp], stores: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.intp], float] | None:
    """Where a decoder is correct and tested, the lag, and chance; None with only one class."""
    stretch, lag = since_stored(content, stores)
    held = stretch >= 0
    if len(np.unique(content[held])) < 2 or stretch.max() < 3:
        return None
    correct, tested = np.zeros(len(content), np.bool_), np.zeros(len(content), np.bool_)
    for half in (0, 1):
        fit = held & (stretch % 2 != half)
        names, classes = np.unique(content[fit], return_inverse=True)
        test = held & (stretch % 2 == half) & np.isin(content, names)
        if len(names) < 2 or not test.any():
            continue
        weights = linear_decoder(values[fit], classes)
        answer = (np.c_[values[test], np.ones(test.sum())] @ weights.T).argmax(1)
        correct[test], tested[test] = names[answer] == content[test], True
    _, counts = np.unique(content[tested], return_counts=True)
    return correct, tested, lag, float(counts.max() / counts.sum()) if len(counts) else float("nan")
