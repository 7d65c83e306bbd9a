"""The process that may die: it gives spoiled arrays to learners, and reports each outcome in one line.

``python -m tests.fuzz.child MODELS FIRST COUNT`` writes ``rejected``, ``ran``, ``stopped`` (a number was not finite),
or the failure. Models, separated by commas, take turns. Its model and its number determine an input.
"""

import sys
import warnings
from functools import cache, partial
from traceback import extract_tb
from zlib import crc32

import numpy as np

from lstm_baseline import LSTM, LSTMParams
from lstm_baseline.rules import EProp, Feedback, Learning, Truncated
from pbwm.compare.models import MODEL_ERRORS, MODELS
from tasks.base.abilities import TaskRefusedError
from tasks.base.errors import TaskError
from tasks.base.learner import NumberError, Population
from tasks.base.training import Lesson, draw_lesson
from tasks.catalog import TASKS
from tests.fuzz.spoiling import other_numbers, plain, spoiled, spoiled_block, spoiled_lesson, without

NETWORKS = 3
SICK, OTHERS = 1, [0, 2]
"""The network with spoiled numbers, and those that must not change."""
ASKED = {
    "sir2": {"trials_per_epoch": 4},
    "12ax-reset": {"outer_loops_per_epoch": 1},
    "adding": {"min_length": 11, "sequences_per_epoch": 1},
    "embedded-reber": {"strings_per_epoch": 1},
}
"""Tasks of every kind: one or two channels, resets of memory, real values, and each kind of answer."""
BUILDERS = {name: MODELS[name].build for name in MODELS} | {
    f"lstm-{name}": partial(LSTM, params=LSTMParams.modern(learning=Learning(rule=rule)))
    for name, rule in (("truncated", Truncated()), ("e-prop", EProp(feedback=Feedback.RANDOM)))
}
"""Builders of networks: the models of the catalog, and LSTMs that learn online, which have their own kernels."""
BASES = 5
"""Valid lessons, from which spoiled ones are made."""


class Subject:
    """Networks of a model for a task, their initial state, and valid lessons."""

    def __init__(self, model, task):
        self.learner = BUILDERS[model](task.spec, networks=range(NETWORKS), seed=1)
        self.population = Population(lambda _: self.learner, NETWORKS)
        self.lessons = [draw_lesson(task, seed, range(NETWORKS), range(2)) for seed in range(BASES)]
        self.learner.train(self.lessons[0])
        self.first = self.learner.state()

    def begin(self):
        self.learner.set_state(self.first)

    def same_as_first(self):
        now = self.learner.state()
        return all(np.array_equal(now[name], values) for name, values in self.first.items())


@cache
def subjects(model):
    """One for each task that a model does not reject."""
    found = []
    for name, sizes in ASKED.items():
        try:
            found.append(Subject(model, TASKS[name].build(**sizes)))
        except TaskRefusedError:
            continue
    return found


def result(networks, subject, lesson, how):
    """Results and state of all networks, as arrays by network; and whether one was stopped."""
    learn, record, train = how
    try:
        given, stopped = (
            networks.train(lesson) if train else networks.run(lesson.trials, learn=learn, record=record),
            False,
        )
    except NumberError as error:
        given, stopped = error.outcome, True
    names = ("errors", "counted", "done", "streak", "steps") if train else ("response", "correct", "errors", "counted")
    found = {name: getattr(given, name) for name in names}
    if not train and record:
        found |= {"memory": given.record.memory, "input_gate": given.record.input_gate}
    return found | {f"state {name}": values for name, values in subject.learner.state().items()}, stopped


def differing(one, other, networks):
    return [n for n, values in one.items() if not np.array_equal(values[networks], other[n][networks], equal_nan=True)]


def try_trials(subject, rng):
    """Run or train on a spoiled lesson: as on the same numbers in plain arrays, without effect on other networks."""
    how = tuple(bool(rng.random() < share) for share in (0.7, 0.3, 0.5))
    networks = subject.population if rng.random() < 0.2 else subject.learner
    lesson = subject.lessons[rng.integers(BASES)]
    if how[2]:
        lesson = spoiled_lesson(lesson, rng)
    else:
        block = spoiled_block(lesson.trials, rng)
        lesson = Lesson.of_one_epoch(lesson.trials, lesson.events)
        object.__setattr__(lesson, "trials", block)
    found, stopped = result(networks, subject, lesson, how)
    if not how[2]:
        lesson = Lesson.of_one_epoch(lesson.trials, len(subject.learner.spec.events))
    right = plain(lesson)
    subject.begin()
    wrong = differing(found, result(subject.learner, subject, right, how)[0], slice(None))
    if wrong:
        return f"differs from plain arrays in {wrong[0]}"
    subject.begin()
    wrong = differing(found, result(subject.learner, subject, without(right, SICK), how)[0], OTHERS)
    return f"another network differs in {wrong[0]}" if wrong else "stopped" if stopped else "ran"


def try_state(subject, rng):
    """Set a spoiled state, or spoiled weights, and continue, without effect on other networks."""
    of_weights = rng.random() < 0.5
    right = subject.learner.weights() if of_weights else subject.first
    name = list(right)[rng.integers(len(right))]
    sick = other_numbers(right[name], rng) if rng.random() < 0.5 else spoiled(right[name], rng)[0]
    if of_weights:
        subject.learner.set_weights({name: sick})
    else:
        subject.learner.set_state({**subject.first, name: sick})
    whole = np.array_equal(np.asarray(sick)[OTHERS].astype(right[name].dtype), right[name][OTHERS], equal_nan=True)
    lesson = subject.lessons[rng.integers(BASES)]
    how = (True, False, True)
    found, stopped = result(subject.learner, subject, lesson, how)
    subject.begin()
    if of_weights and whole:  # linear weights are found from them, in all networks
        subject.learner.set_weights({name: right[name]})
    expected = result(subject.learner, subject, lesson, how)[0]
    wrong = differing(found, expected, OTHERS) if whole else []
    return f"another network differs in {wrong[0]}" if wrong else "stopped" if stopped else "ran"


def outcome(model, number):
    rng = np.random.default_rng([crc32(model.encode()), number])
    subject = subjects(model)[number % len(subjects(model))]
    subject.begin()
    try:
        return try_state(subject, rng) if rng.random() < 0.15 else try_trials(subject, rng)
    except (TaskError, *MODEL_ERRORS):
        return "rejected" if subject.same_as_first() else "rejected, and the networks are others"
    except Exception as error:  # none of our errors
        place = extract_tb(error.__traceback__)[-1]
        return f"traceback: {type(error).__name__}: {error} ({place.filename}:{place.lineno})".replace("\n", " ")


def main():
    models, first, count = sys.argv[1].split(","), int(sys.argv[2]), int(sys.argv[3])
    warnings.simplefilter("error")
    for number in range(first, first + count):
        print(outcome(models[number % len(models)], number // len(models)), flush=True)


if __name__ == "__main__":
    main()
