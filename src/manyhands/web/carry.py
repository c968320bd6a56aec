"""``python -m manyhands.web.carry FOLDER ORDER WORKERS``: the process that carries one order out."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path


def main(folder: str, order_id: str, workers: str) -> None:
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    from manyhands.actions.orders import carry_out
    from manyhands.actions.studio import enter
    from manyhands.kit.memory import reuse_memory

    reuse_memory()
    studio = replace(enter(Path(folder), door="studio"), workers=int(workers))
    try:
        carry_out(studio, order_id)
    finally:
        studio.close()


if __name__ == "__main__":
    main(*sys.argv[1:4])
