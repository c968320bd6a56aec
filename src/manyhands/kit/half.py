"""Half floats in numba: stored in 16 bits, calculated in 32.

numba has no float16 on the processor, so a half array travels as its bits (a uint16 view) and is
widened and narrowed by the processor's own conversions, which round as numpy does.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic, overload


@intrinsic
def half_to_float(typingctx, bits):
    """float32 from the bits of a half."""

    def codegen(context, builder, signature, arguments):
        return builder.fpext(builder.bitcast(arguments[0], ir.HalfType()), ir.FloatType())

    return types.float32(types.uint16), codegen


@intrinsic
def float_to_half(typingctx, value):
    """The bits of the half nearest to a float32."""

    def codegen(context, builder, signature, arguments):
        return builder.bitcast(builder.fptrunc(arguments[0], ir.HalfType()), ir.IntType(16))

    return types.uint16(types.float32), codegen


@njit(error_model="numpy", fastmath={"contract"})
def store_half(value):
    """The bits of the half nearest to a float32; beyond +-65504 it stays at that.  For use in kernels."""
    largest = np.float32(65504)
    # Adding 0 makes -0 the usual 0, so that a file does not tell how its zeros came about.
    return float_to_half(min(max(value, -largest), largest) + np.float32(0))


def load(sample):
    """A stored sample as float32; for use inside kernels."""
    raise NotImplementedError


@overload(load, inline="always")
def _load(sample):
    if sample == types.uint16:
        return lambda sample: half_to_float(sample)
    return lambda sample: sample


def stored(array: np.ndarray) -> np.ndarray:
    """The array as kernels take it: float32 as it is, float16 as its bits."""
    return array.view(np.uint16) if array.dtype == np.float16 else array


def narrowed(array: np.ndarray) -> np.ndarray:
    """float16 copy of a float32 array; what lies beyond +-65504 stays at that, and -0 becomes 0."""
    out = np.empty(array.shape, np.float16)
    to_half(np.ascontiguousarray(array, np.float32).reshape(-1), out.reshape(-1).view(np.uint16))
    return out


def widened(array: np.ndarray) -> np.ndarray:
    """float32 copy of a float16 array."""
    out = np.empty(array.shape, np.float32)
    from_half(np.ascontiguousarray(array).reshape(-1).view(np.uint16), out.reshape(-1))
    return out


def visited(array: np.ndarray) -> np.ndarray:
    """float32 copy of an array with what is left of it after a visit to half precision."""
    out = np.empty(array.shape, np.float32)
    rounded_to_half(np.ascontiguousarray(array, np.float32).reshape(-1), out.reshape(-1))
    return out


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def to_half(source, out):
    """float32 to the bits of halves, sample by sample; beyond +-65504 it stays at that."""
    for index in range(source.size):
        out[index] = store_half(source[index])


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def from_half(source, out):
    """The bits of halves to float32."""
    for index in range(source.size):
        out[index] = half_to_float(source[index])


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def rounded_to_half(source, out):
    """float32 to what is left of it after a visit to half precision, still float32."""
    for index in range(source.size):
        out[index] = half_to_float(store_half(source[index]))
