"""x264 as it must be asked so that the same frames give the same bytes."""

from __future__ import annotations

import llvmlite.binding


def options() -> dict[str, str]:
    """The options that keep it from kernels which read memory that nobody wrote.

    On processors with AVX-512 its macroblock tree does (core 165, seen by ``MALLOC_PERTURB_``: other garbage gave
    another file, so a process's first encoding, in memory still empty, differed from its second).  Every processor
    with AVX-512 has what is asked for instead, and the file is the one that a processor without it writes.
    """
    if llvmlite.binding.get_host_cpu_features().get("avx512f"):
        return {"x264-params": "asm=AVX2,FMA3,BMI2"}
    return {}
