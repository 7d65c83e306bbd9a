"""A session as a Python script: the networks, the trials, and the manipulations at their steps."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pbwm.compare.view.experiments import constructor
from pbwm.compare.view.history import Visited
from pbwm.compare.view.loading import Cast

__all__ = ["Trained", "script"]

HEAD = '''"""A session with network {network} on {task}; `outcomes` has every step by model.{own}"""

from pathlib import Path

from pbwm.compare.view.loading import {maker}
from pbwm.compare.view.stage import Stage
from pbwm.compare.view.stream import TaskStream, chosen_step
from pbwm.compare.view.training import Training
{imports}
cast = {cast}
stages = {{name: Stage(name, population, {network}) for name, population in cast.populations.items()}}
stream = TaskStream(cast.task, cast.seed)
outcomes = []


def step(trials, learn, **manipulations):
    """One step of all models, under the manipulations of each."""
    for name, stage in stages.items():
        stage.manipulate(manipulations.get(name.replace("-", "_"), ()))
    outcomes.append({{name: stage.observe(trials, learn).outcome for name, stage in stages.items()}})

'''

OWN = "\n\nDefine `populations` (networks by the names of their models) and `task` first.\n"

TRAIN = '''
training = Training(cast.task, cast.populations, cast.seed, cast.curves)


def train(epochs, **manipulations):
    """Train all networks for some epochs by model, and put network {network} on stage as it is then."""
    training.train(epochs, {{name.replace("_", "-"): of for name, of in manipulations.items()}})
    for name, population in cast.populations.items():
        stages[name].set_state(Stage(name, population, {network}).state())

'''


class Trained(NamedTuple):
    """A training of the population: the next step, and epochs and manipulations by model."""

    before: int
    epochs: Mapping[str, int]
    manipulations: Mapping[str, tuple[Any, ...]]


def script(cast: Cast, network: int, steps: Sequence[Visited], trainings: Sequence[Trained]) -> str:
    """The text of a script.

    Parameters
    ----------
    cast, network
        The networks, and the one that is shown.
    steps, trainings
        The steps, and the trainings of the population.
    """
    everything = [*(step.manipulations for step in steps), *(trained.manipulations for trained in trainings)]
    kinds = {type(what).__name__ for by_model in everything for of in by_model.values() for what in of}
    imports = f"from pbwm.manipulations import {', '.join(sorted(kinds))}\n" if kinds else ""
    maker = cast.made.partition("(")[0]
    own = OWN if maker == "cast_of" else ""
    text = HEAD.format(network=network, task=cast.name, own=own, maker=maker, cast=cast.made, imports=imports)
    text += TRAIN.format(network=network) if trainings else ""
    return text + "\n".join(calls(steps, trainings)) + "\n"


def calls(steps: Sequence[Visited], trainings: Sequence[Trained]) -> list[str]:
    """A line for every step and every training."""
    lines, at = [], 0

    def trained(before: int) -> list[str]:
        return [f"train({dict(t.epochs)}{under(t.manipulations)})" for t in trainings if t.before == before]

    for number, step in enumerate(steps):
        lines += trained(number)
        shown = f"stream.step({at})"
        if step.by_hand:
            symbols, target = step.trials.symbols[0].tolist(), int(step.trials.target[0])
            shown = f"chosen_step(cast.task.spec, {symbols}, {target})"
        at += not step.by_hand
        lines.append(f"step({shown}, {step.learned}{under(step.manipulations)})")
    return lines + trained(len(steps))


def under(manipulations: Mapping[str, Sequence[Any]]) -> str:
    """The manipulations of each model as arguments."""

    def listed(of: Sequence[Any]) -> str:
        return f"[{', '.join(constructor(what) for what in of)}]"

    return "".join(f", {name.replace('-', '_')}={listed(of)}" for name, of in manipulations.items() if of)
