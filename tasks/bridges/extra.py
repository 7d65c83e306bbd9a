"""Gymnasium, which the extra ``gym`` installs."""

from tasks.base.errors import ParameterError

try:
    import gymnasium
    from gymnasium import Env, spaces
except ImportError as error:
    raise ParameterError(f"Gymnasium cannot be imported ({error}); install it: pip install 'pbwm[gym]'") from None

__all__ = ["Env", "gymnasium", "spaces"]
