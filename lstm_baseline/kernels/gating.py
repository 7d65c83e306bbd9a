r"""Arithmetic of a gate: it multiplies (Gers et al., 2000) or subtracts (Costa et al., 2017).

========  ====================  ====================
\         gates that multiply   gates that subtract
========  ====================  ====================
p(x, y)   x · y                 x − y
∂p/∂x     y                     1
∂p/∂y     x                     −1
open      y = 1                 y = 0
========  ====================  ====================

x is the content that passes an open gate, and y the activity of the gate. If gates multiply, `Form.subtracts` is None.
"""

from tasks.engine.lanes import fill
from tasks.engine.lanes.options import merged

__all__ = ["by_content", "by_gate", "open_gate", "passed"]


@merged
def passed(subtracts, x, y):
    """p(x, y): the part of x that passes a gate y."""
    if subtracts is None:
        return x * y
    return x - y


@merged
def by_content(subtracts, x, y):
    """∂p/∂x."""
    if subtracts is None:
        return y
    return fill(x, 1.0)


@merged
def by_gate(subtracts, x, y):
    """∂p/∂y."""
    if subtracts is None:
        return x
    return fill(y, -1.0)


@merged
def open_gate(subtracts):
    """Activity of an open gate, which replaces a missing gate."""
    if subtracts is None:
        return 1.0
    return 0.0
