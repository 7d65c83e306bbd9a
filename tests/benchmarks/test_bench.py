"""`make bench` at its smallest: results, table, and figures. No test looks at the times."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import report
from benchmarks.figures import FIGURES, cost_by_networks, cost_by_size
from benchmarks.goals import GOALS, Goal, NotMeasuredError, Results, flatness
from benchmarks.networks import arrays_held
from benchmarks.reference import GO_FIVE_LAYERS, GO_SIR2
from benchmarks.timing import Work, by_turns

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """Results of a quick run without torch and JAX."""
    file = tmp_path_factory.mktemp("bench") / "results.json"
    command = [sys.executable, "-m", "pytest", "-c", "benchmarks/pytest.ini", "benchmarks", "--quick", "--ours-only"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    subprocess.run([*command, f"--benchmark-json={file}"], cwd=ROOT, env=environment, check=True, capture_output=True)
    return json.loads(file.read_text())


def written(**extra):
    """Results as pytest-benchmark writes them, with `extra`."""
    benchmarks = [{"name": f"bench_{name}", "extra_info": noted} for name, noted in extra.items()]
    machine = {
        "machine": "x86_64, 2 cores",
        "python": "3.11.7",
        "versions": {"numpy": "2.0", "jax": None},
        "quick": False,
    }
    return Results.of({"machine_info": machine, "datetime": "2026-01-02T03:04:05", "benchmarks": benchmarks})


def medians(**by_work):
    return {"unit": "µs", "median": by_work}


def test_a_quick_run_notes_down_a_positive_time_for_every_work(quick):
    results = Results.of(quick)
    assert quick["machine_info"]["quick"] is True
    timed = {name: extra for name, extra in results.extra.items() if "median" in extra}
    assert {"lstm_one_network", "lstm_in_lanes", "pbwm_sir2", "population[pbwm]", "trials[sir2]", "start"} <= set(timed)
    assert set(timed["pbwm_sir2"]["median"]) == {"of 16", "alone", "twin"}
    for extra in timed.values():
        assert set(extra["median"]) == set(extra["fastest"])
        assert all(0 < extra["fastest"][work] <= median for work, median in extra["median"].items())


def test_results_name_no_machine(quick):
    assert set(quick["machine_info"]) == {"machine", "system", "python", "versions", "quick"}
    assert os.uname().nodename not in json.dumps(quick["machine_info"])


def test_a_process_grows_for_its_population(quick):
    """32 networks of PBWM hold 2 MB more than 16."""
    assert Results.of(quick).find("growth[pbwm]", "GiB") > 0


def test_a_run_says_where_and_with_what_it_was_made_and_whether_it_was_quick(quick):
    said = "Measured on 2026-01-02: x86_64, 2 cores; Python 3.11.7, numpy 2.0, jax not installed."
    assert report.about(written()) == said
    assert "A quick run" in report.about(Results.of(quick))


def test_rivals_that_were_left_out_are_not_measured(quick):
    results = Results.of(quick)
    assert set(results.find("lstm_one_network", "median")) == {"ours", "LSTM.run"}
    with pytest.raises(NotMeasuredError, match="'torch' was not measured"):
        results.times("lstm_one_network", "torch")
    row = next(line for line in report.table(results).splitlines() if "one network, against torch" in line)
    assert row == "| 8 cells, one network, against torch | not measured | 100× | 180× | – |"


def test_the_table_has_a_row_for_every_goal(quick):
    rows = report.table(Results.of(quick)).splitlines()
    assert len(rows) == 2 + len(GOALS) + sum(len(goals) for goals in GOALS.values())
    assert {row.count("|") for row in rows} == {6}
    assert any(row.startswith("| One network alone |") and " µs | 150 µs | 110 µs | " in row for row in rows)


def test_every_figure_draws_a_quick_run(quick, tmp_path):
    for name, draw in FIGURES.items():
        draw(Results.of(quick)).savefig(tmp_path / f"{name}.png")


@pytest.mark.parametrize(
    ("value", "more", "verdict"),
    [
        (200, True, "aim met"),
        (150, True, "met"),
        (99, True, "**missed**"),
        (50, False, "aim met"),
        (100, False, "met"),
        (101, False, "**missed**"),
    ],
)
def test_a_value_is_held_to_its_goal(value, more, verdict):
    goal = Goal("speed", lambda results: value, "×", 100, 180 if more else 60, more=more)
    assert goal.judge(written()) == (f"{value}×", verdict)


def test_ratios_are_of_medians():
    results = written(**{
        "lstm_one_network": medians(ours=2.0, torch=500.0),
        "pbwm_sir2": medians(**{"of 16": 100.0, "alone": 250.0}),
        "pbwm_five_layers[25]": medians(alone=119.0),
        "pbwm_recommended": medians(**{"of 16": 140.0, "alone": 300.0}) | {"units": 1000},
    })  # fmt: skip
    found = {goal.what: goal.judge(results) for goals in GOALS.values() for goal in goals}
    assert found["8 cells, one network, against torch"] == ("250×", "aim met")
    assert found["Per network of 16 in lanes"] == ("100 µs", "**missed**")
    assert found["Network of 16 in lanes"] == ("1.4 ns", "met")
    assert found["Five layers of 25 units, one network, against Go"] == ("10×", "**missed**")
    assert found["8 cells, one network, against JAX"] == ("not measured", "–")


def test_cost_is_flat_if_no_population_of_16_and_more_costs_more():
    cost = {"1": 900.0, "16": 100.0, "64": 90.0, "256": 104.0, "1024": 98.0}
    assert flatness(written(**{"population[pbwm]": {"median": cost}}), "pbwm") == pytest.approx(4)


def test_times_of_the_go_simulator_are_those_published_by_pattern():
    assert {25: 1190, 100: pytest.approx(6233, abs=1), 625: 134000} == GO_FIVE_LAYERS
    assert GO_SIR2 == 4150


def test_only_what_stands_between_the_markers_is_replaced():
    text = f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n"
    once = report.written_between(text, "new")
    assert once == f"before\n{report.BEGIN}\n\nnew\n\n{report.END}\nafter\n"
    assert report.written_between(once, "new") == once
    with pytest.raises(ValueError, match="once each and in this order"):
        report.written_between("nothing", "new")


def test_what_is_compared_runs_by_turns():
    order, rounds = [], 3

    class Benchmark:
        """pytest-benchmark's fixture, as far as it is used; warm-up rounds do not count."""

        def pedantic(self, call, setup, rounds, warmup_rounds):
            for _ in range(warmup_rounds + rounds):
                setup()
                call()

        stats = type("", (), {"stats": type("", (), {"data": [4e-6, 6e-6, 8e-6]})})

    works = {name: Work(lambda name=name: order.append(name), 2) for name in ("ours", "torch", "jax")}
    times = by_turns(Benchmark(), works, rounds)
    assert order == ["torch", "jax", "ours"] * 4
    assert times["ours"] == pytest.approx([2, 3, 4])
    assert [len(found) for found in times.values()] == [3, 3, 3]


