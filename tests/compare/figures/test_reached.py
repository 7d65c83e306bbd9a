"""Proportions of networks that reached the criterion, one row each."""

from pbwm.compare.analysis.survival import Interval
from pbwm.compare.figures.plots.reached import plot_reached


def test_each_row_has_its_proportion_and_interval():
    found = {"b": Interval(value=0.5, low=0.2, high=0.8), "a": Interval(value=1.0, low=0.9, high=1.0)}
    ax = plot_reached(["a", "nobody", "b"], found)
    points = [tuple(line.get_xydata()[0]) for line in ax.lines if line.get_marker() == "o"]
    bars = [line.get_xydata().tolist() for line in ax.lines if line.get_marker() != "o"]
    assert points == [(1.0, 0.0), (0.5, 2.0)]
    assert bars == [[[0.9, 0.0], [1.0, 0.0]], [[0.2, 2.0], [0.8, 2.0]]]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "nobody", "b"]
    assert ax.get_ylim() == (2.5, -0.5)
