"""Inner functions that become part of other code, without machine code of their own.

Numba would optimize small functions once per caller. `PartCompiler` stops at the intermediate representation, and the
kernel optimizes the whole once (Numba's developer manual, "Customizing the compiler").
"""

from typing import Any

from numba import _dynfunc
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import register_pass
from numba.core.typed_passes import NativeLowering, NopythonRewrites
from numba.core.untyped_passes import InlineClosureLikes

__all__ = ["PartCompiler"]

UNNEEDED = (InlineClosureLikes, NopythonRewrites)
"""Passes for closures and for expressions of whole arrays, which kernels do not have."""


class PartLibrary(JITCodeLibrary):
    """Functions with all that they call, each improved separately."""

    def _optimize_final_module(self) -> None:
        """Do nothing: the caller optimizes."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


@register_pass(mutates_CFG=True, analysis_only=False)
class PartLowering(NativeLowering):
    """From typed code to a `PartLibrary`."""

    _name = "part_lowering"

    def run_pass(self, state: Any) -> bool:
        """Lower a function and register it for callers other than Python."""
        state.library = PartLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        state.flags.no_compile = True
        NativeLowering.run_pass(self, state)
        lowered = state["cr"]
        name = lowered.fndesc.qualname.split(".")[-1]
        key = _dynfunc.make_function(lowered.fndesc.lookup_module(), name, "", 0, lowered.env, (state.library,))
        state.targetctx.insert_user_function(key, lowered.fndesc, [state.library])
        state["cr"] = lowered._replace(cfunc=key)
        return True


class PartCompiler(CompilerBase):
    """The usual compiler of typed code without `UNNEEDED` passes, up to `PartLowering`."""

    def define_pipelines(self) -> list[Any]:
        """The usual passes; `PartLowering` is the last."""
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.passes = [
            (PartLowering if step is NativeLowering else step, why)
            for step, why in passes.passes
            if step not in UNNEEDED
        ]
        passes.finalize()
        return [passes]
