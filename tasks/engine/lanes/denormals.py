"""Flush denormal numbers to zero inside a kernel.

Decaying activities and traces below the smallest normal number (1e-38 in float32) slow processors down many times. On
processors other than x86 and 64-bit ARM, and with ``NUMBA_DISABLE_JIT=1``, these functions do nothing.
"""

import platform
from typing import Any

from llvmlite import ir
from numba import config, types
from numba.core import cgutils
from numba.extending import intrinsic

MACHINE = platform.machine().lower()
X86 = MACHINE in ("x86_64", "amd64", "i386", "i686")
ARM = MACHINE in ("aarch64", "arm64")
FLUSH_X86 = 0x8040
"""MXCSR bits 15 (flush results to zero) and 6 (denormal operands are zero)."""
FLUSH_ARM = 1 << 24
"""FPCR bit FZ."""


def _read_x86(builder: Any) -> Any:
    slot = cgutils.alloca_once(builder, ir.IntType(32))
    kind = ir.FunctionType(ir.VoidType(), [ir.IntType(8).as_pointer()])
    function = cgutils.get_or_insert_function(builder.module, kind, "llvm.x86.sse.stmxcsr")
    builder.call(function, [builder.bitcast(slot, ir.IntType(8).as_pointer())])
    return builder.zext(builder.load(slot), ir.IntType(64))


def _write_x86(builder: Any, word: Any) -> None:
    slot = cgutils.alloca_once_value(builder, builder.trunc(word, ir.IntType(32)))
    kind = ir.FunctionType(ir.VoidType(), [ir.IntType(8).as_pointer()])
    function = cgutils.get_or_insert_function(builder.module, kind, "llvm.x86.sse.ldmxcsr")
    builder.call(function, [builder.bitcast(slot, ir.IntType(8).as_pointer())])


def _read_arm(builder: Any) -> Any:
    kind = ir.FunctionType(ir.IntType(64), [])
    return builder.asm(kind, "mrs $0, fpcr", "=r", [], side_effect=True)


def _write_arm(builder: Any, word: Any) -> None:
    kind = ir.FunctionType(ir.VoidType(), [ir.IntType(64)])
    builder.asm(kind, "msr fpcr, $0", "r", [word], side_effect=True)


@intrinsic
def _flush_denormals(typingctx: Any) -> Any:
    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        if not (X86 or ARM):
            return ir.Constant(ir.IntType(64), 0)
        word = _read_x86(builder) if X86 else _read_arm(builder)
        flushing = builder.or_(word, ir.Constant(ir.IntType(64), FLUSH_X86 if X86 else FLUSH_ARM))
        (_write_x86 if X86 else _write_arm)(builder, flushing)
        return word

    return types.int64(), codegen


@intrinsic
def _restore_control_word(typingctx: Any, word: Any) -> Any:
    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        if X86 or ARM:
            (_write_x86 if X86 else _write_arm)(builder, args[0])
        return context.get_dummy_value()

    return types.void(types.int64), codegen


if config.DISABLE_JIT:

    def flush_denormals() -> int:
        """Flush denormals to zero in this thread; return the previous control word."""
        return 0

    def restore_control_word(word: int) -> None:
        """Put back a control word that `flush_denormals` returned."""

else:
    flush_denormals = _flush_denormals
    restore_control_word = _restore_control_word
