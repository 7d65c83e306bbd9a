"""Numbers of networks and root seeds, which address random streams (`tasks.base.rng`)."""

from numbers import Integral

from tasks.base.errors import ParameterError, complaint

__all__ = ["LARGEST_SEED", "MOST_NETWORKS", "range_of", "require_count", "require_networks", "require_seed"]

MOST_NETWORKS = 2**20
"""Largest number of networks in a population."""
LARGEST_SEED = 2**63 - 1
"""Largest root seed that tables of results can hold."""


def _whole(value: object) -> int | None:
    """A whole number, or None."""
    return int(value) if isinstance(value, Integral) and not isinstance(value, bool) else None


def require_seed(field: str, value: object, *, error: type[Exception] = ParameterError) -> int:
    """Raise `error` unless the root seed is a whole number from 0 to `LARGEST_SEED`.

    Examples
    --------
    >>> require_seed("PBWM.seed", 3)
    3
    >>> require_seed("PBWM.seed", 3.0)
    Traceback (most recent call last):
    tasks.base.errors.ParameterError: PBWM.seed = 3.0 must be a whole number from 0 to 2**63 - 1; give e.g. 0
    """
    seed = _whole(value)
    if seed is None or not 0 <= seed <= LARGEST_SEED:
        raise error(complaint(field, value, "must be a whole number from 0 to 2**63 - 1", "give e.g. 0"))
    return seed


def require_count(field: str, value: object, *, error: type[Exception] = ParameterError) -> int:
    """Raise `error` unless the number of networks is a whole number from 1 to `MOST_NETWORKS`."""
    count = _whole(value)
    if count is None or not 1 <= count <= MOST_NETWORKS:
        rule = f"must be a whole number from 1 to {MOST_NETWORKS:,}"
        raise error(complaint(field, value, rule, "give the number of networks"))
    return count


def require_networks(field: str, value: object, most: int, *, error: type[Exception] = ParameterError) -> range:
    """Raise `error` unless the networks are a range of 1 to `most` consecutive numbers.

    Examples
    --------
    >>> require_networks("PBWM.networks", range(16, 20), 16)
    range(16, 20)
    >>> require_networks("PBWM.networks", 16, 16)
    Traceback (most recent call last):
    tasks.base.errors.ParameterError: PBWM.networks = 16 must be a range of numbers; give range(16) for the first 16
    """
    if not isinstance(value, range):
        count = _whole(value) or most
        remedy = f"give range({min(max(count, 1), most)}) for the first {min(max(count, 1), most)}"
        raise error(complaint(field, value, "must be a range of numbers", remedy))
    if not 0 <= value.start < value.stop <= MOST_NETWORKS or value.step != 1 or len(value) > most:
        rule = f"must be 1 to {most} consecutive numbers, from 0 on and below {MOST_NETWORKS:,}"
        raise error(complaint(field, value, rule, "make larger populations with tasks.base.learner.Population"))
    return value


def range_of(which: int | slice, count: int) -> range:
    """The places among `count` networks that an index or a slice selects.

    Raises
    ------
    IndexError
        If the place does not exist.
    TypeError
        If it is neither an index nor a slice.

    Examples
    --------
    >>> range_of(-1, 20), range_of(slice(10, 30, 5), 20)
    (range(19, 20), range(10, 20, 5))
    >>> range_of(20, 20)
    Traceback (most recent call last):
    IndexError: 20 is not one of the 20 networks; count from 0 to 19
    """
    try:
        found = range(count)[which]
    except IndexError:
        raise IndexError(f"{which} is not one of the {count} networks; count from 0 to {count - 1}") from None
    except (TypeError, ValueError):
        raise TypeError(f"{which!r} is not an index of networks; give an index [3] or a slice [10:20]") from None
    return found if isinstance(found, range) else range(found, found + 1)
