"""The command `pbwm`: one file a command; `app` puts them together, and `start` begins."""
