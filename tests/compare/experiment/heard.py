"""A store that learners of the clock run, and a monitor of it."""

from concurrent.futures import ThreadPoolExecutor

from pbwm.compare.experiment import run_study
from pbwm.compare.experiment.monitor import Monitor
from tests.compare.experiment.rig import clocks


class Heard(Monitor):
    def __init__(self):
        self.blocks, self.messages = [], []

    def finished(self, block, epochs, reached, *, mine):
        self.blocks.append((block.row.condition, block.networks))

    def said(self, message):
        self.messages.append(message)


def run(directory, study=None, *, workers=1, **how):
    heard = Heard()
    study = clocks() if study is None else study
    with ThreadPoolExecutor(workers) as pool:
        run_study(study, directory, pool, monitor=heard, **how)
    return heard
