"""A user's own task and model, and commands that take them."""

from typer.testing import CliRunner

from pbwm.compare.cli.app import app

OWN_TASK, OWN_MODEL = "mytask.py:MyTask", "counts.py:Counts"


def said(*words):
    return CliRunner().invoke(app, [str(word) for word in words])
