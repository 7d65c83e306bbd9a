"""Learning of the models within their budgets: slow, run by ``make study-check``."""

import pytest

from pbwm.compare.cli.compare import comparison
from pbwm.compare.experiment import Store, Where, executor, read_study, run_study


@pytest.mark.study
@pytest.mark.parametrize(("task", "epochs"), [("sir2", 1000), ("12ax", 150)])
def test_all_lstm_networks_reach_criterion(task, epochs, tmp_path):
    study = comparison((task,), ("lstm",), networks=16, epochs=epochs, seed=0)
    with executor(Where.THREADS, 2) as pool:
        run_study(study, tmp_path, pool)
    [result] = read_study(study, Store(tmp_path))
    assert int(result.times.reached.sum()) == 16, result.times.epochs
