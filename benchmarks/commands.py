"""How long a person waits for the command line to answer."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.measure import Figure, median_seconds


def figures() -> list[Figure]:
    def run(*words: str) -> None:
        subprocess.run([sys.executable, "-m", "manyhands", *words], check=True, capture_output=True)

    return [
        Figure("manyhands --help", median_seconds(lambda: run("--help"), runs=7, warm=1), "s", 0.5),
        Figure("manyhands makers", median_seconds(lambda: run("makers"), runs=7, warm=1), "s", 1.0),
    ]
