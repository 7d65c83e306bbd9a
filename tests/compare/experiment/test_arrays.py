"""A run as labeled arrays: every axis has a name and labels, and every array a unit."""

import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from pbwm.compare.cli.compare import comparison
from pbwm.compare.errors import PlanError
from pbwm.compare.experiment import open_run, run_study


@pytest.fixture
def run(tmp_path):
    study = comparison(("sir2",), ("lstm",), networks=17, epochs=2, seed=3)
    with ThreadPoolExecutor(1) as pool:
        run_study(study, tmp_path, pool)
    return open_run(tmp_path)


def test_an_xarray_dataset_has_named_axes_labels_and_units(run):
    scene, data = run.scene(), run.to_xarray("lstm")
    assert data.attrs == {
        "task": "sir2",
        "model": "lstm",
        "condition": "as it is",
        "seed": 3,
        "budget": 2,
        "unit": "epochs",
    }
    assert data.sizes["network"] == 17
    assert data["network"].values.tolist() == list(range(17))
    assert data["errors_by_epoch"].dims == ("network", "epoch", "event")
    assert data["input_gate"].dims == ("network", "step", "slot")
    assert data["memory"].dims == ("network", "step", "slot", "unit")
    assert data["trial_ideal_gate"].dims == ("network", "step", "item")
    assert data["event"].values.tolist() == list(scene.task.spec.events)
    assert data["slot"].values.tolist() == list(scene.recording("lstm").slots)
    assert all(of.attrs["units"] for of in data.data_vars.values())
    one = data["input_gate"].sel(network=16, slot=data["slot"][2])
    np.testing.assert_array_equal(one, scene.recording("lstm").record.input_gate[16, :, 2])
    curve = data["errors_by_epoch"].sum("event") / data["counted_by_epoch"].sum("event")
    np.testing.assert_allclose(curve, scene.learning_curve("lstm").error)


def test_a_pandas_table_has_every_network(run):
    table = run.to_pandas()
    assert isinstance(table, pd.DataFrame)
    assert table["network"].tolist() == list(range(17))
    assert (table["frozen_error"] * table["frozen_counted"]).round().tolist() == table["frozen_errors"].tolist()


@pytest.mark.parametrize("package", ["xarray", "pandas"])
def test_without_the_package_it_is_said_how_to_get_it(run, package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(PlanError, match=rf"{package} is not installed; install it: pip install 'pbwm\[xarray\]'"):
        run.to_xarray("lstm") if package == "xarray" else run.to_pandas()
