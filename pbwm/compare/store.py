"""The results of a comparison in a directory: summary, figures and networks, and none of an earlier one."""

from collections.abc import Iterable
from pathlib import Path

from pbwm.compare.errors import ResultsError
from pbwm.compare.figures.comparison import SUFFIXES, draw_comparison, figure_files
from pbwm.compare.networks import network_files, write_networks
from pbwm.compare.reports.summary import SUMMARY, read_summary, write_summary
from pbwm.compare.results import Comparison
from tasks.base.saving import SUFFIX

__all__ = ["write_results"]


def write_results(directory: Path, comparison: Comparison, *, networks: bool = True) -> None:
    """Write summary, figures and, if wanted, the trained networks.

    What an earlier comparison wrote there and this one does not is removed first: only files that its summary lists.
    """
    files = [SUMMARY, *figure_files(comparison), *(network_files(comparison) if networks else ())]
    _remove_all_but(directory, files)
    write_summary(directory, comparison, files)
    if networks:  # before they run the trials of a figure
        write_networks(directory, comparison)
    draw_comparison(directory, comparison)


def _remove_all_but(directory: Path, files: Iterable[str]) -> None:
    try:
        listed = read_summary(directory / SUMMARY).get("files", [])
    except ResultsError:  # no summary of ours: nothing there is ours
        return
    old = {name for name in listed if isinstance(name, str)} if isinstance(listed, list) else set()
    for name in sorted(old.difference(files)):
        # A summary may have been edited: a name that leads out of the directory is no file of ours.
        if name != Path(name).name or Path(name).suffix not in (*SUFFIXES, SUFFIX):
            continue
        try:
            (directory / name).unlink(missing_ok=True)
        except OSError as error:
            raise ResultsError(
                f"{directory / name}: is of an earlier comparison and cannot be removed ({error.strerror}); "
                "give another directory"
            ) from None
