"""Inner functions that become part of other code, without machine code of their own.

Numba takes every function all the way to machine code before it compiles what calls it. A kernel of many small
functions would be optimised once per function that leads to one, most of it in vain. `PartCompiler` stops at the
representation that callers take over; the kernel at the top optimises the whole, once.

What this builds on is Numba's way to define compilers of one's own (its developer manual, "Customizing the compiler").
"""

from typing import Any

from numba import _dynfunc
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import register_pass
from numba.core.typed_passes import NativeLowering

__all__ = ["PartCompiler"]


class PartLibrary(JITCodeLibrary):
    """Functions, each improved by itself, with all that they call."""

    def _optimize_final_module(self) -> None:
        """Nothing: that is up to who takes it over."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


@register_pass(mutates_CFG=True, analysis_only=False)
class PartLowering(NativeLowering):
    """From typed code to that of a `PartLibrary`."""

    _name = "part_lowering"

    def run_pass(self, state: Any) -> bool:
        """Lower a function, and make it known to those who call it; there is no address to call it from Python."""
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
    """The usual compiler of typed code, up to `PartLowering`."""

    def define_pipelines(self) -> list[Any]:
        """The usual passes except the last step."""
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.passes = [(PartLowering if step is NativeLowering else step, why) for step, why in passes.passes]
        passes.finalize()
        return [passes]
