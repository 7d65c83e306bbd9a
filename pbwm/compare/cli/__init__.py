"""The command `pbwm`: one file a command; `app` puts them together."""

from pbwm.compare.cli.app import app

__all__ = ["app"]
