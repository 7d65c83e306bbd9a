"""Tables of networks, as Parquet where pyarrow is installed, and always as CSV."""

import sys

import pyarrow.parquet as pq
import pytest

from pbwm.compare.experiment import Store, read_study
from pbwm.compare.experiment.results import write_network_tables
from tests.compare.experiment.heard import run
from tests.compare.experiment.rig import clocks

pytestmark = pytest.mark.usefixtures("clock_models")


def test_tables_of_networks(tmp_path):
    study = clocks(20)
    run(tmp_path, study)
    write_network_tables(study, Store(tmp_path), read_study(study, Store(tmp_path)))
    table = pq.read_table(tmp_path / "results.parquet").to_pylist()
    assert len(table) == len((tmp_path / "results.csv").read_text().splitlines()) - 1 == 40
    assert [line["network"] for line in table[:20]] == list(range(20))
    assert {line["reached"] for line in table if line["condition"] == "even"} == {True}
    assert table[20]["epochs_to_criterion"] is None  # network 0 of "stuck"


def test_the_table_is_csv_alone_without_pyarrow(tmp_path, monkeypatch):
    study, store = clocks(20), Store(tmp_path)
    run(tmp_path, study)
    write_network_tables(study, store, read_study(study, store))
    before = (tmp_path / "results.csv").read_bytes()
    assert (tmp_path / "results.parquet").exists()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    write_network_tables(study, store, read_study(study, store))
    assert (tmp_path / "results.csv").read_bytes() == before
    assert not (tmp_path / "results.parquet").exists()
