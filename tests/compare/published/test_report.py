"""A published comparison is run again as studies, and reported with the numbers of the paper, whatever they are."""

from dataclasses import replace

import pytest
from PIL import Image
from typer.testing import CliRunner

from pbwm.compare.cli.app import app
from pbwm.compare.errors import ResultsError
from pbwm.compare.experiment import Store, Where, executor, read_study, run_study
from pbwm.compare.experiment import cell as cell_module
from pbwm.compare.figures.style import WIDTHS, Width
from pbwm.compare.files import write_csv
from pbwm.compare.published import PAPERS
from pbwm.compare.published.paper import Paper, Part, Published
from pbwm.compare.published.report import HEADINGS, check_directory, drawn_part, part_table
from tests.compare.experiment.rig import clocks

OREILLY = PAPERS["oreilly2006"]


@pytest.fixture
def part(clock_models):
    said = {("sir2", "even"): Published(epochs=5, success=0.95, words="a clock")}
    return Part(title="Figure 0: clocks", study=clocks(20), published=said)


@pytest.mark.parametrize("name", OREILLY.parts)
def test_what_is_published_is_of_the_rows_that_are_run(name):
    found = OREILLY.parts[name]
    rows = {(row.task, row.condition) for row in found.study.rows()}
    assert set(found.published) <= rows
    assert found.published
    assert found.study.networks == 20
    for row in found.study.rows():
        row.job(range(1))


def results(part, directory):
    with executor(Where.THREADS, 2) as pool:
        run_study(part.study, directory, pool)
    return read_study(part.study, Store(directory))


def test_the_table_has_published_numbers_beside_ours(part, tmp_path):
    unrun = [
        dict(zip(HEADINGS, line, strict=True)) for line in part_table(part, read_study(part.study, Store(tmp_path)))
    ]
    assert [line["reached"] for line in unrun] == ["not run", "not run"]
    even, stuck = (dict(zip(HEADINGS, line, strict=True)) for line in part_table(part, results(part, tmp_path)))
    assert (even["published mean"], even["published success"], even["the paper says"]) == ("5", "95%", "a clock")
    assert (even["reached"], even["budget"]) == ("20 of 20", "10")
    assert (even["sd"], even["frozen error"]) == ("2", "median 0.0000, worst 0.0000, 20 of 20 without an error")
    assert (even["ours / published"], even["same order"]) == ("0.97", "yes")
    assert (stuck["published mean"], stuck["reached"], stuck["mean of those"]) == ("", "13 of 20", "4")


@pytest.mark.parametrize("epochs", [5, None])
def test_the_legend_has_a_published_mean_only_if_there_is_one(part, epochs, tmp_path):
    said = {("sir2", "even"): Published(epochs=epochs, success=0.95)}
    figure = drawn_part("figure-0", replace(part, published=said), results(part, tmp_path)).figure
    legends = [ax.get_legend() for ax in figure.axes if ax.get_legend()]
    shown = [text.get_text() for legend in legends for text in legend.get_texts()]
    assert ("published mean" in shown) == (epochs is not None)
    assert "not within the budget" in shown


def test_panels_side_by_side_share_names_and_a_legend_and_nothing_is_cut_off(part, tmp_path):
    figure = drawn_part("figure-0", replace(part, novel=True), results(part, tmp_path)).figure
    figure.draw_without_rendering()
    left, right = figure.axes
    assert all(label.get_text() for label in left.get_yticklabels())
    assert not any(label.get_text() for label in right.get_yticklabels())
    assert left.get_legend() is None
    for shown in (right.get_legend(), left.xaxis.label, right.xaxis.label):
        box = shown.get_window_extent()
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.x1


def test_the_figure_has_every_network_and_the_published_mean(part, tmp_path):
    drawn = drawn_part("figure-0", part, results(part, tmp_path))
    assert len(drawn.rows) == 40
    axes = drawn.figure.axes[0]
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [len(line.get_xdata()) for line in dots] == [20, 13]
    censored = [line for line in axes.lines if line.get_marker() == ">" and len(line.get_xdata())]
    assert [len(line.get_xdata()) for line in censored] == [7]
    diamonds = [list(line.get_xdata()) for line in axes.lines if line.get_marker() == "D" and len(line.get_xdata())]
    assert diamonds == [[5]]
    assert [label.get_text().splitlines()[1] for label in axes.get_yticklabels()] == [
        "20 of 20 reached",
        "13 of 20 reached",
    ]


