"""Exit statuses of the command `pbwm`."""

__all__ = ["FAILED", "INTERRUPTED", "TERMINATED", "WRONG_INPUT"]

FAILED = 1
"""Networks could not go on, or a replay departs from its trace."""
WRONG_INPUT = 2
"""The user's input cannot be used."""
INTERRUPTED = 130
"""Ctrl-C: 128 plus the number of the signal."""
TERMINATED = 143
"""SIGTERM: 128 plus the number of the signal."""