def test_memory_that_is_held_counts_once():
    memory = np.zeros(1000)
    other = np.ones((10, 2), np.float32)

    class Holder:
        def __init__(self):
            self.whole, self.views = memory, {"a": memory[:10], "b": (memory[10:], [other.T])}
            self.me = self

    assert arrays_held(Holder()) == memory.nbytes + other.nbytes


def test_figures_draw_the_numbers():
    cost = {"16": 100.0, "1": 200.0, "1024": 90.0}
    extra = {f"population[{m}]": {"median": cost, "KB per network": cost} for m in ("pbwm", "lstm")}
    extra |= {f"lstm_size[{n}]": medians(alone=1.0 * n, torch=100.0 * n) for n in (8, 4)}
    extra |= {f"pbwm_size[{n}]": medians(alone=2.0 * n) for n in (49, 100)}
    results = written(**extra)
    left, _ = cost_by_networks(results).axes
    assert [list(line.get_ydata()) for line in left.lines] == [[200, 100, 90]] * 2
    lstm, pbwm = cost_by_size(results).axes
    drawn = {line.get_label(): (list(line.get_xdata()), list(line.get_ydata())) for line in lstm.lines}
    assert drawn == {"torch": ([4, 8], [400, 800]), "ours, one network": ([4, 8], [4, 8])}
    assert "Go simulator, one network" in {line.get_label() for line in pbwm.lines}
