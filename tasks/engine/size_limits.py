"""Limits on the size of networks, checked before memory is allocated."""

from tasks.base.errors import complaint

__all__ = ["MOST_NUMBERS", "MOST_UNITS", "require_room", "require_units"]

MOST_NUMBERS = 2**27
"""Most weights and activities of one network: 8 GiB for a block of 16 in float32."""
MOST_UNITS = 2**13
"""Units of a fully connected layer."""


def require_room(field: str, value: object, numbers: int, error: type[Exception]) -> None:
    """Raise `error` if a network has more than `MOST_NUMBERS` weights and activities."""
    if numbers > MOST_NUMBERS:
        rule = f"would need {numbers:,} weights and activities, more than the limit of {MOST_NUMBERS:,}"
        raise error(complaint(field, value, rule, "give fewer units, or a shorter window"))


def require_units(field: str, units: int, error: type[Exception]) -> None:
    """Raise `error` if a layer has more than `MOST_UNITS` units."""
    if units > MOST_UNITS:
        rule = f"units exceed the limit of {MOST_UNITS:,} per layer"
        raise error(complaint(field, units, rule, "give fewer units or stripes"))
