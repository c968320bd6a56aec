"""How long a newcomer waits for the demonstration, its kernels compiled anew as in a fresh clone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

from benchmarks.measure import Figure


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "manyhands", "demo", "-o", f"{folder}/out", "--by", "Person A"],
            check=True,
            capture_output=True,
            env={**os.environ, "NUMBA_CACHE_DIR": f"{folder}/kernels"},
        )
        return [Figure("demo, from the photograph to the verified master", time.perf_counter() - began, "s", 180)]
