"""The results of a comparison in a directory: its summary and its figures, and none of an earlier one."""

from collections.abc import Iterable
from pathlib import Path

from pbwm.compare.errors import ResultsError
from pbwm.compare.figures import SUFFIXES, draw_comparison, figure_files
from pbwm.compare.results import Comparison
from pbwm.compare.summary import SUMMARY, read_summary, write_summary

__all__ = ["write_results"]


def write_results(directory: Path, comparison: Comparison) -> None:
    """Write summary and figures; first remove what an earlier comparison wrote there and this one does not.

    Only files that the earlier summary lists are removed.
    """
    files = [SUMMARY, *figure_files(comparison)]
    _remove_all_but(directory, files)
    write_summary(directory, comparison, files)
    draw_comparison(directory, comparison)


def _remove_all_but(directory: Path, files: Iterable[str]) -> None:
    try:
        listed = read_summary(directory / SUMMARY).get("files", [])
    except ResultsError:  # no summary of ours: nothing there is ours
        return
    old = {name for name in listed if isinstance(name, str)} if isinstance(listed, list) else set()
    for name in sorted(old.difference(files)):
        # A summary may have been edited: a name that leads out of the directory is no file of ours.
        if name != Path(name).name or Path(name).suffix not in SUFFIXES:
            continue
        try:
            (directory / name).unlink(missing_ok=True)
        except OSError as error:
            raise ResultsError(
                f"{directory / name}: is of an earlier comparison and cannot be removed ({error.strerror}); "
                "give another directory"
            ) from None
