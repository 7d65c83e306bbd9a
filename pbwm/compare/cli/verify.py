"""The command ``pbwm verify``: replay of a trace of the reference simulation."""

from pathlib import Path
from typing import Annotated

import typer

from pbwm.compare.cli.status import FAILED
from pbwm.compare.cli.terminal import console
from pbwm.compare.emergent.verify import format_report, verify_files

__all__ = ["verify"]


def verify(
    weights: Annotated[
        Path, typer.Argument(help="Weights of the reference simulation (WEIGHTS.json.gz).", metavar="WEIGHTS")
    ],
    trace: Annotated[Path, typer.Argument(help="Trace of the reference simulation (TRACE.json.gz).", metavar="TRACE")],
) -> None:
    """Replay a trace of the reference simulation and report where PBWM deviates from it.

    The exit status is 1 if a deviation exceeds the tolerance.
    """
    report = verify_files(weights, trace)
    console().print(format_report(report))
    raise typer.Exit(code=0 if report.passed else FAILED)
