"""Gymnasium, which the extra ``gym`` installs."""

from tasks.base.errors import ParameterError

try:
    import gymnasium
    from gymnasium import Env, spaces
except ImportError as error:
    raise ParameterError(
        f"Gymnasium cannot be imported ({error}); install it: pip install 'pbwm[gym]' (for NeuroGym: "
        "pip install 'pbwm[neurogym]', in a separate environment)"
    ) from None

__all__ = ["Env", "gymnasium", "spaces"]
