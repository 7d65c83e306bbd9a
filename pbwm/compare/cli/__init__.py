"""The command `pbwm`: one file for each command; `app` combines them, and `start` runs them."""
