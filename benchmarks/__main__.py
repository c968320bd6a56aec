"""Take every figure, print a table, write ``benchmarks/results.json``."""

from __future__ import annotations

import importlib
import json
import pkgutil
import platform
import sys
from pathlib import Path

import benchmarks

HERE = Path(__file__).parent


def main(wanted: list[str]) -> None:
    """Run all benchmarks, or those named on the command line."""
    results = []
    for item in pkgutil.iter_modules(benchmarks.__path__):
        if wanted and item.name not in wanted:
            continue  # not even imported: a bare machine has not what the others need
        module = importlib.import_module(f"benchmarks.{item.name}")
        if not hasattr(module, "figures"):
            continue
        for figure in module.figures():
            sign = "≤" if figure.at_most else "≥"
            goal = "" if figure.goal is None else f"{sign} {figure.goal:<8g} {'met' if figure.met else 'MISSED'}"
            sys.stdout.write(f"{figure.name:58s} {figure.value:10.4g} {figure.unit:14s} {goal}\n")
            sys.stdout.flush()
            results.append(
                {
                    "name": figure.name,
                    "value": figure.value,
                    "unit": figure.unit,
                    "goal": figure.goal,
                    "at_most": figure.at_most,
                    "met": figure.met,
                }
            )
    if not wanted:
        machine = {"processor": platform.processor() or platform.machine(), "python": platform.python_version()}
        (HERE / "results.json").write_text(json.dumps({"machine": machine, "figures": results}, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