def test_the_command_runs_parts_and_reports_what_is_there(part, tmp_path, monkeypatch):
    other = replace(part, title="Figure 1: more", study=clocks(16, name="more"))
    long = replace(part, title="Ablations: less", study=clocks(16, name="less"), on_request=True)
    parts = {"figure-0": part, "figure-1": other, "ablations": long}
    paper = Paper(name="oreilly2006", title="A paper", summary="", parts=parts)
    monkeypatch.setattr("pbwm.compare.cli.reproduce.PAPERS", {"oreilly2006": paper})

    def call(*arguments, status=0):
        shown = CliRunner().invoke(app, ["reproduce", "oreilly2006", "--on", "threads", *arguments])
        assert shown.exit_code == status, shown.output
        return shown

    out = str(tmp_path / "out")
    call("figure-0", "--out", out)
    report = (tmp_path / "out" / "report.md").read_text()
    assert "![Figure 0: clocks](figure-0.png)" in report
    assert "| even | 5 | 95% | a clock | 20 of 20 |" in report
    assert "tasks" not in report
    table = (tmp_path / "out" / "table.csv").read_text().splitlines()
    assert table[1].startswith("figure-0,sir2,even,5,95%,a clock,20 of 20,")
    assert "figure-1.png" not in report
    assert report.count("not run") == 2
    assert (tmp_path / "out" / "figure-0.csv").exists()
    assert _inches(tmp_path / "out" / "figure-0.png") == pytest.approx(WIDTHS[Width.PAGE], abs=0.01)
    call("figure-0", "--show", "--width", "column", "--out", out)
    assert _inches(tmp_path / "out" / "figure-0.png") == pytest.approx(WIDTHS[Width.COLUMN], abs=0.01)
    call("--out", out)
    report = (tmp_path / "out" / "report.md").read_text()
    assert "not run" not in report
    assert "Ablations" not in report
    call("ablations", "--out", out)
    assert "![Ablations: less](ablations.png)" in (tmp_path / "out" / "report.md").read_text()
    assert "did you mean 'figure-1'" in call("figure-11", status=2).stderr
    for mine in ("report.md", "notes.txt"):
        place = tmp_path / mine.replace(".", "-")
        place.mkdir()
        (place / mine).write_text("mine")
        said = call("figure-0", "--out", str(place), status=2).stderr
        assert f"contains files that are not of oreilly2006 ({mine}); give another directory" in said
        assert [path.read_text() for path in place.iterdir()] == ["mine"]
    shown = call("--show", "--out", str(tmp_path / "none"))
    assert "not run" in (tmp_path / "none" / "report.md").read_text()
    assert f"{tmp_path / 'none'}: has no networks of these parts; run them without --show" in shown.output
    assert "A paper" not in shown.output
    assert not (tmp_path / "none" / "figure-0").exists()


def _inches(figure):
    with Image.open(figure) as picture:
        return picture.width / 200


def test_only_a_table_of_the_paper_is_written_again(tmp_path):
    """A run that is stopped while it writes its report leaves a table without report; a user's table is kept."""
    table = tmp_path / "table.csv"
    table.write_text("mine\n")
    with pytest.raises(ResultsError, match=r"contains files that are not of oreilly2006 \(table.csv\)"):
        check_directory(tmp_path, OREILLY)
    write_csv(table, ("part", *HEADINGS), [])
    check_directory(tmp_path, OREILLY)


@pytest.mark.parametrize("name", ["table-1.csv", "figure-10.png"])
def test_a_figure_without_a_table_is_a_users(name, tmp_path):
    """Figures are written after the table."""
    (tmp_path / name).write_text("mine\n")
    with pytest.raises(ResultsError, match=rf"contains files that are not of oreilly2006 \({name}\)"):
        check_directory(tmp_path, OREILLY)
    write_csv(tmp_path / "table.csv", ("part", *HEADINGS), [])
    check_directory(tmp_path, OREILLY)


def test_results_of_other_code_or_of_another_seed_are_named(part, tmp_path, monkeypatch):
    """They are rejected or, if asked for, kept; the report names the code of its results, and files it omits."""
    paper = Paper(name="oreilly2006", title="A paper", summary="", parts={"figure-0": part})
    monkeypatch.setattr("pbwm.compare.cli.reproduce.PAPERS", {"oreilly2006": paper})
    out = tmp_path / "out"

    def call(*arguments, status=0):
        given = ["reproduce", "oreilly2006", "--on", "threads", "--out", str(out), *arguments]
        shown = CliRunner().invoke(app, given)
        assert shown.exit_code == status, shown.output
        return " ".join((shown.output + shown.stderr).split()), (out / "report.md").read_text()

    ours = cell_module.code_version()["sources"]
    call("--networks", "16")
    for module in ("runner", "cell"):
        changed = cell_module.code_version() | {"sources": "elsewhere"}
        monkeypatch.setattr(f"pbwm.compare.experiment.{module}.code_version", lambda changed=changed: changed)
    said, report = call(status=2)
    assert "was made by other code (other sources); give another directory, --mixed to keep these results" in said
    assert "elsewhere" not in report
    said, report = call("--mixed")
    assert "Results of 2 versions of the code: " in said
    assert "Results of 2 versions of the code: " in report
    for sources in (ours, "elsewhere"):
        assert f"sources {sources}, NumPy" in report
    said, report = call("--show", "--seed", "7")
    for shown in (said, report):
        assert "Omitted: " in shown
        assert "(seed = 0, not 7)" in shown


@pytest.mark.parametrize("name", PAPERS)
def test_the_help_lists_the_parts_and_which_run_only_if_they_are_named(name):
    shown = " ".join(CliRunner().invoke(app, ["reproduce", name, "--help"]).output.split())
    _, _, parts = shown.partition(" Parts: ")
    by_default, _, on_request = parts.partition(" Parts that run only if they are named: ")
    for part, found in PAPERS[name].parts.items():
        assert f"{part} {found.title}" in (on_request if found.on_request else by_default), part
